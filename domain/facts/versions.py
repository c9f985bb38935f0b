"""Documents that are issued in versions 1, 2, 3 … and signed by every party: the joint plan, the charter, the exit
strategy. The current version is the highest one (docs/principles.md A35); older ones may still be signed."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsOutOfOrder
from domain.facts.fact import Entry


class Versions(Struct, frozen=True, kw_only=True):
    """The highest version issued, and who signed which version."""

    issued: int = 0
    signed: frozenset[tuple[int, UUID]] = frozenset()

    def issue(self, version: int) -> "Versions":
        return replace(self, issued=version)

    def sign(self, version: int, party: UUID) -> "Versions":
        return replace(self, signed=self.signed | {(version, party)})


def refuse_unless_next(state: Versions, version: int) -> None:
    if version != state.issued + 1:
        raise IsOutOfOrder(f"Version {version} does not follow version {state.issued}.", "version")


def refuse_unless_issued(state: Versions, version: int, entry: Entry) -> None:
    if version > state.issued:
        raise IsOutOfOrder(f"Version {version} had not been issued on {entry.on}.", "version")
