"""Meetings of governance bodies (P4, P5). Rules: docs/principles.md A7, A8, A34, A45, A47, A48.

A scheduled meeting is an item of its own. A meeting never scheduled has no id: it is kept under its body, with others.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsMalformed, IsNotAllowedNow
from domain.facts.bodies import bodies, refuse_dissolved
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import AgreedBy, CancellationEffect, DueOn, ItemId, ShortText, field

BodyId = Annotated[UUID, field(column="ref", known="governance_body")]


class Attendee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who was there, for which party and in which role."""

    party: Annotated[UUID, field(part="party", known="party")]
    role: Annotated[ShortText, field(part="code")]
    person: Annotated[UUID, field(part="person", known="person")]


# Facts


class MeetingScheduled(Fact, frozen=True, kw_only=True, tag="meeting.scheduled"):
    """A body is to meet on a day."""

    creates: ClassVar[bool] = True

    meeting_id: ItemId | None = None
    body_id: BodyId
    scheduled_for: DueOn


class MeetingHeld(Fact, frozen=True, kw_only=True, tag="meeting.held"):
    """The body met on that day. A caller names the scheduled meeting, or the body of one never scheduled."""

    meeting_id: ItemId | None = None
    body_id: BodyId | None = None
    attendees: tuple[Attendee, ...]


class MeetingCancelled(Fact, frozen=True, kw_only=True, tag="meeting.cancelled"):
    """The parties called, or tried to call, the meeting off."""

    register_sets: ClassVar[tuple[str, ...]] = ("effect",)

    meeting_id: ItemId
    agreed_by: AgreedBy
    effect: Annotated[CancellationEffect, field(column="code")] | None = None


# State


class Meeting(Struct, frozen=True, kw_only=True):
    """A scheduled meeting as its facts leave it; under a body's id, that the body met without a schedule."""

    body_id: UUID
    held: bool = False
    cancelled: bool = False


# Decisions


def decide(state: Meeting | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, MeetingScheduled):
        refuse_dissolved(world.read(bodies, fact.body_id), entry)
        return fact
    if isinstance(fact, MeetingHeld):
        return _hold(state, fact)
    assert isinstance(fact, MeetingCancelled)
    _refuse_after_the_end(state)
    agreed = world.active(entry.on) <= {*fact.agreed_by, entry.on_behalf_of}
    return replace(fact, effect="effective" if agreed else "not_agreed")


def _hold(state: Meeting | None, fact: MeetingHeld) -> Fact:
    if fact.meeting_id is None:
        if fact.body_id is None:
            raise IsMalformed("A meeting that was never scheduled names its body.", "body_id")
        return fact
    meeting = _refuse_after_the_end(state)
    if fact.body_id not in (None, meeting.body_id):
        raise IsMalformed(f"The meeting is one of body {meeting.body_id}, not of {fact.body_id}.", "body_id")
    return replace(fact, body_id=meeting.body_id)


def _refuse_after_the_end(state: Meeting | None) -> Meeting:
    assert state is not None, "the register has checked that the item is known"
    if state.held:
        raise IsNotAllowedNow("The meeting has already been held.", "meeting_id")
    if state.cancelled:
        raise IsNotAllowedNow("The meeting has already been cancelled by all parties.", "meeting_id")
    return state


# State from facts


def evolve(state: Meeting | None, entry: Entry) -> Meeting:
    fact = entry.fact
    if isinstance(fact, MeetingScheduled):
        return Meeting(body_id=fact.body_id)
    if isinstance(fact, MeetingHeld) and fact.meeting_id is None:
        assert fact.body_id is not None
        return Meeting(body_id=fact.body_id)
    assert state is not None
    match fact:
        case MeetingHeld():
            return replace(state, held=True)
        case MeetingCancelled(effect="effective"):
            return replace(state, cancelled=True)
        case _:
            return state


meetings = Aggregate(
    name="meeting",
    key="meeting_id",
    facts=(MeetingScheduled, MeetingHeld, MeetingCancelled),
    decide=decide,
    evolve=evolve,
)
