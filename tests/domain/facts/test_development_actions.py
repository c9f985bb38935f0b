"""Development actions: docs/events.md 2, docs/principles.md A75."""

from datetime import date

from domain.errors import IsNotAllowedNow
from domain.facts.development_actions import (
    DevelopmentAction,
    DevelopmentActionAgreed,
    DevelopmentActionCompleted,
    development_actions,
)
from given import at, given, uid

ID = uid(1)
AGREED = DevelopmentActionAgreed(action_id=ID, title="Negotiation course", due_on=date(2025, 3, 1), joint=True)
COMPLETED = DevelopmentActionCompleted(action_id=ID)


def test_an_action_is_agreed_and_completed() -> None:
    assert given(development_actions).when(at("2025-01-10", AGREED)) == AGREED
    book = given(development_actions, at("2025-01-10", AGREED))
    assert book.state(ID) == DevelopmentAction(completed=False)
    assert book.when(at("2025-03-02", COMPLETED)) == COMPLETED


def test_completing_an_action_twice_is_refused() -> None:
    book = given(development_actions, at("2025-01-10", AGREED), at("2025-03-01", COMPLETED))
    assert book.state(ID) == DevelopmentAction(completed=True)
    assert isinstance(book.when(at("2025-03-01", COMPLETED)), IsNotAllowedNow)
