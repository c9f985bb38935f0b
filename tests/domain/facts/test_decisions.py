"""Decisions: docs/principles.md A49."""

from datetime import date

from domain.errors import IsNotAllowedNow
from domain.facts.bodies import GovernanceBodyDissolved, GovernanceBodyEstablished
from domain.facts.decisions import Decision, DecisionImplemented, DecisionReversed, DecisionTaken, decisions
from given import A, B, at, given, uid

BODY, ID = uid(1), uid(2)
ESTABLISHED = at(
    "2025-01-10",
    GovernanceBodyEstablished(body_id=BODY, name="Board", level="management", cadence_days=30, required_roles=()),
)
DISSOLVED = at("2025-06-10", GovernanceBodyDissolved(body_id=BODY))
DECISION = DecisionTaken(
    decision_id=ID, body_id=BODY, text="Share the tooling.", agreed_by=(A, B), owner_party=B, due_on=date(2025, 5, 1)
)
TAKEN = at("2025-02-10", DECISION)
IMPLEMENTED = DecisionImplemented(decision_id=ID)
REVERSED = DecisionReversed(decision_id=ID)


def test_a_decision_is_taken_with_or_without_a_day() -> None:
    book = given(decisions, ESTABLISHED)
    without = DecisionTaken(decision_id=ID, body_id=BODY, text="Meet more.", agreed_by=(), owner_party=A)
    assert book.when(TAKEN) == DECISION
    assert book.when(at("2025-02-10", without)) == without
    assert given(decisions, ESTABLISHED, TAKEN).state(ID) == Decision()


def test_a_body_decides_up_to_the_day_on_which_it_is_dissolved() -> None:
    book = given(decisions, ESTABLISHED, DISSOLVED)
    assert book.when(at("2025-06-10", DECISION)) == DECISION
    refused = book.when(at("2025-06-11", DECISION))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The body was dissolved on 2025-06-10, before 2025-06-11."


def test_a_decision_is_implemented_once_also_after_its_body_is_dissolved() -> None:
    book = given(decisions, ESTABLISHED, TAKEN, DISSOLVED)
    assert book.when(at("2025-06-11", IMPLEMENTED)) == IMPLEMENTED
    book = given(decisions, ESTABLISHED, TAKEN, at("2025-05-01", IMPLEMENTED))
    refused = book.when(at("2025-05-01", IMPLEMENTED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The decision was already implemented on 2025-05-01."


def test_a_decision_is_reversed_once_before_or_after_it_is_implemented() -> None:
    assert given(decisions, ESTABLISHED, TAKEN).when(at("2025-02-10", REVERSED)) == REVERSED
    book = given(decisions, ESTABLISHED, TAKEN, at("2025-05-01", IMPLEMENTED))
    assert book.when(at("2025-05-02", REVERSED)) == REVERSED
    book = given(decisions, ESTABLISHED, TAKEN, at("2025-05-01", IMPLEMENTED), at("2025-05-02", REVERSED))
    assert book.state(ID) == Decision(implemented_on=date(2025, 5, 1), reversed_on=date(2025, 5, 2))
    assert isinstance(book.when(at("2025-05-02", REVERSED)), IsNotAllowedNow)


def test_a_decision_implemented_after_its_reversal_is_refused() -> None:
    book = given(decisions, ESTABLISHED, TAKEN, at("2025-05-02", REVERSED))
    assert isinstance(book.when(at("2025-05-02", IMPLEMENTED)), IsNotAllowedNow)
    assert book.when(at("2025-05-01", IMPLEMENTED)) == IMPLEMENTED
