"""Meetings: docs/principles.md A7, A8, A34, A45, A47; docs/events.md 2."""

from datetime import date
from uuid import UUID

import pytest

from domain.errors import IsMalformed, IsNotAllowedNow
from domain.facts.bodies import GovernanceBodyDissolved, GovernanceBodyEstablished
from domain.facts.meetings import Attendee, Meeting, MeetingCancelled, MeetingHeld, MeetingScheduled, meetings
from domain.values import CancellationEffect
from given import ANNE, BEN, EVER, A, B, C, at, day, given, uid

BODY, OTHER_BODY, ID = uid(1), uid(2), uid(3)
ESTABLISHED = at(
    "2025-01-10",
    GovernanceBodyEstablished(body_id=BODY, name="Steering", level="strategic", cadence_days=91, required_roles=()),
)
DISSOLVED = at("2025-06-10", GovernanceBodyDissolved(body_id=BODY))
MEETING = MeetingScheduled(meeting_id=ID, body_id=BODY, scheduled_for=date(2025, 5, 1))
SCHEDULED = at("2025-04-01", MEETING)
BOTH = (
    Attendee(party=A, role="executive_sponsor", person=ANNE),
    Attendee(party=B, role="executive_sponsor", person=BEN),
)


def held(meeting_id: UUID | None, body_id: UUID | None) -> MeetingHeld:
    return MeetingHeld(meeting_id=meeting_id, body_id=body_id, attendees=BOTH)


def cancelled(*agreed_by: UUID, effect: CancellationEffect | None = None) -> MeetingCancelled:
    return MeetingCancelled(meeting_id=ID, agreed_by=agreed_by, effect=effect)


def test_a_meeting_is_scheduled() -> None:
    book = given(meetings, ESTABLISHED)
    assert book.when(SCHEDULED) == MEETING
    assert given(meetings, ESTABLISHED, SCHEDULED).state(ID) == Meeting(body_id=BODY)


def test_a_meeting_in_the_past_may_be_scheduled_when_history_is_taken_over() -> None:
    assert given(meetings, ESTABLISHED).when(at("2025-05-02", MEETING)) == MEETING


def test_no_meeting_is_scheduled_after_the_day_on_which_its_body_is_dissolved() -> None:
    book = given(meetings, ESTABLISHED, DISSOLVED)
    assert book.when(at("2025-06-10", MEETING)) == MEETING
    refused = book.when(at("2025-06-11", MEETING))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.field == "body_id"


def test_a_scheduled_meeting_that_is_held_names_its_body() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED)
    assert book.when(at("2025-05-03", held(ID, None))) == held(ID, BODY)
    assert book.when(at("2025-05-03", held(ID, BODY))) == held(ID, BODY)


def test_a_scheduled_meeting_held_by_another_body_is_refused() -> None:
    refused = given(meetings, ESTABLISHED, SCHEDULED).when(at("2025-05-01", held(ID, OTHER_BODY)))
    assert isinstance(refused, IsMalformed)
    assert refused.field == "body_id"


def test_a_meeting_held_twice_is_refused() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED, at("2025-05-01", held(ID, BODY)))
    assert book.state(ID) == Meeting(body_id=BODY, held=True)
    assert isinstance(book.when(at("2025-05-01", held(ID, None))), IsNotAllowedNow)


def test_a_meeting_never_scheduled_names_its_body_and_may_be_one_of_many() -> None:
    book = given(meetings, ESTABLISHED)
    assert book.when(at("2025-05-01", held(None, BODY))) == held(None, BODY)
    book = given(meetings, ESTABLISHED, at("2025-05-01", held(None, BODY)))
    assert book.state(BODY) == Meeting(body_id=BODY)
    assert book.when(at("2025-05-01", held(None, BODY))) == held(None, BODY)
    assert book.when(at("2025-04-01", held(None, BODY))) == held(None, BODY)


def test_a_meeting_held_that_names_neither_itself_nor_its_body_is_malformed() -> None:
    refused = given(meetings, ESTABLISHED).when(at("2025-05-01", held(None, None)))
    assert isinstance(refused, IsMalformed)
    assert refused.field == "body_id"


def test_what_a_dissolved_body_still_held_is_recorded() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED, DISSOLVED)
    assert book.when(at("2025-06-11", held(ID, None))) == held(ID, BODY)
    assert book.when(at("2025-06-11", held(None, BODY))) == held(None, BODY)


def test_a_cancellation_by_all_parties_is_effective_at_any_time() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED)
    for on in ("2025-04-01", "2025-04-24", "2025-04-25", "2025-05-01", "2025-05-02"):
        assert book.when(at(on, cancelled(A, B))) == cancelled(A, B, effect="effective")


def test_a_cancellation_that_one_party_did_not_agree_to_is_recorded_as_not_agreed() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED)
    assert book.when(at("2025-04-20", cancelled(A))) == cancelled(A, effect="not_agreed")
    assert book.when(at("2025-04-20", cancelled())) == cancelled(effect="not_agreed")


def test_the_party_on_whose_behalf_it_is_recorded_counts_as_agreeing() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED)
    assert book.when(at("2025-04-20", cancelled(A), by=B)) == cancelled(A, effect="effective")


@pytest.mark.parametrize(
    ("on", "effect"),
    [
        ("2025-04-09", "effective"),
        ("2025-04-10", "not_agreed"),
        ("2025-04-19", "not_agreed"),
        ("2025-04-20", "effective"),
    ],
)
def test_all_parties_are_those_active_on_the_day_of_the_cancellation(on: str, effect: CancellationEffect) -> None:
    parties = {A: EVER, B: EVER, C: (day("2025-04-10"), day("2025-04-20"))}
    book = given(meetings, ESTABLISHED, SCHEDULED, parties=parties)
    assert book.when(at(on, cancelled(A, B))) == cancelled(A, B, effect=effect)


def test_held_after_an_effective_cancellation_is_refused() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED, at("2025-04-20", cancelled(A, B, effect="effective")))
    assert book.state(ID) == Meeting(body_id=BODY, cancelled=True)
    assert isinstance(book.when(at("2025-05-01", held(ID, None))), IsNotAllowedNow)
    assert isinstance(book.when(at("2025-04-20", cancelled(A, B))), IsNotAllowedNow)


def test_held_after_a_cancellation_that_was_not_agreed_is_recorded() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED, at("2025-04-20", cancelled(A, effect="not_agreed")))
    assert book.when(at("2025-05-01", held(ID, None))) == held(ID, BODY)
    assert book.when(at("2025-04-21", cancelled(A, B))) == cancelled(A, B, effect="effective")


def test_cancelled_after_held_is_refused() -> None:
    book = given(meetings, ESTABLISHED, SCHEDULED, at("2025-05-01", held(ID, BODY)))
    assert isinstance(book.when(at("2025-05-01", cancelled(A, B))), IsNotAllowedNow)
    assert isinstance(book.when(at("2025-05-02", cancelled(A))), IsNotAllowedNow)
