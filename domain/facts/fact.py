"""What every fact, entry and aggregate has in common."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from domain.values import Data, EvidenceItem, SealedText

Visibility = Literal["shared", "own"]
S = TypeVar("S")


class Fact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The data of one event. Each class below it is one event type, named by its tag."""

    schema_version: ClassVar[int] = 1
    creates: ClassVar[bool] = False  # starts the life of the item it names
    fills: ClassVar[tuple[str, ...]] = ()  # ids that the register makes when they are left out
    register_sets: ClassVar[tuple[str, ...]] = ()  # docs/principles.md A34: no caller may send these fields

    @classmethod
    def upcast(cls, data: Data, version: int) -> Data:
        """`data` as stored under an earlier schema `version`, in the form of the present one."""
        raise AssertionError(f"{cls.__name__} has had no version {version}, with data {data}")


class Entry(Struct, frozen=True, kw_only=True):
    """A fact at its place: `on` and `position` order all entries; `own_of` is the party that alone sees it."""

    fact: Fact
    on: date
    position: int
    on_behalf_of: UUID | None
    own_of: UUID | None = None
    event_id: UUID | None = None

    @property
    def place(self) -> tuple[date, int]:
        return (self.on, self.position)


class World(Protocol):
    """What a decision may ask about the rest of the register: as known now, in the entry's view, up to its place."""

    currency: str
    registered_on: date
    goalposts: Mapping[str, tuple[str, str]]  # default floor and target of every indicator

    def claim_alias(self, kind: str, alias: str | None, holder: UUID | None) -> None:
        """Raises IdIsTaken when something else of that kind bears the alias."""

    def active(self, on: date) -> frozenset[UUID]:
        """The parties active on that day (docs/principles.md A6)."""

    def read(self, aggregate: "Aggregate[S]", key: UUID | None) -> S | None:
        """The state of another aggregate, None when it is not known; key None: the relationship's own one."""

    def created_on(self, aggregate: "Aggregate[Any]", key: UUID) -> date | None:
        """The day on which the item's life began, None when it is not known in the relationship and the view."""

    def every(self, aggregate: "Aggregate[Any]", kind: type[Fact]) -> list[Entry]:
        """All entries of one type in the relationship."""


class Aggregate(Struct, Generic[S], frozen=True, kw_only=True):
    """One consistency boundary: its facts, how they are decided and what they make of its state.

    name: the noun in refusals; key: the field that names the item, None for one aggregate per relationship,
    or for the one of the whole register when `register_wide`.
    """

    name: str
    key: str | None
    facts: tuple[type[Fact], ...]
    decide: Callable[[S | None, Entry, World], Fact | None]
    evolve: Callable[[S | None, Entry], S]
    register_wide: bool = False


class Draft(Struct, frozen=True, kw_only=True):
    """A fact as its author gives it, before the register has decided on it."""

    fact: Fact
    relationship_id: UUID | None = None
    on_behalf_of: UUID | None = None
    on: date | None = None
    visibility: Visibility = "shared"
    note: SealedText | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    expected_version: int | None = None


class Envelope(Struct, frozen=True, kw_only=True):
    """One event as it is stored and hashed. Source: docs/events.md 1."""

    event_id: UUID
    position: int
    stream_id: UUID
    stream_version: int
    type: str
    schema_version: int
    relationship_id: UUID | None
    on: date
    recorded_at: datetime
    actor: str
    on_behalf_of: UUID | None
    visibility: Visibility
    command_id: str
    correlation_id: UUID | None
    causation_id: UUID | None
    source: str
    evidence: tuple[EvidenceItem, ...]
    note: SealedText | None
    data: Fact

    @property
    def originator_id(self) -> UUID:
        return self.stream_id

    @property
    def originator_version(self) -> int:
        return self.stream_version
