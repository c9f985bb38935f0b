import msgspec
import pytest

from domain.errors import IdIsTaken, IsNotAllowedNow, IsOutOfOrder, UnknownId
from domain.facts.fact import Fact
from domain.facts.risks import (
    RiskAccepted,
    RiskAssessed,
    RiskClosed,
    RiskIdentified,
    RiskMaterialised,
    RiskOwnerAssigned,
    RiskReviewed,
    RiskTreatmentCompleted,
    RiskTreatmentPlanned,
    risks,
)
from domain.values import Money
from given import ANNE, BEN, A, B, at, day, given, uid

RISK, TREATMENT, OTHER = uid(1), uid(2), uid(3)
LATE_PARTS = RiskIdentified(risk_id=RISK, title="Late parts", category="supply", joint=True, owner_party=A, owner=ANNE)
STOCK = RiskTreatmentPlanned(
    risk_id=RISK, treatment_id=TREATMENT, action="Keep stock", due_on=day("2025-06-30"), owner_party=A
)
DONE = RiskTreatmentCompleted(risk_id=RISK, treatment_id=TREATMENT)
CLOSED = RiskClosed(risk_id=RISK)


def accepted(until: str, *parties: object) -> RiskAccepted:
    return msgspec.convert(
        {"risk_id": RISK, "by_parties": [str(party) for party in parties], "until": until}, RiskAccepted
    )


def test_a_risk_is_identified() -> None:
    assert given(risks).when(at("2025-01-10", LATE_PARTS)) == LATE_PARTS


@pytest.mark.parametrize(
    "fact",
    [
        RiskAssessed(risk_id=RISK, probability=5, impact=1, exposure=Money(amount="12.00", currency="EUR")),
        RiskReviewed(risk_id=RISK),
        RiskMaterialised(risk_id=RISK, issue_id=uid(9)),
        STOCK,
        CLOSED,
    ],
)
def test_an_open_risk_takes_every_fact(fact: Fact) -> None:
    assert given(risks, at("2025-01-10", LATE_PARTS)).when(at("2025-02-01", fact)) == fact


@pytest.mark.parametrize(
    "fact",
    [
        RiskOwnerAssigned(risk_id=RISK, owner_party=B),
        RiskAssessed(risk_id=RISK, probability=1, impact=1),
        RiskReviewed(risk_id=RISK),
        RiskMaterialised(risk_id=RISK),
        STOCK,
        DONE,
        accepted("2025-12-31", A, B),
        CLOSED,
    ],
)
def test_a_closed_risk_takes_no_further_fact(fact: Fact) -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", CLOSED))
    refused = book.when(at("2025-02-01", fact))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The risk was already closed before this entry of 2025-02-01."


def test_what_is_recorded_late_but_dated_before_the_closing_is_taken() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", CLOSED))
    assert book.when(at("2025-01-31", STOCK)) == STOCK


def test_the_same_owner_again_changes_nothing() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS))
    assert book.when(at("2025-02-01", RiskOwnerAssigned(risk_id=RISK, owner_party=A, owner=ANNE))) is None


@pytest.mark.parametrize(
    "fact",
    [
        RiskOwnerAssigned(risk_id=RISK, owner_party=B, owner=BEN),
        RiskOwnerAssigned(risk_id=RISK, owner_party=A),
    ],
)
def test_another_owner_is_recorded_and_then_holds(fact: RiskOwnerAssigned) -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS))
    assert book.when(at("2025-02-01", fact)) == fact
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", fact))
    assert book.when(at("2025-02-02", fact)) is None
    back = RiskOwnerAssigned(risk_id=RISK, owner_party=A, owner=ANNE)
    assert book.when(at("2025-02-02", back)) == back


def test_a_treatment_id_is_planned_once_in_a_risk() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", STOCK))
    refused = book.when(at("2025-02-02", STOCK))
    assert isinstance(refused, IdIsTaken)
    assert refused.field == "treatment_id"
    other = msgspec.structs.replace(STOCK, treatment_id=OTHER)
    assert book.when(at("2025-02-02", other)) == other


def test_a_planned_treatment_is_completed_once() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", STOCK))
    assert book.when(at("2025-02-01", DONE)) == DONE
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", STOCK), at("2025-03-01", DONE))
    refused = book.when(at("2025-03-02", DONE))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == f"The treatment {TREATMENT} was already completed."


def test_a_treatment_completed_before_it_is_planned_is_refused() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", STOCK))
    assert isinstance(book.when(at("2025-01-31", DONE)), UnknownId)


def test_an_unknown_treatment_is_refused() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", STOCK))
    refused = book.when(at("2025-02-02", RiskTreatmentCompleted(risk_id=RISK, treatment_id=OTHER)))
    assert isinstance(refused, UnknownId)
    assert refused.field == "treatment_id"


def test_an_acceptance_until_a_day_before_its_own_is_refused() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS))
    assert isinstance(book.when(at("2025-02-01", accepted("2025-01-31", A, B))), IsOutOfOrder)
    assert book.when(at("2025-02-01", accepted("2025-02-01", A, B))) == accepted("2025-02-01", A, B)


def test_the_same_acceptance_again_changes_nothing() -> None:
    book = given(risks, at("2025-01-10", LATE_PARTS), at("2025-02-01", accepted("2025-12-31", A, B)))
    assert book.when(at("2025-02-02", accepted("2025-12-31", B, A))) is None
    longer, fewer = accepted("2026-01-01", A, B), accepted("2025-12-31", A)
    assert book.when(at("2025-02-02", longer)) == longer
    assert book.when(at("2025-02-02", fewer)) == fewer


def test_an_assessment_and_a_review_leave_owner_treatments_and_acceptance_as_they_are() -> None:
    assessed, reviewed = RiskAssessed(risk_id=RISK, probability=2, impact=2), RiskReviewed(risk_id=RISK)
    before = at("2025-01-10", LATE_PARTS), at("2025-01-11", STOCK), at("2025-01-12", accepted("2025-12-31", A, B))
    book = given(risks, *before, at("2025-02-01", assessed), at("2025-02-02", reviewed))
    assert book.state(RISK) == given(risks, *before).state(RISK)
    assert book.when(at("2025-02-03", DONE)) == DONE
    assert book.when(at("2025-02-03", accepted("2025-12-31", A, B))) is None


@pytest.mark.parametrize("level", [1, 5])
def test_probability_and_impact_run_from_1_to_5(level: int) -> None:
    data = {"risk_id": str(RISK), "probability": level, "impact": level}
    assert msgspec.convert(data, RiskAssessed).impact == level


@pytest.mark.parametrize("name", ["probability", "impact"])
@pytest.mark.parametrize("level", [0, 6, "3"])
def test_a_level_outside_1_to_5_is_malformed(name: str, level: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"risk_id": str(RISK), "probability": 1, "impact": 1, name: level}, RiskAssessed)


def test_the_register_makes_a_treatment_id_that_is_left_out() -> None:
    assert RiskTreatmentPlanned.fills == ("treatment_id",)
