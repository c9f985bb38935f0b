"""What the ids in entries stand for: organisations, people, items, other entries; and texts from the vault."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from api.web import log
from domain.facts import FACTS
from domain.facts.entries import EntryCorrected
from domain.facts.fact import Envelope, Fact
from domain.facts.people import PersonRegistered, people
from domain.facts.structure import fields, references
from domain.session import stream_id
from domain.store.vault import Vault
from domain.values import Sealed
from projections.directory import organisations_by_id
from projections.schema import event_fact

TITLES = ("title", "name", "legal_name", "topic", "condition", "action", "description", "text")
"""The fields by which people call an item, the first that it has."""
CREATORS = [tag for tag, fact in FACTS.items() if fact.creates]
NOT_ITEMS = frozenset({"party", "organisation", "person"})
TARGET = "target_event_id"


class Item(Struct, frozen=True, kw_only=True):
    """A thing that entries are about, by the entry with which its life began. `title` may be empty."""

    title: str
    type: str
    position: int


class Names(Struct, frozen=True, kw_only=True):
    """Everything that is known of the ids and sealed texts of some entries, in the shared view."""

    organisations: dict[UUID, str]
    people: dict[UUID, str | None]  # None: erased
    items: dict[UUID, Item]
    entries: dict[UUID, Envelope]  # by event_id
    texts: dict[Sealed, str]

    def organisation(self, id: UUID) -> str:
        return self.organisations.get(id, str(id))


def look_up(connection: Connection, vault: Vault, envelopes: Sequence[Envelope]) -> Names:
    """The names behind these entries, and behind what they correct others to."""
    facts = [e.data for e in envelopes]
    targets = log.named(connection, (getattr(f, TARGET) for f in facts if hasattr(f, TARGET)))
    types = {e.event_id: type(e.data) for e in targets}
    facts += [replacement(f, types[f.target_event_id]) for f in facts if isinstance(f, EntryCorrected)]
    begun = _begun(connection, envelopes, {item for f in facts for item in _items(f)})
    creators = [e.data for e in begun.values()]
    persons = {person for f in facts for _, kind, person in references(f) if kind == "person"}
    registered = log.first_of(connection, (stream_id(people, person) for person in persons))
    known = {one for f in (*facts, *creators) for _, kind, one in references(f) if kind in ("party", "organisation")}
    known |= {e.on_behalf_of for e in (*envelopes, *targets) if e.on_behalf_of}
    organisations = {o.id: o.legal_name for o in organisations_by_id(connection, known).values()}
    names = [e.data for e in registered.values()]
    notes = [e.note for e in envelopes if isinstance(e.note, Sealed)]
    texts = vault.open_many(connection, [*_sealed([*facts, *creators, *names]), *notes])
    return Names(
        organisations=organisations,
        people={person: _name(registered.get(stream_id(people, person)), texts) for person in persons},
        items={
            item: Item(title=headline(e.data, texts, organisations), type=e.type, position=e.position)
            for item, e in begun.items()
        },
        entries={e.event_id: e for e in targets if e.visibility == "shared"},
        texts=texts,
    )


def replacement(correction: EntryCorrected, type: type[Fact]) -> Fact:
    """What a correction puts in the place of a fact of that type."""
    return msgspec.convert(correction.data, type)


def headline(fact: Fact, texts: dict[Sealed, str], organisations: dict[UUID, str]) -> str:
    """What people call the item that began with this fact; empty when it has nothing like a name."""
    for name in TITLES:
        value = getattr(fact, name, None)
        if isinstance(value, Sealed):
            value = texts.get(value)
        if value:
            return str(value)
    role, party = getattr(fact, "role", None), getattr(fact, "party", None)
    if role is not None and party is not None:
        return f"{str(role).replace('_', ' ')} of {organisations.get(party, party)}"
    return ""


def item_of(fact: Fact) -> UUID | None:
    """The item that the fact is about, None when it is about the relationship as a whole."""
    for f in fields(type(fact)):
        if f.notes.get("column") == "item" and isinstance(item := getattr(fact, f.name), UUID):
            return item
    return None


def _items(fact: Fact) -> Iterator[UUID]:
    for f in fields(type(fact)):
        names_item = f.notes.get("column") == "item" or f.notes.get("known", "party") not in NOT_ITEMS
        if names_item and isinstance(item := getattr(fact, f.name), UUID):
            yield item


def _begun(connection: Connection, envelopes: Iterable[Envelope], items: set[UUID]) -> dict[UUID, Envelope]:
    """The shared entry with which the life of each item began."""
    relationships = {str(e.relationship_id) for e in envelopes if e.relationship_id}
    positions: dict[int, UUID] = {}
    wanted = [str(item) for item in items]
    for start in range(0, len(wanted), log.AT_ONCE):
        statement = select(event_fact.c.position, event_fact.c.item).where(
            event_fact.c.relationship_id.in_(relationships),
            event_fact.c.type.in_(CREATORS),
            event_fact.c.own_of.is_(None),
            event_fact.c.item.in_(wanted[start : start + log.AT_ONCE]),
        )
        positions |= {position: UUID(item) for position, item in connection.execute(statement)}
    return {positions[e.position]: e for e in log.at(connection, positions)}


def _sealed(facts: Iterable[Fact]) -> Iterator[Sealed]:
    for fact in facts:
        for name in fact.__struct_fields__:
            if isinstance(value := getattr(fact, name), Sealed):
                yield value


def _name(registered: Envelope | None, texts: dict[Sealed, str]) -> str | None:
    if registered is None or not isinstance(registered.data, PersonRegistered):
        return None
    name = registered.data.name
    return texts.get(name) if isinstance(name, Sealed) else name
