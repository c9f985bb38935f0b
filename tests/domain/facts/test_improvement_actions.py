"""Improvement actions: docs/principles.md A72."""

from datetime import date

from domain.errors import IsNotAllowedNow
from domain.facts.improvement_actions import (
    ImprovementAction,
    ImprovementActionCompleted,
    ImprovementActionRaised,
    ImprovementActionVerified,
    improvement_actions,
)
from given import ANNE, A, at, given, uid

ID = uid(1)
RAISED = ImprovementActionRaised(
    action_id=ID,
    title="Weekly call",
    origin="review",
    indicator="TC1",
    owner_party=A,
    owner=ANNE,
    due_on=date(2025, 3, 1),
)
COMPLETED = ImprovementActionCompleted(action_id=ID)
WORKED = ImprovementActionVerified(action_id=ID, effective=True)
FAILED = ImprovementActionVerified(action_id=ID, effective=False)


def test_an_action_is_raised_completed_and_verified() -> None:
    assert given(improvement_actions).when(at("2025-01-10", RAISED)) == RAISED
    book = given(improvement_actions, at("2025-01-10", RAISED))
    assert book.state(ID) == ImprovementAction()
    assert book.when(at("2025-03-02", COMPLETED)) == COMPLETED


def test_completing_an_action_twice_is_refused() -> None:
    book = given(improvement_actions, at("2025-01-10", RAISED), at("2025-03-01", COMPLETED))
    assert isinstance(book.when(at("2025-03-01", COMPLETED)), IsNotAllowedNow)


def test_verified_before_completed_is_refused() -> None:
    book = given(improvement_actions, at("2025-01-10", RAISED), at("2025-03-01", COMPLETED))
    assert isinstance(book.when(at("2025-02-28", WORKED)), IsNotAllowedNow)
    assert book.when(at("2025-03-01", WORKED)) == WORKED


def test_the_last_verification_stands_whenever_it_is_made() -> None:
    book = given(
        improvement_actions,
        at("2025-01-10", RAISED),
        at("2025-03-01", COMPLETED),
        at("2025-05-30", WORKED),
        at("2026-05-30", FAILED),
    )
    assert book.state(ID) == ImprovementAction(completed=True, effective=False)
    assert book.when(at("2027-05-30", WORKED)) == WORKED
