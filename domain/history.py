"""One aggregate's events and what is in force of them: corrections and voids applied, in the order of the page.

Source: docs/principles.md A3, A34, A76, A77.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.errors import Refusal
from domain.facts.entries import EntryCorrected, EntryCountersigned, EntryDisputeSettled, EntryVoided
from domain.facts.fact import Aggregate, Entry, Envelope, World
from domain.facts.relationships import relationships

About = EntryCorrected | EntryVoided | EntryCountersigned | EntryDisputeSettled
Place = tuple[date, int]


def own_of(envelope: Envelope) -> UUID | None:
    return envelope.on_behalf_of if envelope.visibility == "own" else None


def standing(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """The events, of whatever type, that no standing void has taken away."""
    voids: dict[UUID, list[Envelope]] = {}
    for event in envelopes:
        if isinstance(event.data, EntryVoided):
            voids.setdefault(event.data.target_event_id, []).append(event)

    def stands(event: Envelope) -> bool:
        return not any(stands(void) for void in voids.get(event.event_id, ()))

    return [event for event in envelopes if stands(event)]


def in_force(envelopes: Iterable[Envelope]) -> list[Entry]:
    """The facts that stand, each with its last correction, in the order (`on`, original `position`)."""
    events = standing(list(envelopes))
    corrections: dict[UUID, list[EntryCorrected]] = {}
    for event in events:
        if isinstance(event.data, EntryCorrected):
            corrections.setdefault(event.data.target_event_id, []).append(event.data)
    entries = []
    for event in events:
        if isinstance(event.data, About):
            continue
        fact, on = event.data, event.on
        for correction in corrections.get(event.event_id, ()):
            fact = msgspec.convert(correction.data, type(event.data))
            on = correction.on or on
        entries.append(
            Entry(
                fact=fact,
                on=on,
                position=event.position,
                on_behalf_of=event.on_behalf_of,
                own_of=own_of(event),
                event_id=event.event_id,
            )
        )
    return sorted(entries, key=lambda entry: entry.place)


def visible(entries: Iterable[Entry], view: UUID | None) -> list[Entry]:
    """The shared entries, and those that the party `view` keeps for itself (docs/principles.md A93)."""
    return [entry for entry in entries if entry.own_of is None or entry.own_of == view]


class History:
    """The events of one stream, with the state they leave in each view kept at hand."""

    def __init__(self, aggregate: Aggregate[Any], envelopes: Sequence[Envelope]) -> None:
        self.aggregate = aggregate
        self.envelopes = list(envelopes)
        self._entries: list[Entry] | None = None
        self._states: dict[UUID | None, Any] = {}

    @property
    def version(self) -> int:
        return len(self.envelopes)

    @property
    def entries(self) -> list[Entry]:
        if self._entries is None:
            self._entries = in_force(self.envelopes)
        return self._entries

    def standing(self) -> list[Envelope]:
        return standing(self.envelopes)

    def append(self, envelope: Envelope) -> None:
        """The event is recorded; the states follow it when it stands last in the order, else are made anew."""
        last = self.entries[-1].place if self.entries else None
        self.envelopes.append(envelope)
        if isinstance(envelope.data, EntryCountersigned | EntryDisputeSettled):
            return
        place = (envelope.on, envelope.position)
        if isinstance(envelope.data, EntryCorrected | EntryVoided) or (last is not None and place < last):
            self._entries = None
            self._states.clear()
            return
        entry = in_force([envelope])[0]
        self.entries.append(entry)
        for view, state in self._states.items():
            if entry.own_of is None or entry.own_of == view:
                self._states[view] = self.aggregate.evolve(state, entry)

    def state(self, view: UUID | None, before: Place | None = None) -> Any:
        """The state in a view, None when nothing is recorded; only of entries placed before `before`."""
        entries = self.entries
        if before is not None and entries and entries[-1].place >= before:
            return self.fold(entry for entry in visible(entries, view) if entry.place < before)
        if view not in self._states:
            self._states[view] = self.fold(visible(entries, view))
        return self._states[view]

    def fold(self, entries: Iterable[Entry]) -> Any:
        state: Any = None
        for entry in entries:
            if not self.is_orphan(state, entry):
                state = self.aggregate.evolve(state, entry)
        return state

    def created_on(self, view: UUID | None) -> date | None:
        """The day on which the item's life began, None when it is not known in the view."""
        for entry in self.entries:
            if entry.fact.creates and (entry.own_of is None or entry.own_of == view):
                return entry.on
        return None

    def broken(self, entries: Sequence[Entry], world: World) -> dict[int, str]:
        """The entries, by position, that could not have been recorded in such a history, each with the reason."""
        refused: dict[int, str] = {}
        state: Any = None
        for entry in entries:
            if self.is_orphan(state, entry):
                refused[entry.position] = f"The {self.aggregate.name} is not known on {entry.on}."
                continue
            try:
                self.aggregate.decide(state, entry, world)
            except Refusal as refusal:
                refused[entry.position] = refusal.message
            state = self.aggregate.evolve(state, entry)
        return refused

    def is_orphan(self, state: Any, entry: Entry) -> bool:
        """Whether the entry's subject is not known at its place (docs/principles.md A79).

        An entry that names no item, a meeting never scheduled, stands by itself.
        """
        if state is not None or entry.fact.creates:
            return False
        if self.aggregate is relationships:
            return True
        key = self.aggregate.key
        creators = any(fact.creates for fact in self.aggregate.facts)
        return creators and key is not None and getattr(entry.fact, key, None) is not None
