"""Behaviour concerns: docs/events.md 2."""

from domain.errors import IsNotAllowedNow
from domain.facts.concerns import BehaviourConcernClosed, BehaviourConcernRaised, Concern, concerns
from given import A, B, at, given, uid

ID = uid(1)
RAISED = BehaviourConcernRaised(concern_id=ID, by_party=A, about_party=B, description="Late again.")
CLOSED = BehaviourConcernClosed(concern_id=ID, outcome="Talked it over.")


def test_a_concern_is_raised_and_closed() -> None:
    assert given(concerns).when(at("2025-05-01", RAISED)) == RAISED
    book = given(concerns, at("2025-05-01", RAISED))
    assert book.state(ID) == Concern(closed=False)
    assert book.when(at("2025-05-01", CLOSED)) == CLOSED


def test_closing_a_concern_twice_is_refused() -> None:
    book = given(concerns, at("2025-05-01", RAISED), at("2025-06-30", CLOSED))
    assert book.state(ID) == Concern(closed=True)
    assert isinstance(book.when(at("2025-06-30", CLOSED)), IsNotAllowedNow)
    assert book.when(at("2025-06-29", CLOSED)) == CLOSED  # the register then refuses it for the closing that follows


def test_one_concern_closed_leaves_another_open() -> None:
    other = BehaviourConcernRaised(concern_id=uid(2), by_party=B, about_party=A, description="Rude.")
    book = given(concerns, at("2025-05-01", RAISED), at("2025-05-01", other), at("2025-06-30", CLOSED))
    closed = BehaviourConcernClosed(concern_id=uid(2))
    assert book.when(at("2025-06-30", closed)) == closed
