"""Joint plans: docs/principles.md A35, A36; docs/events.md 1 (agreed before issued)."""

from datetime import date

import pytest

from domain.errors import IsOutOfOrder
from domain.facts.joint_plans import JointPlanAgreed, JointPlanIssued, JointPlanReviewed, joint_plans
from domain.facts.versions import Versions
from given import ANNE, BEN, A, B, at, given

FIRST = JointPlanIssued(version=1, effective_on=date(2025, 2, 1), parts=("scope", "ways of working"))
SECOND = JointPlanIssued(version=2, effective_on=date(2025, 8, 1), next_review_on=date(2026, 2, 1))
AGREED = JointPlanAgreed(version=1, party=A, signatory=ANNE)
REVIEWED = JointPlanReviewed(version=1)


def test_the_first_version_is_1() -> None:
    assert given(joint_plans).when(at("2025-01-10", FIRST)) == FIRST
    assert isinstance(given(joint_plans).when(at("2025-01-10", SECOND)), IsOutOfOrder)


def test_the_next_version_is_one_higher() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST))
    assert book.when(at("2025-06-20", SECOND)) == SECOND


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_issued_again_or_left_out_is_refused(version: int) -> None:
    other = JointPlanIssued(version=version, effective_on=date(2025, 8, 1))
    refused = given(joint_plans, at("2025-01-10", FIRST)).when(at("2025-06-20", other))
    assert isinstance(refused, IsOutOfOrder)
    assert refused.message == f"Version {version} does not follow version 1."
    assert refused.field == "version"


def test_agreed_before_issued_is_refused() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST))
    assert isinstance(book.when(at("2025-01-09", AGREED)), IsOutOfOrder)
    assert book.when(at("2025-01-10", AGREED)) == AGREED


def test_agreeing_to_a_version_not_issued_is_refused() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST))
    of_second = JointPlanAgreed(version=2, party=A, signatory=ANNE)
    assert isinstance(book.when(at("2025-01-11", of_second)), IsOutOfOrder)


def test_agreeing_again_holds_already() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST), at("2025-01-15", AGREED))
    assert book.when(at("2025-01-16", AGREED)) is None
    assert book.when(at("2025-01-16", JointPlanAgreed(version=1, party=A, signatory=BEN))) is None


def test_each_party_agrees_for_itself() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST), at("2025-01-15", AGREED))
    other = JointPlanAgreed(version=1, party=B, signatory=BEN)
    assert book.when(at("2025-01-15", other)) == other


def test_each_version_is_agreed_anew_and_an_older_one_may_still_be() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST), at("2025-01-15", AGREED), at("2025-06-20", SECOND))
    of_second = JointPlanAgreed(version=2, party=A, signatory=ANNE)
    of_first = JointPlanAgreed(version=1, party=B, signatory=BEN)
    assert book.when(at("2025-06-20", of_second)) == of_second
    assert book.when(at("2025-06-21", of_first)) == of_first


def test_reviewed_before_issued_is_refused() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST))
    assert isinstance(book.when(at("2025-01-09", REVIEWED)), IsOutOfOrder)
    assert book.when(at("2025-01-10", REVIEWED)) == REVIEWED


def test_a_version_is_reviewed_as_often_as_it_is_looked_at() -> None:
    book = given(joint_plans, at("2025-01-10", FIRST), at("2025-04-10", REVIEWED))
    assert book.when(at("2025-07-10", REVIEWED)) == REVIEWED


def test_the_state_holds_the_highest_version_and_every_signature() -> None:
    book = given(
        joint_plans,
        at("2025-01-10", FIRST),
        at("2025-01-15", AGREED),
        at("2025-05-02", REVIEWED),
        at("2025-06-20", SECOND),
    )
    assert book.state() == Versions(issued=2, signed=frozenset({(1, A)}))
