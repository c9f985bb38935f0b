"""What a decision may see: the rest of the register in the entry's view, up to the entry's place."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from domain.facts.fact import Aggregate, Entry, Fact
from domain.facts.relationships import Relationship, RelationshipRegistered
from domain.history import visible

if TYPE_CHECKING:
    from domain.session import Session

S = TypeVar("S")


class RelationshipWorld:
    """The World (domain.facts.fact) of one entry: shared facts, and with a view that party's own ones."""

    def __init__(self, session: "Session", relationship_id: UUID | None, view: UUID | None, entry: Entry) -> None:
        self._session = session
        self._relationship_id = relationship_id
        self._view = view
        self._entry = entry
        self.goalposts: Mapping[str, tuple[str, str]] = session.goalposts
        self.relationship: Relationship | None = None
        fact = entry.fact
        if isinstance(fact, RelationshipRegistered):
            self.currency, self.registered_on = fact.currency, entry.on
        elif relationship_id is not None:
            self.relationship = session.relationship(relationship_id, view)
            self.currency, self.registered_on = self.relationship.currency, self.relationship.registered_on

    def active(self, on: date) -> frozenset[UUID]:
        if self.relationship is None:
            fact = self._entry.fact
            return frozenset(fact.parties) if isinstance(fact, RelationshipRegistered) else frozenset()
        return self.relationship.active(on)

    def claim_alias(self, kind: str, alias: str | None, holder: UUID | None) -> None:
        self._session.claim_alias(kind, alias, holder)

    def read(self, aggregate: Aggregate[S], key: UUID | None) -> S | None:
        state: S | None
        if aggregate.register_wide:
            state = self._session.history(aggregate, key).state(None)
            return state
        history = self._session.history(aggregate, key if aggregate.key else self._relationship_id)
        if not history.envelopes or history.envelopes[0].relationship_id != self._relationship_id:
            return None
        state = history.state(self._view, self._entry.place)
        return state

    def created_on(self, aggregate: Aggregate[Any], key: UUID) -> date | None:
        history = self._session.history(aggregate, key)
        if not history.envelopes or history.envelopes[0].relationship_id != self._relationship_id:
            return None
        return history.created_on(self._view)

    def every(self, aggregate: Aggregate[Any], kind: type[Fact]) -> list[Entry]:
        relationship_id = None if aggregate.register_wide else self._relationship_id
        found: list[Entry] = []
        for stream in self._session.streams_of(relationship_id, kind):
            entries = visible(self._session.stream(aggregate, stream).entries, self._view)
            found.extend(entry for entry in entries if isinstance(entry.fact, kind))
        return sorted(found, key=lambda entry: entry.place)
