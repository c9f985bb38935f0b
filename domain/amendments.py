"""Facts about entries: corrections, voids, countersignatures and the settlement of their disputes.

Source: docs/events.md "About entries"; docs/principles.md A34, A76 to A78, A94.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from domain import checks
from domain.errors import IsMalformed, IsNotAllowedNow, IsNotAParty, IsOutOfOrder
from domain.facts import AGGREGATE_OF, FACTS, entries
from domain.facts.entries import EntryCorrected, EntryCountersigned, EntryDisputeSettled, EntryVoided
from domain.facts.fact import Draft, Entry, Envelope, Fact
from domain.facts.people import PersonRegistered
from domain.facts.relationships import RelationshipRegistered, relationships
from domain.facts.structure import item_field, references
from domain.history import About, History, in_force, own_of, visible
from domain.parsing import parse_fact
from domain.store import lookups
from domain.world import RelationshipWorld

if TYPE_CHECKING:
    from domain.session import Origin, Session


def decide(session: "Session", draft: Draft, origin: "Origin") -> Envelope | None:
    """The event about an entry, in the entry's own stream; None when it already holds. Raises Refusal."""
    fact = draft.fact
    assert isinstance(fact, About)
    checks.only_what_callers_may_send(fact)
    target = session.event(fact.target_event_id)
    view = draft.on_behalf_of if draft.visibility == "own" else None
    if own_of(target) is not None and draft.on_behalf_of not in (None, own_of(target)):
        raise IsNotAParty("The entry is another party's own.", "target_event_id")
    if draft.relationship_id not in (None, target.relationship_id):
        raise IsMalformed(
            f"The entry belongs to the relationship {target.relationship_id}, not {draft.relationship_id}.",
            "relationship_id",
        )
    zone = session.relationship(target.relationship_id, view).time_zone if target.relationship_id else "UTC"
    today = session.now.astimezone(ZoneInfo(zone)).date()
    draft = replace(draft, relationship_id=target.relationship_id, on=draft.on or today)
    assert draft.on is not None
    checks.not_in_the_future(draft.on, today)
    history = session.stream_of(target)
    session.check_version(draft, history)
    if isinstance(fact, EntryCountersigned | EntryDisputeSettled):
        return _opinion(session, draft, origin, history, target)
    return _amend(session, draft, origin, history, target)


def _opinion(session: "Session", draft: Draft, origin: "Origin", history: History, target: Envelope) -> Envelope | None:
    """A countersignature, or the settlement of a dispute of the entry."""
    assert draft.on is not None
    view = draft.on_behalf_of if draft.visibility == "own" else None
    entry = Entry(fact=draft.fact, on=draft.on, position=session.size + 1, on_behalf_of=draft.on_behalf_of, own_of=view)
    if target.relationship_id is not None:
        world = RelationshipWorld(session, target.relationship_id, view, entry)
        checks.speaks_for_a_party(draft, entry, world)
        checks.names_what_is_known(entry, world)
    said = [
        Entry(fact=e.data, on=e.on, position=e.position, on_behalf_of=e.on_behalf_of, own_of=own_of(e))
        for e in history.standing()
        if isinstance(e.data, EntryCountersigned | EntryDisputeSettled | EntryCorrected)
        and e.data.target_event_id == target.event_id
    ]
    if entries.decide(visible(said, view), entry) is None:
        return None
    return session.put(draft, origin, history)


def _amend(session: "Session", draft: Draft, origin: "Origin", history: History, target: Envelope) -> Envelope | None:
    """A correction or a void: with the visibility of its target, on behalf of the same party."""
    if draft.on_behalf_of not in (None, target.on_behalf_of):
        raise IsNotAParty(f"Only {target.on_behalf_of}, for whom it was recorded, amends this entry.", "on_behalf_of")
    draft = replace(draft, on_behalf_of=target.on_behalf_of, visibility=target.visibility)
    if all(standing.event_id != target.event_id for standing in history.standing()):
        if isinstance(draft.fact, EntryVoided):
            return None
        raise IsNotAllowedNow("The entry is voided.", "target_event_id")
    if isinstance(draft.fact, EntryCorrected):
        draft = replace(draft, fact=_corrected(session, draft, draft.fact, history, target))
    _refuse_if_others_stand_on_it(session, draft, history, target)
    if isinstance(draft.fact, EntryCorrected):
        data = session.seal_data(type(target.data), draft.fact.data, target.event_id)
        draft = replace(draft, fact=replace(draft.fact, data=data))
    return session.put(draft, origin, history)


def _corrected(
    session: "Session", draft: Draft, fact: EntryCorrected, history: History, target: Envelope
) -> EntryCorrected:
    """The correction with its replacement data complete and decided anew at the entry's own place (A34)."""
    if isinstance(target.data, About):
        raise IsNotAllowedNow(f"{target.type} is not corrected; void it.", "target_event_id")
    if isinstance(target.data, PersonRegistered) and history.state(None).erased:
        raise IsNotAllowedNow(f"The person {target.data.person_id} has been erased.", "target_event_id")
    before = next(entry for entry in history.entries if entry.event_id == target.event_id)
    names = filter(None, (item_field(type(before.fact)), *before.fact.fills))
    stays = {name: str(value) for name in names if (value := getattr(before.fact, name)) is not None}
    new = parse_fact(target.type, {**stays, **fact.data}, place="data")
    _keep_its_ids(new, before.fact)
    if isinstance(new, RelationshipRegistered) and isinstance(before.fact, RelationshipRegistered):
        _keep_what_all_else_stands_on(session, target, new, before.fact)
    checks.only_what_callers_may_send(new)
    on = fact.on or before.on
    view = own_of(target)
    entry = replace(before, fact=new, on=on)
    world = RelationshipWorld(session, target.relationship_id, view, entry)
    checks.not_in_the_future(on, session.now.astimezone(ZoneInfo("UTC")).date())
    if target.relationship_id is not None:
        checks.not_before_registration(entry, world)
        checks.speaks_for_a_party(replace(draft, fact=new), entry, world)
    checks.names_what_is_known(entry, world)
    checks.holds_money(entry, world)
    others = [e for e in visible(history.entries, view) if e.event_id != target.event_id and e.place < entry.place]
    state = history.fold(others)
    if history.is_orphan(state, entry):
        raise IsOutOfOrder(f"The {history.aggregate.name} is not known on {on}.", "on")
    decided = history.aggregate.decide(state, entry, world)
    return replace(fact, data=msgspec.to_builtins(decided or new))


def _keep_its_ids(new: Fact, old: Fact) -> None:
    """A correction cannot change what the entry is about (A76)."""
    for name in filter(None, (item_field(type(old)), *old.fills)):
        given, stays = getattr(new, name), getattr(old, name)
        if given != stays:
            raise IsMalformed(f"A correction keeps the {name} {stays}; {given} was given.", f"data.{name}")


def _keep_what_all_else_stands_on(
    session: "Session", target: Envelope, new: RelationshipRegistered, old: RelationshipRegistered
) -> None:
    """Currency and time zone of a registration stay once another fact stands (A76)."""
    changed = [name for name in ("currency", "time_zone") if getattr(new, name) != getattr(old, name)]
    if not changed:
        return
    session.flush()
    standing = in_force(lookups.naming(session.append.connection, FACTS, "", target.relationship_id))
    if any(entry.event_id != target.event_id for entry in standing):
        name = changed[0]
        raise IsNotAllowedNow(f"The {name} {getattr(old, name)} stays: other facts stand on it.", f"data.{name}")


def _refuse_if_others_stand_on_it(session: "Session", draft: Draft, history: History, target: Envelope) -> None:
    """Refuses what would break a later entry: of the same item, one that names it, or one of a party made inactive."""
    assert draft.on is not None
    view = own_of(target)
    amended = [*history.envelopes, _preview(session, draft, target)]
    before, after = visible(history.entries, view), visible(in_force(amended), view)
    anywhere = Entry(fact=target.data, on=target.on, position=session.size + 1, on_behalf_of=None, own_of=view)
    world = RelationshipWorld(session, target.relationship_id, view, anywhere)
    broken = {p: why for p, why in history.broken(after, world).items() if p != target.position}
    broken.update(_naming(session, target, after))
    if history.aggregate is relationships:
        broken.update(_made_inactive(session, target, history, before, after))
    session.refuse_broken(broken, history.broken(before, world))


def _preview(session: "Session", draft: Draft, target: Envelope) -> Envelope:
    assert draft.on is not None
    return replace(target, event_id=UUID(int=0), position=session.size + 1, on=draft.on, type="entry", data=draft.fact)


def _naming(session: "Session", target: Envelope, after: Iterable[Entry]) -> dict[int, str]:
    """Entries of other items that name the item whose beginning is voided or moved to a later day."""
    if not target.data.creates:
        return {}
    name = item_field(type(target.data)) or ""
    item = getattr(target.data, name)
    begins = next((e.on for e in after if e.fact.creates and getattr(e.fact, name, None) == item), None)
    session.flush()
    elsewhere = in_force(
        e
        for e in lookups.naming(session.append.connection, FACTS, str(item), target.relationship_id)
        if e.stream_id != target.stream_id
    )
    return {
        entry.position: f"It names {item}."
        for entry in visible(elsewhere, own_of(target))
        if item in checks.ids(entry.fact) and (begins is None or entry.on < begins)
    }


def _made_inactive(
    session: "Session", target: Envelope, history: History, before: Iterable[Entry], after: Iterable[Entry]
) -> dict[int, str]:
    """Entries that name, or speak for, a party that would not be active on their day any more."""
    was, now = history.fold(before), history.fold(after)
    session.flush()
    broken = {}
    entries = in_force(lookups.naming(session.append.connection, FACTS, "", target.relationship_id))
    for entry in visible(entries, own_of(target)):
        if entry.event_id == target.event_id or AGGREGATE_OF[type(entry.fact)] is relationships:
            continue
        if now is None or entry.on < now.registered_on:
            broken[entry.position] = "The relationship is not registered then."
            continue
        lost = was.active(entry.on) - now.active(entry.on)
        named = {entry.on_behalf_of, *(v for _, kind, v in references(entry.fact) if kind == "party")}
        if lost & named:
            broken[entry.position] = f"{', '.join(sorted(map(str, lost & named)))} would not be a party on {entry.on}."
    return broken
