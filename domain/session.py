"""Inside one append transaction: drafts become decided, sealed and numbered events."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from domain import amendments, checks
from domain.errors import (
    EntriesStandOnIt,
    IdIsTaken,
    IsMalformed,
    IsOutOfOrder,
    RelationshipIsClosed,
    VersionIsStale,
    unknown,
)
from domain.facts import AGGREGATE_OF
from domain.facts.fact import Aggregate, Draft, Entry, Envelope, Fact
from domain.facts.people import PersonErased
from domain.facts.relationships import Relationship, RelationshipRegistered, relationships
from domain.facts.structure import fields, item_field, tag
from domain.history import About, History, visible
from domain.store import lookups
from domain.store.append import Append
from domain.store.mapper import StoredEnvelope
from domain.store.vault import Vault
from domain.world import RelationshipWorld

FLUSH_AFTER = 1000
NAMESPACE = uuid5(NAMESPACE_URL, "counterfoil:stream")
Goalposts = Mapping[str, tuple[str, str]]


class Origin(Struct, frozen=True, kw_only=True):
    """Where a command comes from."""

    command_id: str
    actor: str
    source: str
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


class Cache:
    """What one process knows of the streams it has touched, valid up to the position `size`."""

    largest = 20_000

    def __init__(self) -> None:
        self.size = 0
        self.histories: dict[UUID, History] = {}
        self.streams_of: dict[tuple[UUID | None, str], dict[UUID, None]] = {}
        self.aliases: dict[str, dict[str, UUID]] = {}

    def clear(self) -> None:
        self.__init__()  # type: ignore[misc]

    def follow(self, size: int) -> None:
        """Forgets everything when another process has recorded since."""
        if size != self.size:
            self.clear()
            self.size = size


def stream_id(aggregate: Aggregate[Any], key: UUID | None) -> UUID:
    """The stream of an item, of a relationship's own aggregate, or (key None) of the register's."""
    return _stream_id(aggregate.name, key)


@lru_cache(maxsize=10_000)
def _stream_id(name: str, key: UUID | None) -> UUID:
    return uuid5(NAMESPACE, f"{name}:{key or ''}")


class Session:
    """One transaction's decisions. Everything it appends is seen by the decisions that follow."""

    def __init__(
        self, append: Append, cache: Cache, vault: Vault, goalposts: Goalposts, clock: Callable[[], datetime]
    ) -> None:
        self.append = append
        self.cache = cache
        self.goalposts = goalposts
        self._vault = vault
        self._sealing = vault.sealing(append.connection)
        self.now = append.recorded_at(clock())
        self._pending: list[StoredEnvelope] = []
        self.size = append.size

    # Reading

    def history(self, aggregate: Aggregate[Any], key: UUID | None) -> History:
        return self.stream(aggregate, stream_id(aggregate, key))

    def stream(self, aggregate: Aggregate[Any], stream: UUID) -> History:
        found = self.cache.histories.get(stream)
        if found is None:
            found = self.cache.histories[stream] = History(aggregate, self.append.stream(stream))
        return found

    def stream_of(self, event: Envelope) -> History:
        """The history that the event is part of."""
        found = self.cache.histories.get(event.stream_id)
        if found is None:
            envelopes = self.append.stream(event.stream_id)
            found = History(AGGREGATE_OF[type(envelopes[0].data)], envelopes)
            self.cache.histories[event.stream_id] = found
        return found

    def streams_of(self, relationship_id: UUID | None, kind: type[Fact]) -> list[UUID]:
        """The streams that hold facts of one type in a relationship, or register-wide."""
        place = (relationship_id, tag(kind))
        if place not in self.cache.streams_of:
            self.flush()
            self.cache.streams_of[place] = dict.fromkeys(
                lookups.streams_of(self.append.connection, relationship_id, tag(kind))
            )
        return list(self.cache.streams_of[place])

    def claim_alias(self, kind: str, alias: str | None, holder: UUID | None) -> None:
        if alias is None:
            return
        if kind not in self.cache.aliases:
            self.flush()
            self.cache.aliases[kind] = lookups.aliases(self.append.connection, kind)
        if self.cache.aliases[kind].setdefault(alias, holder or UUID(int=0)) != holder:
            raise IdIsTaken(f"The alias {alias} is already used by another {kind}.", "alias")

    def relationship(self, relationship_id: UUID | None, view: UUID | None) -> Relationship:
        state: Relationship | None = None
        if relationship_id is not None:
            state = self.history(relationships, relationship_id).state(view)
        if state is None:
            raise unknown("relationship", str(relationship_id), "relationship_id")
        return state

    def event(self, event_id: UUID) -> Envelope:
        for pending in self._pending:
            if pending.envelope.event_id == event_id:
                return pending.envelope
        found = self.append.event(event_id)
        if found is None:
            raise unknown("event", event_id, "target_event_id")
        return found

    # Deciding

    def decide(self, draft: Draft, origin: Origin) -> Envelope | None:
        """The event that the draft became, None when what it says already holds. Raises Refusal."""
        if len(self.cache.histories) > self.cache.largest:
            self.flush()
            self.cache.histories.clear()
        if isinstance(draft.fact, About):
            return amendments.decide(self, draft, origin)
        checks.only_what_callers_may_send(draft.fact)
        draft = self._complete(draft)
        fact = draft.fact
        aggregate = AGGREGATE_OF[type(fact)]
        view = draft.on_behalf_of if draft.visibility == "own" else None
        today = self.now.astimezone(ZoneInfo(self._time_zone(draft, view))).date()
        entry = Entry(
            fact=fact,
            on=draft.on or today,
            position=self.size + 1,
            on_behalf_of=draft.on_behalf_of,
            own_of=view,
        )
        world = RelationshipWorld(self, draft.relationship_id, view, entry)
        checks.not_in_the_future(entry.on, today)
        if not aggregate.register_wide:
            if world.relationship is not None and world.relationship.closed:
                raise RelationshipIsClosed("The relationship is closed: only `entry.*` facts are accepted.")
            checks.not_before_registration(entry, world)
            checks.speaks_for_a_party(draft, entry, world)
        checks.names_what_is_known(entry, world)
        checks.holds_money(entry, world)
        history = self.history(aggregate, self.key(aggregate, fact, draft.relationship_id))
        self._check_item(aggregate, history, draft, entry)
        decided = aggregate.decide(history.state(view, entry.place), entry, world)
        if decided is None:
            return None
        self._check_later(history, replace(entry, fact=decided), world, view)
        return self.put(replace(draft, fact=decided, on=entry.on), origin, history)

    def key(self, aggregate: Aggregate[Any], fact: Fact, relationship_id: UUID | None) -> UUID | None:
        """What names the aggregate: its item's id, or the relationship."""
        if aggregate.key is None:
            return relationship_id
        value: UUID | None = getattr(fact, aggregate.key, None)
        return value if value is not None else getattr(fact, "body_id", None)

    def _time_zone(self, draft: Draft, view: UUID | None) -> str:
        if isinstance(draft.fact, RelationshipRegistered):
            return draft.fact.time_zone if draft.on is None else "UTC"
        if AGGREGATE_OF[type(draft.fact)].register_wide:
            return "UTC"
        return self.relationship(draft.relationship_id, view).time_zone

    def _complete(self, draft: Draft) -> Draft:
        """Ids that were left out are made; the relationship's id stands in both places (docs/principles.md A91)."""
        fact = draft.fact
        if isinstance(fact, RelationshipRegistered):
            ids = {fact.relationship_id, draft.relationship_id} - {None}
            if len(ids) > 1:
                raise IsMalformed(
                    f"relationship_id is {draft.relationship_id} outside and {fact.relationship_id} inside the data.",
                    "relationship_id",
                )
            made = ids.pop() if ids else uuid7()
            return replace(draft, relationship_id=made, fact=replace(fact, relationship_id=made))
        aggregate = AGGREGATE_OF[type(fact)]
        if aggregate.register_wide and draft.relationship_id is not None:
            raise IsMalformed(f"{tag(type(fact))} is register-wide and has no relationship.", "relationship_id")
        names = (*fact.fills, item_field(type(fact)) if fact.creates else None)
        missing = {name: uuid7() for name in names if name and getattr(fact, name) is None}
        return replace(draft, fact=replace(fact, **missing)) if missing else draft

    @staticmethod
    def check_version(draft: Draft, history: History) -> None:
        if draft.expected_version is not None and draft.expected_version != history.version:
            raise VersionIsStale(
                f"Version {draft.expected_version} was expected and {history.version} is recorded.", "expected_version"
            )

    def _check_item(self, aggregate: Aggregate[Any], history: History, draft: Draft, entry: Entry) -> None:
        self.check_version(draft, history)
        if isinstance(entry.fact, RelationshipRegistered):
            if history.envelopes:
                raise IdIsTaken(f"The relationship {draft.relationship_id} is already recorded.", "relationship_id")
            return
        if aggregate.key is None or not any(fact.creates for fact in aggregate.facts):
            return
        key = self.key(aggregate, entry.fact, draft.relationship_id)
        if entry.fact.creates:
            if history.envelopes:
                raise IdIsTaken(f"The {aggregate.name} {key} is already recorded.", aggregate.key)
            return
        if getattr(entry.fact, aggregate.key) is None:
            return
        created_on = history.created_on(entry.own_of)
        if created_on is None or history.envelopes[0].relationship_id != draft.relationship_id:
            raise unknown(aggregate.name, str(key), aggregate.key)
        if entry.on < created_on:
            raise IsOutOfOrder(f"{entry.on} is before {created_on}, when the {aggregate.name} began.", "on")

    def _check_later(self, history: History, entry: Entry, world: RelationshipWorld, view: UUID | None) -> None:
        """A fact recorded late acts from its own date (A34), but cannot be the second of what happens once."""
        entries = visible(history.entries, view)
        if not entries or entries[-1].place < entry.place:
            return
        after = history.broken(sorted([*entries, entry], key=lambda e: e.place), world)
        same = {e.position for e in entries if type(e.fact) is type(entry.fact)}
        self.refuse_broken({p: why for p, why in after.items() if p in same}, history.broken(entries, world))

    @staticmethod
    def refuse_broken(after: Mapping[int, str], before: Mapping[int, str]) -> None:
        broken = sorted(set(after) - set(before))
        if broken:
            listed = "; ".join(f"{position}: {after[position]}" for position in broken[:20])
            raise EntriesStandOnIt(f"Later entries stand on what this would change: {listed}", tuple(broken))

    # Writing

    def put(self, draft: Draft, origin: Origin, history: History) -> Envelope:
        """The decided draft is an event of the history's stream: numbered and sealed, written at the next flush."""
        event_id = uuid7()
        assert draft.on is not None
        stream = self._stream_of(history, draft)
        envelope = Envelope(
            event_id=event_id,
            position=self.size + 1,
            stream_id=stream,
            stream_version=history.version + 1,
            type=tag(type(draft.fact)),
            schema_version=draft.fact.schema_version,
            relationship_id=draft.relationship_id,
            on=draft.on,
            recorded_at=self.now,
            actor=origin.actor,
            on_behalf_of=draft.on_behalf_of,
            visibility=draft.visibility,
            command_id=origin.command_id,
            correlation_id=origin.correlation_id,
            causation_id=origin.causation_id,
            source=origin.source,
            evidence=draft.evidence,
            note=self._seal(event_id, "note", draft.note, new=True),
            data=self._sealed(draft.fact, event_id, new=True),
        )
        prepared = self.append.prepared(envelope)
        history.append(envelope)
        if isinstance(draft.fact, PersonErased):
            self._sealing.flush()
            self._vault.erase(self.append.connection, [str(draft.fact.person_id)])
        for_type = self.cache.streams_of.get((draft.relationship_id, envelope.type))
        if for_type is not None:
            for_type[stream] = None
        self.size += 1
        self.cache.size = self.size
        self._pending.append(prepared)
        if len(self._pending) >= FLUSH_AFTER:
            self.flush()
        return envelope

    def flush(self) -> None:
        self._sealing.flush()
        if self._pending:
            pending, self._pending = self._pending, []
            self.append.put_prepared(pending)

    def _stream_of(self, history: History, draft: Draft) -> UUID:
        if history.envelopes:
            return history.envelopes[0].stream_id
        return stream_id(history.aggregate, self.key(history.aggregate, draft.fact, draft.relationship_id))

    def _sealed(self, fact: Fact, event_id: UUID, *, new: bool = False) -> Fact:
        """The fact with every sealed text in the vault (docs/audit.md 6): a person's under the person's key.

        new: the event has no key yet.
        """
        sealed = {}
        for f in fields(type(fact)):
            owner = f.notes.get("sealed")
            value = getattr(fact, f.name)
            if owner and isinstance(value, str):
                of_entry = owner == "entry"
                subject = event_id if of_entry else getattr(fact, owner)
                sealed[f.name] = self._seal(subject, f.name, value, new=new and of_entry)
        return replace(fact, **sealed) if sealed else fact

    def seal_data(self, kind: type[Fact], data: dict[str, Any], subject: UUID) -> dict[str, Any]:
        """The replacement `data` of a correction with its sealed texts in the vault."""
        fact = self._sealed(msgspec.convert(data, kind), subject)
        return {k: v for k, v in msgspec.to_builtins(fact).items() if k != "type" and v is not None}

    def _seal(self, subject: UUID, field: str, value: Any, *, new: bool) -> Any:
        return self._sealing.seal(str(subject), field, value, new=new) if isinstance(value, str) else value
