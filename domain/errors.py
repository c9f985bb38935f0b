"""Why the register says no. Each refusal is a true sentence with the offending values in it."""

from uuid import UUID


class Refusal(Exception):
    """Nothing was stored. `field` is the place in the fact's data, when there is one.

    The refusal's code (`RefusalCode` in GraphQL) is the class name in capitals: UNKNOWN_ID, RELATIONSHIP_IS_CLOSED …
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class IsMalformed(Refusal):
    """A field is missing, unknown, of the wrong kind or set by the register alone."""


class IsOutOfRange(Refusal):
    """An amount, rating, percent or count lies outside what is allowed."""


class UnknownId(Refusal):
    """Nothing with this id is known in the caller's view."""


class IdIsTaken(Refusal):
    """Something with this id or alias is already recorded."""


class UnknownCode(Refusal):
    """A currency, country or time zone that the standards do not list."""


class IsNotAParty(Refusal):
    """The organisation is not an active party of the relationship on that date."""


class RelationshipIsClosed(Refusal):
    """After closing only `entry.*` facts are accepted (docs/principles.md A33)."""


class IsOutOfOrder(Refusal):
    """A date stands on the wrong side of another, or a version is not the next one."""


class IsInTheFuture(Refusal):
    """The business date is more than one day ahead."""


class IsNotAllowedNow(Refusal):
    """The state of the item does not admit this fact: a second fulfilment, an answer to a closed round …"""


class EntriesStandOnIt(Refusal):
    """A correction, void or late fact would break later entries."""

    def __init__(self, message: str, positions: tuple[int, ...] = (), field: str | None = None) -> None:
        super().__init__(message, field)
        self.positions = positions


class VersionIsStale(Refusal):
    """`expected_version` is not the stream's version any more."""


class CommandIdIsUsed(Refusal):
    """The same command id was recorded with other content."""


class RegisterIsReadOnly(Refusal):
    """The log has been found forked or rewound: nothing is recorded until that is resolved (docs/audit.md 4)."""


def unknown(what: str, value: UUID | str, field: str | None = None) -> UnknownId:
    return UnknownId(f"No {what.replace('_', ' ')} {value} is known here.", field)
