import msgspec
import pytest
from msgspec.structs import replace

from domain.errors import IsMalformed, IsNotAllowedNow, UnknownId
from domain.facts.health_checks import (
    ConsensusAgreed,
    HealthCheckAnswered,
    HealthCheckClosed,
    HealthCheckOpened,
    Question,
    health_checks,
)
from given import A, B, at, given, uid

ROUND = uid(1)
Q1 = Question(key="q1", principle="P2", text="Do we share values?")
Q2 = Question(key="q2", principle="P7", text="Do we keep our word?")
OPENED = HealthCheckOpened(check_id=ROUND, questions=(Q1, Q2), invited={A: 3})
ANSWERED = HealthCheckAnswered(check_id=ROUND, party=A, respondent="a1", answers={"q1": 4}, recommend=9)
CLOSED = HealthCheckClosed(check_id=ROUND)
AGREED = ConsensusAgreed(check_id=ROUND, question="q2", rating=3)


def test_a_round_is_opened() -> None:
    assert given(health_checks).when(at("2025-01-10", OPENED)) == OPENED


def test_the_questions_of_a_round_have_different_keys() -> None:
    twice = replace(OPENED, questions=(Q1, replace(Q2, key="q1")))
    refused = given(health_checks).when(at("2025-01-10", twice))
    assert isinstance(refused, IsMalformed)
    assert refused.field == "questions"


def test_an_open_round_takes_answers_also_of_a_party_not_invited() -> None:
    book = given(health_checks, at("2025-01-10", OPENED))
    of_b = HealthCheckAnswered(check_id=ROUND, party=B, respondent="b1", answers={"q1": 1, "q2": 5})
    assert book.when(at("2025-01-10", ANSWERED)) == ANSWERED
    assert book.when(at("2025-01-10", of_b, by=B)) == of_b


def test_someone_may_answer_the_recommendation_alone() -> None:
    alone = HealthCheckAnswered(check_id=ROUND, party=A, respondent="a1", answers={}, recommend=0)
    assert given(health_checks, at("2025-01-10", OPENED)).when(at("2025-01-11", alone)) == alone


def test_a_second_answer_of_a_respondent_is_recorded() -> None:
    book = given(health_checks, at("2025-01-10", OPENED), at("2025-01-11", ANSWERED))
    again = replace(ANSWERED, answers={"q2": 2})
    assert book.when(at("2025-01-12", again)) == again


def test_an_answer_to_a_question_not_asked_is_refused() -> None:
    book = given(health_checks, at("2025-01-10", OPENED))
    refused = book.when(at("2025-01-11", replace(ANSWERED, answers={"q1": 4, "q3": 4})))
    assert isinstance(refused, UnknownId)
    assert refused.message == "No question q3 is known here."
    assert refused.field == "answers"


def test_an_answer_after_the_closing_is_refused_in_the_order_of_day_and_position() -> None:
    book = given(health_checks, at("2025-01-10", OPENED), at("2025-01-20", CLOSED))
    assert book.when(at("2025-01-19", ANSWERED)) == ANSWERED
    refused = book.when(at("2025-01-20", ANSWERED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The round was already closed before this entry of 2025-01-20."


def test_a_round_is_closed_once() -> None:
    assert given(health_checks, at("2025-01-10", OPENED)).when(at("2025-01-10", CLOSED)) == CLOSED
    book = given(health_checks, at("2025-01-10", OPENED), at("2025-01-20", CLOSED))
    assert isinstance(book.when(at("2025-01-21", CLOSED)), IsNotAllowedNow)


def test_consensus_is_agreed_before_or_after_the_closing() -> None:
    book = given(health_checks, at("2025-01-10", OPENED), at("2025-01-20", CLOSED))
    assert book.when(at("2025-01-19", AGREED)) == AGREED
    assert book.when(at("2025-01-21", AGREED)) == AGREED


def test_the_same_consensus_again_changes_nothing() -> None:
    book = given(health_checks, at("2025-01-10", OPENED), at("2025-01-21", AGREED))
    assert book.when(at("2025-01-22", AGREED)) is None
    changed = replace(AGREED, rating=4)
    assert book.when(at("2025-01-22", changed)) == changed
    book = given(health_checks, at("2025-01-10", OPENED), at("2025-01-21", AGREED), at("2025-01-22", changed))
    assert book.when(at("2025-01-23", AGREED)) == AGREED
    assert book.when(at("2025-01-23", changed)) is None


def test_consensus_on_a_question_not_asked_is_refused() -> None:
    refused = given(health_checks, at("2025-01-10", OPENED)).when(at("2025-01-21", replace(AGREED, question="q3")))
    assert isinstance(refused, UnknownId)
    assert refused.field == "question"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answers", {"q1": 0}),
        ("answers", {"q1": 6}),
        ("answers", {"q1": "4"}),
        ("recommend", -1),
        ("recommend", 11),
        ("respondent", ""),
    ],
)
def test_an_answer_out_of_range_is_malformed(name: str, value: object) -> None:
    data = {"check_id": str(ROUND), "party": str(A), "respondent": "a1", "answers": {"q1": 1, "q2": 5}, "recommend": 0}
    assert msgspec.convert({**data, "recommend": 10}, HealthCheckAnswered).recommend == 10
    assert msgspec.convert(data, HealthCheckAnswered).recommend == 0
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**data, name: value}, HealthCheckAnswered)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("questions", []),
        ("questions", [{"key": "q1", "principle": "P13", "text": "x"}]),
        ("invited", {str(A): -1}),
        ("invited", {"A": 1}),
    ],
)
def test_a_round_without_questions_or_with_a_wrong_invitation_is_malformed(name: str, value: object) -> None:
    data = {"questions": [{"key": "q1", "principle": "P12", "text": "x"}], "invited": {str(A): 0}}
    assert msgspec.convert(data, HealthCheckOpened).invited == {A: 0}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**data, name: value}, HealthCheckOpened)
