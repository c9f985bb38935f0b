"""What a report tells of the log, gathered from it: amendments with what was before and after, disputes, erasures."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select

from api.trail.scope import Scope
from api.web import log
from api.web.names import Names, look_up
from domain.facts import FACTS
from domain.facts.entries import EntryCorrected, EntryCountersigned, EntryVoided
from domain.facts.fact import Entry, Envelope, Fact
from domain.history import in_force, standing
from domain.store.mapper import decode
from domain.store.schema import event
from domain.store.vault import Vault
from domain.values import Sealed
from projections.entries import streams
from projections.scorecards.asking import Relationship
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard
from projections.scorecards.service import scorecards

SEALED = "(sealed)"
SCORED_AT_ONCE = 50
AMENDMENTS = ("entry.corrected", "entry.voided")
DISPUTES = ("commitment.fulfilment_disputed", "commitment.dispute_settled", "entry.dispute_settled")
COUNTERSIGNED = "entry.countersigned"
TOLD = (*AMENDMENTS, *DISPUTES, COUNTERSIGNED)
ACCESS = tuple(kind for kind in FACTS if kind.startswith(("access.", "token.")))
"""The facts about who may read and record: there are none in this release."""


class Shut(Vault):
    """Stands in for the vault where sealed texts are to stay sealed: each is only said to be there."""

    def __init__(self) -> None:
        pass

    def open_many(self, connection: Connection, sealed: Iterable[Sealed]) -> dict[Sealed, str]:  # noqa: ARG002
        return dict.fromkeys(sealed, SEALED)


class Amendment(Struct, frozen=True, kw_only=True):
    """A correction or a void, and what it did: each entry it changed, before and after; None where it has no effect.

    stands: it has not been voided itself since.
    """

    envelope: Envelope
    target: Envelope
    changes: tuple[tuple[Envelope, Entry | None, Entry | None], ...]
    stands: bool


class Matter(Struct, frozen=True, kw_only=True):
    """Everything that the report says of one relationship. `before`: its scorecard where the period begins."""

    about: Relationship
    card: Scorecard
    before: Scorecard | None
    amendments: tuple[Amendment, ...]
    disputes: tuple[Envelope, ...]
    countersignatures: tuple[Envelope, ...]

    def listed(self) -> Iterator[tuple[str, int, str | None, str | None]]:
        """(list, position, indicator, reason) of every entry behind the scorecard or told of."""
        for principle in self.card.principles:
            for result in principle.indicators:
                yield from (("counted", position, result.id, None) for position in result.counted)
                yield from (("excluded", position, result.id, reason) for position, reason in result.excluded)
        told = [(a.envelope.type.removeprefix("entry."), a.envelope) for a in self.amendments]
        told += [("dispute", e) for e in self.disputes]
        told += [("countersignature", e) for e in self.countersignatures]
        yield from ((name, e.position, None, None) for name, e in told)


def questions(scope: Scope) -> list[Question]:
    """What the scorecards of the pack answer."""
    return [Question(relationship_id=r.id, as_of=scope.to_on, known_at=scope.size) for r in scope.relationships]


def matters(connection: Connection, scope: Scope, progress: Callable[[int], object]) -> Iterator[Matter]:
    """One for each relationship, in the order of the scope. progress: called with 1 for each."""
    asked = questions(scope)
    for start in range(0, len(asked), SCORED_AT_ONCE):
        some = asked[start : start + SCORED_AT_ONCE]
        cards = scorecards(connection, some)
        before = _before(connection, scope, some)
        for about, card in zip(scope.relationships[start:], cards, strict=False):
            told = _told(connection, scope, event.c.relationship_id == str(about.id), about.time_zone)
            yield Matter(
                about=about,
                card=card,
                before=before.get(about.id),
                amendments=amendments(connection, scope, told),
                disputes=tuple(e for e in told if _is_dispute(e)),
                countersignatures=tuple(e for e in told if e.type == COUNTERSIGNED and not _is_dispute(e)),
            )
            progress(1)


def _before(connection: Connection, scope: Scope, some: Sequence[Question]) -> dict[UUID, Scorecard]:
    if scope.from_on is None:
        return {}
    known = {r.id: r for r in scope.relationships}
    begun = [q.relationship_id for q in some if known[q.relationship_id].registered_on <= scope.from_on]
    asked = [Question(relationship_id=key, as_of=scope.from_on, known_at=scope.size) for key in begun]
    return dict(zip(begun, scorecards(connection, asked, explained=False), strict=True))


def register_wide(connection: Connection, scope: Scope, positions: set[int] | None) -> tuple[Amendment, ...]:
    """The amendments of entries that belong to no relationship, of these positions where given."""
    told = _told(connection, scope, event.c.relationship_id.is_(None), "UTC")
    return amendments(connection, scope, [e for e in told if positions is None or e.position in positions])


def of_types(connection: Connection, scope: Scope, types: Sequence[str], positions: set[int] | None) -> list[Envelope]:
    """The entries of these types recorded within the period, of these positions where given."""
    found = _shared(connection, scope, event.c.type.in_(types))
    return [e for e in found if _recorded_within(scope, e, "UTC") and (positions is None or e.position in positions)]


def _told(connection: Connection, scope: Scope, where: ColumnElement[bool], time_zone: str) -> list[Envelope]:
    """What was recorded within the period, or is about an entry dated within it."""
    found = _shared(connection, scope, where, event.c.type.in_(TOLD))
    wanted = filter(None, map(target_of, found))
    targets = {e.event_id: e for e in log.named(connection, wanted)}

    def belongs(e: Envelope) -> bool:
        target = targets.get(target_of(e) or e.event_id)
        return _recorded_within(scope, e, time_zone) or (target is not None and _within(scope, target.on))

    return [e for e in found if belongs(e)]


def _shared(connection: Connection, scope: Scope, *where: ColumnElement[bool]) -> list[Envelope]:
    statement = select(event.c.envelope).where(*where, event.c.position <= scope.size).order_by(event.c.position)
    found = (decode(text, FACTS) for text in connection.execute(statement).scalars())
    return [e for e in found if e.visibility == "shared"]


def target_of(envelope: Envelope) -> UUID | None:
    """The entry that this one is about, None where it is about none."""
    return getattr(envelope.data, "target_event_id", None)


def _within(scope: Scope, day: date) -> bool:
    return (scope.from_on or date.min) <= day <= scope.to_on


def _recorded_within(scope: Scope, envelope: Envelope, time_zone: str) -> bool:
    return _within(scope, envelope.recorded_at.astimezone(ZoneInfo(time_zone)).date())


def _is_dispute(envelope: Envelope) -> bool:
    disputed = isinstance(envelope.data, EntryCountersigned) and envelope.data.decision == "disputed"
    return disputed or envelope.type in DISPUTES


def amendments(connection: Connection, scope: Scope, told: Sequence[Envelope]) -> tuple[Amendment, ...]:
    """The corrections and voids among the entries, each with what it did when it was recorded."""
    wanted = [e for e in told if isinstance(e.data, EntryCorrected | EntryVoided)]
    by_stream: Mapping[UUID, list[Envelope]] = streams(connection, {e.stream_id for e in wanted})
    found = []
    for amendment in wanted:
        stream = [e for e in by_stream[amendment.stream_id] if e.position <= scope.size and e.visibility == "shared"]
        at = next(n for n, e in enumerate(stream) if e.event_id == amendment.event_id)
        target = next(e for e in stream if e.event_id == target_of(amendment))
        before, after = _in_force(stream[:at]), _in_force(stream[: at + 1])
        changed = [e for e in stream[:at] if before.get(e.event_id) != after.get(e.event_id)]
        found.append(
            Amendment(
                envelope=amendment,
                target=target,
                changes=tuple((e, before.get(e.event_id), after.get(e.event_id)) for e in changed),
                stands=any(e.event_id == amendment.event_id for e in standing(stream)),
            )
        )
    return tuple(found)


def _in_force(stream: Sequence[Envelope]) -> dict[UUID | None, Entry]:
    return {entry.event_id: entry for entry in in_force(stream)}


def named(connection: Connection, vault: Vault, envelopes: Sequence[Envelope]) -> Names:
    """The names behind the entries. Where texts stay sealed, people are called by their pseudonymous ids."""
    names = look_up(connection, vault, envelopes)
    if not isinstance(vault, Shut):
        return names
    return Names(
        organisations=names.organisations, people={}, items=names.items, entries=names.entries, texts=names.texts
    )


def reason_of(fact: Fact) -> Sealed | str | None:
    """The free text that says why, None where the entry has none."""
    for name in ("reason", "comment"):
        found: Sealed | str | None = getattr(fact, name, None)
        if found is not None:
            return found
    return None


def begun(connection: Connection, abouts: Sequence[Relationship], to_on: date, size: int) -> list[Relationship]:
    """Those registered at or before that position whose life has begun by that day."""
    known = event.c.type == "relationship.registered"
    statement = select(event.c.relationship_id).where(known, event.c.position <= size)
    registered = set(connection.execute(statement).scalars())
    return [r for r in abouts if r.registered_on <= to_on and str(r.id) in registered]
