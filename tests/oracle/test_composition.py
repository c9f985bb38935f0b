"""Policies, ratings, bands, confidence and trend (docs/principles.md 3, A28 to A32, A81 to A88)."""

from typing import Any

import pytest

from oracle.arithmetic import fixed, half_up
from oracle.measures import INDICATORS
from oracle.story import Story


def test_rounding_is_half_away_from_zero() -> None:
    assert [half_up(n, 2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]
    assert [half_up(-1, 32), half_up(1, -3), half_up(2, -3)] == [0, 0, -1]
    assert [fixed(-5, 4), fixed(0, 2), fixed(1234567, 4)] == ["-0.0005", "0.00", "123.4567"]


def test_there_are_54_indicators_in_twelve_principles() -> None:
    assert len(INDICATORS) == 54
    sizes = [sum(1 for i in INDICATORS if i.principle == f"P{n}") for n in range(1, 13)]
    assert sizes == [4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5]


def only(*ids: str) -> dict[str, dict[str, Any]]:
    return {i.id: {"enabled": False} for i in INDICATORS if i.id not in ids}


def published(s: Story, version: int, effective_from: str, **changes: Any) -> int:
    return s.add(
        "scoring_policy.published", "2025-06-30", policy_version=version, effective_from=effective_from, changes=changes
    )


def test_changes_are_applied_on_the_version_one_lower_whatever_its_date() -> None:
    s = Story()
    s.promise("c", "2025-06-01", "2025-06-01")
    published(s, 1, "2026-01-01", indicators={"TC1": {"min_n": 1}})
    published(s, 2, "2025-01-01", indicators={"TC1": {"weight": "0.25"}})
    assert s.indicator("TC1")["status"] == "SCORED"
    assert s.indicator("TC1")["weight"] == "0.25"
    assert (s.card()["policy_version"], s.card()["restated"]) == (2, False)
    assert (s.card(policy_version=2)["restated"], s.card(policy_version=1)["restated"]) == (False, True)
    assert s.card("2024-12-31")["policy_version"] == 0
    assert s.card(known_at=8)["policy_version"] == 0
    with pytest.raises(ValueError, match="not recorded"):
        s.card(known_at=8, policy_version=2)


def test_a_window_changed_by_policy_never_changes_the_limit_of_an_item() -> None:
    s = Story()
    s.add("behaviour_concern.raised", "2025-04-01", concern_id="k", by_party="a", about_party="b")
    s.add("behaviour_concern.closed", "2025-05-31", concern_id="k")
    published(s, 1, "2025-01-01", indicators={"VV4": {"window_days": 31}})
    assert s.figures("VV4") == ("SCORED", "1.0000", "1.0000", "1.0000")  # limit 05-31 = T − 31
    assert s.figures("VV4", "2025-07-02") == ("NO_DATA", None, None, None)


def test_half_the_weight_scored_is_enough_for_a_principle_and_less_is_not() -> None:
    s = Story()
    s.add("risk.identified", "2025-06-01", risk_id="r", owner_party="a")
    s.add("risk.assessed", "2025-06-01", risk_id="r", probability=2, impact=2)  # RK2 and RK3 scored, RK1 nothing
    published(s, 1, "2025-01-01", indicators={**only("RK1", "RK2"), "RK1": {"weight": "1.01"}})
    published(s, 2, "2025-01-01", indicators={"RK1": {"weight": "1"}})
    principle = s.card(policy_version=2)["principles"][9]
    assert (principle["score"], principle["coverage"], principle["band"]) == ("100.00", "0.5000", "GREEN")
    principle = s.card(policy_version=1)["principles"][9]
    assert (principle["score"], principle["coverage"], principle["band"]) == (None, "0.4975", "NOT_RATED")
    assert s.card(policy_version=1)["principles"][9]["indicators"][1]["contribution"] is None


def test_with_one_party_left_nothing_applies_but_a_severe_breach_still_shows() -> None:
    s = Story()
    s.add("information.breach_reported", "2024-07-02", breach_id="x", severity=1)
    s.add("relationship.party_left", "2025-07-01", party="b")
    card = s.card()
    assert {i["status"] for p in card["principles"] for i in p["indicators"]} == {"NOT_APPLICABLE"}
    assert (card["band"], card["gates"], card["coverage"]) == ("NOT_RATED", ["severe_breach"], "0.0000")
    assert card["trend"] == {"direction": "UNKNOWN", "delta": None}
    assert s.card("2025-06-30")["principles"][0]["indicators"][0]["status"] == "SCORED"
    assert "severe_breach" not in s.card("2025-07-02")["gates"]


def test_a_gate_is_switched_off_by_policy() -> None:
    s = Story()
    assert s.card()["gates"] == ["plan_not_agreed", "exit_strategy_not_agreed", "principle_red"]
    published(s, 1, "2025-01-01", gates={"plan_not_agreed": False, "principle_red": False})
    assert s.card()["gates"] == ["exit_strategy_not_agreed"]


def countersigned(*decisions: tuple[str, str, str]) -> str:
    """The share of one plain event and of the entries told about it."""
    s = Story()
    s.add("lesson.recorded", "2025-06-01", ref="it", lesson_id="l", title="x")
    for kind, party, decision in decisions:
        if kind == "sign":
            s.add("entry.countersigned", "2025-06-02", party, target_event_id="it", party=party, decision=decision)
        if kind == "settle":
            s.add("entry.dispute_settled", "2025-06-02", target_event_id="it", outcome=decision)
        if kind == "correct":
            s.correct("it", lesson_id="l", title=decision)
    return str(s.card()["countersigned"])


def test_the_other_side_must_have_accepted_last_and_nobody_dispute() -> None:
    assert countersigned() == "0.0000"
    assert countersigned(("sign", "b", "accepted")) == "1.0000"
    assert countersigned(("sign", "a", "accepted")) == "0.0000"
    assert countersigned(("sign", "b", "accepted"), ("sign", "b", "disputed")) == "0.0000"
    assert countersigned(("sign", "b", "disputed"), ("sign", "b", "accepted")) == "1.0000"
    assert countersigned(("sign", "b", "accepted"), ("sign", "a", "disputed")) == "0.0000"
    assert countersigned(("sign", "b", "accepted"), ("sign", "a", "disputed"), ("settle", "", "rejected")) == "1.0000"
    assert countersigned(("sign", "b", "accepted"), ("correct", "", "y")) == "0.0000"
    assert countersigned(("correct", "", "y"), ("sign", "b", "accepted")) == "1.0000"


def test_what_every_party_agreed_counts_as_countersigned() -> None:
    s = Story("a", "b", "c")
    s.add("decision.taken", "2025-06-01", body_id="g", decision_id="d", agreed_by=["b"], owner_party="a")
    assert s.card()["countersigned"] is None  # the body does not exist
    s = Story("a", "b", "c")
    s.add(
        "governance_body.established", "2023-02-01", body_id="g", level="management", cadence_days=30, required_roles=[]
    )
    s.add("decision.taken", "2025-06-01", body_id="g", decision_id="d", agreed_by=["b"], owner_party="a")
    s.add("decision.taken", "2025-06-01", body_id="g", decision_id="e", agreed_by=["b", "c"], owner_party="a")
    assert s.card()["countersigned"] == "0.5000"


def test_before_registration_there_is_no_scorecard_and_no_trend() -> None:
    s = Story()
    with pytest.raises(ValueError, match="not registered"):
        s.card("2023-01-01")
    assert s.card("2023-01-02")["trend"]["direction"] == "UNKNOWN"
