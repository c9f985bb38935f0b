"""Objectives: docs/principles.md A7, A8, A34, A40, A41, A92."""

from datetime import date
from uuid import UUID

import pytest

from domain.errors import IsMalformed, IsNotAllowedNow, IsOutOfRange
from domain.facts.fact import Fact
from domain.facts.objectives import (
    Link,
    Objective,
    ObjectiveAgreed,
    ObjectiveEndorsed,
    ObjectiveLinked,
    ObjectiveMeasured,
    ObjectiveRevised,
    ObjectiveWithdrawn,
    objectives,
)
from domain.values import Effect, WithdrawalEffect
from given import EVER, A, B, C, at, day, given, uid

ID = uid(1)


def agreed(baseline: str = "0", target: str = "10") -> ObjectiveAgreed:
    return ObjectiveAgreed(
        objective_id=ID,
        title="Fewer returns",
        measure="returns",
        unit="pieces",
        baseline=baseline,
        target=target,
        due_on=date(2025, 6, 30),
        owner_party=A,
        links=(Link(party=A, own_objective="Quality"),),
    )


def revised(
    *agreed_by: UUID,
    target: str | None = None,
    due_on: date | None = None,
    from_due_on: date | None = None,
    effect: Effect | None = None,
) -> ObjectiveRevised:
    return ObjectiveRevised(
        objective_id=ID, target=target, due_on=due_on, agreed_by=agreed_by, from_due_on=from_due_on, effect=effect
    )


def withdrawn(*agreed_by: UUID, effect: WithdrawalEffect | None = None) -> ObjectiveWithdrawn:
    return ObjectiveWithdrawn(objective_id=ID, agreed_by=agreed_by, effect=effect)


AGREED = at("2025-01-10", agreed())
LATER = date(2025, 9, 30)


def test_an_objective_is_agreed() -> None:
    assert given(objectives).when(AGREED) == agreed()
    assert given(objectives, AGREED).state(ID) == Objective(
        target="10", due_on=date(2025, 6, 30), links=frozenset({(A, "Quality")})
    )


@pytest.mark.parametrize("figure", ["1000000000", "-1000000000.0000"])
def test_a_figure_of_10_to_the_9_is_recorded(figure: str) -> None:
    fact = agreed(baseline=figure, target=figure)
    assert given(objectives).when(at("2025-01-10", fact)) == fact


@pytest.mark.parametrize("figure", ["1000000000.0001", "-1000000000.0001"])
def test_a_figure_beyond_10_to_the_9_is_refused(figure: str) -> None:
    book = given(objectives, AGREED)
    refused = {
        "baseline": given(objectives).when(at("2025-01-10", agreed(baseline=figure))),
        "target": given(objectives).when(at("2025-01-10", agreed(target=figure))),
        "value": book.when(at("2025-02-10", ObjectiveMeasured(objective_id=ID, value=figure))),
    }
    for field, refusal in refused.items():
        assert isinstance(refusal, IsOutOfRange)
        assert refusal.field == field
        assert figure in refusal.message
    assert isinstance(book.when(at("2025-02-10", revised(A, B, target=figure))), IsOutOfRange)


def test_a_link_given_at_the_agreement_or_later_holds_already() -> None:
    linked = ObjectiveLinked(objective_id=ID, party=B, own_objective="Cost")
    book = given(objectives, AGREED, at("2025-02-10", linked))
    assert book.when(at("2025-02-11", linked)) is None
    assert book.when(at("2025-02-11", ObjectiveLinked(objective_id=ID, party=A, own_objective="Quality"))) is None


def test_a_party_links_another_of_its_own_objectives() -> None:
    for fact in (
        ObjectiveLinked(objective_id=ID, party=A, own_objective="Cost"),
        ObjectiveLinked(objective_id=ID, party=B, own_objective="Quality"),
    ):
        assert given(objectives, AGREED).when(at("2025-02-11", fact)) == fact


def test_endorsing_again_holds_already() -> None:
    endorsed = ObjectiveEndorsed(objective_id=ID, party=A)
    by_the_other = ObjectiveEndorsed(objective_id=ID, party=B)
    assert given(objectives, AGREED).when(at("2025-01-10", endorsed)) == endorsed
    book = given(objectives, AGREED, at("2025-01-10", endorsed))
    assert book.when(at("2025-01-11", endorsed)) is None
    assert book.when(at("2025-01-11", by_the_other)) == by_the_other
    assert book.state(ID).endorsed_by == frozenset({A})


def test_every_measurement_is_a_fact_of_its_own_also_after_the_due_date() -> None:
    measured = ObjectiveMeasured(objective_id=ID, value="-1.5")
    book = given(objectives, AGREED, at("2025-02-10", measured))
    assert book.when(at("2025-02-10", measured)) == measured
    assert book.when(at("2025-07-01", measured)) == measured
    assert book.state(ID) == given(objectives, AGREED).state(ID)


def test_a_revision_agreed_by_all_on_the_due_date_moves_it() -> None:
    decided = given(objectives, AGREED).when(at("2025-06-30", revised(A, B, due_on=LATER)))
    assert decided == revised(A, B, due_on=LATER, from_due_on=date(2025, 6, 30), effect="moves_due_date")


def test_a_revision_agreed_by_all_a_day_after_the_due_date_is_a_late_replan() -> None:
    decided = given(objectives, AGREED).when(at("2025-07-01", revised(A, B, due_on=LATER)))
    assert decided == revised(A, B, due_on=LATER, from_due_on=date(2025, 6, 30), effect="late_replan")


def test_a_revision_that_one_party_did_not_agree_to_is_recorded_as_not_agreed() -> None:
    decided = given(objectives, AGREED).when(at("2025-06-30", revised(A, due_on=LATER)))
    assert decided == revised(A, due_on=LATER, from_due_on=date(2025, 6, 30), effect="not_agreed")


def test_lateness_is_tested_before_agreement() -> None:
    decided = given(objectives, AGREED).when(at("2025-07-01", revised(due_on=LATER)))
    assert decided == revised(due_on=LATER, from_due_on=date(2025, 6, 30), effect="late_replan")


def test_the_party_on_whose_behalf_it_is_recorded_counts_as_agreeing() -> None:
    decided = given(objectives, AGREED).when(at("2025-03-01", revised(A, due_on=LATER), by=B))
    assert decided == revised(A, due_on=LATER, from_due_on=date(2025, 6, 30), effect="moves_due_date")


def test_a_revision_of_the_target_alone_that_takes_effect_moves_no_date() -> None:
    decided = given(objectives, AGREED).when(at("2025-03-01", revised(B, target="0")))
    assert decided == revised(B, target="0", from_due_on=date(2025, 6, 30), effect="moves_due_date")
    assert isinstance(decided, Fact)
    state = given(objectives, AGREED, at("2025-03-01", decided)).state(ID)
    assert (state.target, state.due_on) == ("0", date(2025, 6, 30))


def test_a_revision_of_nothing_is_malformed() -> None:
    assert isinstance(given(objectives, AGREED).when(at("2025-03-01", revised(A, B))), IsMalformed)


def test_all_parties_are_those_active_on_the_day_of_the_revision() -> None:
    parties = {A: EVER, B: EVER, C: (day("2025-03-01"), day("2025-05-01"))}
    book = given(objectives, AGREED, parties=parties)
    effects = {}
    for on in ("2025-02-28", "2025-03-01", "2025-04-30", "2025-05-01"):
        decided = book.when(at(on, revised(A, B, due_on=LATER)))
        assert isinstance(decided, ObjectiveRevised)
        effects[on] = decided.effect
    assert effects == {
        "2025-02-28": "moves_due_date",
        "2025-03-01": "not_agreed",
        "2025-04-30": "not_agreed",
        "2025-05-01": "moves_due_date",
    }


def test_only_a_revision_that_takes_effect_moves_the_date_that_the_next_one_is_held_against() -> None:
    stored = revised(A, B, due_on=LATER, from_due_on=date(2025, 6, 30), effect="moves_due_date")
    moved = given(objectives, AGREED, at("2025-06-30", stored))
    assert moved.state(ID).due_on == LATER
    assert moved.when(at("2025-09-30", revised(A, B, target="12"))) == revised(
        A, B, target="12", from_due_on=LATER, effect="moves_due_date"
    )
    assert moved.when(at("2025-10-01", revised(A, B, target="12"))) == revised(
        A, B, target="12", from_due_on=LATER, effect="late_replan"
    )


@pytest.mark.parametrize("effect", ["late_replan", "not_agreed"])
def test_a_revision_without_effect_changes_nothing(effect: Effect) -> None:
    stored = revised(A, due_on=LATER, target="12", from_due_on=date(2025, 6, 30), effect=effect)
    book = given(objectives, AGREED, at("2025-06-30", stored))
    assert book.state(ID) == given(objectives, AGREED).state(ID)


def test_a_revision_recorded_late_is_held_against_the_date_in_force_at_its_place() -> None:
    stored = revised(A, B, due_on=LATER, from_due_on=date(2025, 6, 30), effect="moves_due_date")
    book = given(objectives, AGREED, at("2025-06-20", stored))
    assert book.when(at("2025-06-19", revised(A, B, target="12"))) == revised(
        A, B, target="12", from_due_on=date(2025, 6, 30), effect="moves_due_date"
    )


def test_a_withdrawal_by_all_on_the_due_date_is_effective_and_a_day_later_late() -> None:
    book = given(objectives, AGREED)
    assert book.when(at("2025-06-30", withdrawn(A, B))) == withdrawn(A, B, effect="effective")
    assert book.when(at("2025-07-01", withdrawn(A, B))) == withdrawn(A, B, effect="late")


def test_a_withdrawal_that_one_party_did_not_agree_to_is_not_agreed_and_after_the_due_date_late() -> None:
    book = given(objectives, AGREED)
    assert book.when(at("2025-06-30", withdrawn(A))) == withdrawn(A, effect="not_agreed")
    assert book.when(at("2025-07-01", withdrawn(A))) == withdrawn(A, effect="late")
    assert book.when(at("2025-06-30", withdrawn(A), by=B)) == withdrawn(A, effect="effective")


@pytest.mark.parametrize(
    "fact",
    [
        ObjectiveLinked(objective_id=ID, party=B, own_objective="Cost"),
        ObjectiveEndorsed(objective_id=ID, party=A),
        ObjectiveMeasured(objective_id=ID, value="1"),
        revised(A, B, due_on=LATER),
        withdrawn(A, B),
    ],
)
def test_nothing_is_recorded_of_an_objective_effectively_withdrawn(fact: Fact) -> None:
    book = given(objectives, AGREED, at("2025-06-01", withdrawn(A, B, effect="effective")))
    assert isinstance(book.when(at("2025-06-01", fact)), IsNotAllowedNow)
    assert not isinstance(book.when(at("2025-05-31", fact)), IsNotAllowedNow)


@pytest.mark.parametrize("effect", ["not_agreed", "late"])
def test_a_withdrawal_without_effect_ends_nothing(effect: WithdrawalEffect) -> None:
    book = given(objectives, AGREED, at("2025-06-01", withdrawn(A, effect=effect)))
    assert book.state(ID).withdrawn_on is None
    assert book.when(at("2025-06-02", withdrawn(A, B))) == withdrawn(A, B, effect="effective")
