import pytest

from domain.errors import IsNotAllowedNow
from domain.facts.exits import ExitCompleted, ExitInvoked, ExitRehearsed, exits
from domain.facts.fact import Fact
from given import at, given

REHEARSED = ExitRehearsed(passed=True)
INVOKED = ExitInvoked(reason="The contract ends")
COMPLETED = ExitCompleted(future_option="a joint bid")


def test_an_exit_is_rehearsed_any_number_of_times_before_it_is_completed() -> None:
    assert given(exits).when(at("2025-01-10", REHEARSED)) == REHEARSED
    assert given(exits, at("2025-01-10", REHEARSED)).when(at("2025-01-10", REHEARSED)) == REHEARSED
    assert given(exits, at("2025-01-10", INVOKED)).when(at("2025-01-11", REHEARSED)) == REHEARSED


def test_an_exit_is_invoked_once() -> None:
    assert given(exits, at("2025-01-10", REHEARSED)).when(at("2025-01-10", INVOKED)) == INVOKED
    refused = given(exits, at("2025-01-10", INVOKED)).when(at("2025-01-10", INVOKED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The exit was already invoked before this entry of 2025-01-10."


def test_a_rehearsal_does_not_undo_the_invocation() -> None:
    book = given(exits, at("2025-01-10", INVOKED), at("2025-01-11", REHEARSED))
    assert isinstance(book.when(at("2025-01-12", INVOKED)), IsNotAllowedNow)
    assert book.when(at("2025-01-12", COMPLETED)) == COMPLETED


def test_only_an_invoked_exit_is_completed() -> None:
    book = given(exits, at("2025-01-10", INVOKED))
    assert book.when(at("2025-01-10", COMPLETED)) == COMPLETED
    refused = book.when(at("2025-01-09", COMPLETED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "No exit was invoked by 2025-01-09, so none is completed."


@pytest.mark.parametrize("fact", [REHEARSED, INVOKED, COMPLETED])
def test_a_completed_exit_takes_no_further_fact(fact: Fact) -> None:
    book = given(exits, at("2025-01-10", INVOKED), at("2025-06-30", COMPLETED))
    refused = book.when(at("2025-06-30", fact))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The exit was already completed before this entry of 2025-06-30."
