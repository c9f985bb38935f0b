"""Information, risk, measurement, exit: both sides of each boundary, computed by hand."""

from typing import Any

from oracle.story import Story

NO_DATA = ("NO_DATA", None, None, None)


def share(s: Story, id_: str, on: str, by: str = "a", to: str = "b", **more: Any) -> int:
    return s.add("knowledge.shared", on, by, share_id=id_, from_party=by, to_parties=[to], topic="t", **more)


def test_a_request_is_excused_by_a_withdrawal_or_a_permitted_refusal_in_time() -> None:
    s = Story()
    for i in range(7):
        s.add("information.requested", "2025-05-01", request_id=f"q{i}", by_party="b", needed_by="2025-06-01")
    share(s, "s0", "2025-06-01", answers_request="q0")
    share(s, "s1", "2025-06-02", answers_request="q1")
    s.add("information.request_withdrawn", "2025-06-01", request_id="q2")
    s.add("information.request_withdrawn", "2025-06-02", request_id="q3")
    s.add("information.request_declined", "2025-06-01", request_id="q4", ground="x", permitted=True)
    s.add("information.request_declined", "2025-06-01", request_id="q5", ground="x", permitted=False)
    share(s, "s6", "2025-05-10", answers_request="q6")
    s.add("information.request_withdrawn", "2025-05-11", request_id="q6")
    assert s.figures("IK1") == ("SCORED", "0.4000", "2.0000", "5.0000")  # q0, q6 of q0, q1, q3, q5, q6
    excused = [[8, "request_withdrawn"], [10, "declined_permitted"]]
    assert s.evidence("IK1") == ([6, 7, 9, 11, 12, 13, 14, 19], excused)


def test_reciprocity_counts_shares_acknowledged_by_a_recipient() -> None:
    s = Story("a", "b", "c")
    for i in range(3):
        share(s, f"a{i}", "2025-06-01")
        s.add("knowledge.acknowledged", "2025-07-01", "b", share_id=f"a{i}", party="b")
    share(s, "b0", "2025-06-01", "b", "a")
    s.add("knowledge.acknowledged", "2025-07-01", "a", share_id="b0", party="a")
    share(s, "c0", "2025-06-01", "c", "a")
    assert s.figures("IK2") == NO_DATA
    s.add("knowledge.acknowledged", "2025-07-01", "a", share_id="c0", party="a")
    assert s.figures("IK2") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.indicator("IK2")["weight"] == "0.50"


def test_handling_rules_ask_for_a_permitted_use_from_confidential_up() -> None:
    s = Story()
    share(s, "1", "2025-06-01", classification="internal", ip_status="none")
    share(s, "2", "2025-06-01", classification="confidential", ip_status="none")
    share(s, "3", "2025-06-01", classification="restricted", ip_status="none", permitted_use="x")
    share(s, "4", "2025-06-01", classification="public")
    assert s.figures("IK3") == ("SCORED", "0.5000", "2.0000", "4.0000")


def test_breaches_are_counted_per_hundred_shares() -> None:
    s = Story()
    s.add("information.breach_reported", "2025-06-01", breach_id="x", severity=4)
    assert s.figures("IK4") == ("SCORED", "100.0000", "1.0000", "1.0000")
    for i in range(3):
        share(s, f"{i}", "2025-06-01")
    assert s.figures("IK4") == ("SCORED", "33.3333", "1.0000", "3.0000")


def risk(s: Story, id_: str, p: int, i: int, owner: str | None = "a", on: str = "2025-01-01") -> None:
    owned: dict[str, Any] = {"owner_party": owner} if owner else {}
    s.add("risk.identified", on, risk_id=id_, title="r", category="c", joint=True, **owned)
    s.add("risk.assessed", on, risk_id=id_, probability=p, impact=i)


def treat(s: Story, id_: str, risk_id: str, due: str) -> int:
    return s.add("risk.treatment_planned", "2025-02-01", risk_id=risk_id, treatment_id=id_, due_on=due, action="x")


def test_a_high_risk_wants_an_owner_and_treatments_none_overdue() -> None:
    s = Story()
    for id_, p, i in (("w", 2, 5), ("x", 2, 5), ("y", 5, 2), ("z", 3, 3)):
        risk(s, id_, p, i)
    treat(s, "t1", "w", "2025-07-01")
    treat(s, "t2", "x", "2025-06-30")
    assert s.figures("RK1") == ("SCORED", "0.3333", "1.0000", "3.0000")
    s.add("risk.treatment_completed", "2025-07-01", risk_id="x", treatment_id="t2")
    assert s.figures("RK1") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("RK1") == ([6, 7, 8, 9, 10, 11, 14, 15, 16], [])


def test_all_risks_closed_is_no_data_and_none_ever_recorded_is_zero() -> None:
    s = Story()
    assert s.figures("RK2") == ("SCORED", "0.0000", "0.0000", "0.0000")
    risk(s, "w", 1, 1)
    s.add("risk.closed", "2025-07-01", risk_id="w")
    assert s.figures("RK2") == NO_DATA
    assert s.figures("RK2", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_burn_down_adds_risks_first_assessed_in_the_window() -> None:
    s = Story()
    risk(s, "old", 4, 5, on="2025-04-02")  # T − 90: in X0
    risk(s, "new", 3, 3, on="2025-04-03")  # added, and closed since
    s.add("risk.closed", "2025-06-01", risk_id="new")
    s.add("risk.assessed", "2025-07-01", risk_id="old", probability=2, impact=5)
    # X0 20, N 9, X1 10: 19/29
    assert s.figures("RK3") == ("SCORED", "0.6552", "19.0000", "29.0000")
    assert s.evidence("RK3") == ([6, 7, 8, 9, 10, 11], [])


def test_a_treatment_of_a_risk_closed_by_its_due_date_is_left_out_unless_done() -> None:
    s = Story()
    for id_, closed in (("w", "2025-06-01"), ("x", "2025-06-02"), ("y", "2025-06-01")):
        risk(s, id_, 1, 1)
        treat(s, f"t{id_}", id_, "2025-06-01")
        s.add("risk.closed", closed, risk_id=id_)
    s.add("risk.treatment_completed", "2025-06-01", risk_id="y", treatment_id="ty")
    assert s.figures("RK4") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RK4") == ([12, 16, 18], [[8, "risk_closed"]])


def answered(s: Story, check: str, on: str, party: str, people: int, **answers: int) -> None:
    for who in range(people):
        s.add("health_check.answered", on, party, check_id=check, party=party, respondent=f"{who}", answers=answers)


def open_round(s: Story, check: str, on: str, invited: dict[str, int]) -> int:
    questions = [{"key": "q", "principle": "P7", "text": "q"}]
    return s.add("health_check.opened", on, check_id=check, questions=questions, invited=invited)


def test_response_is_that_of_the_lowest_party_and_no_more_than_all() -> None:
    s = Story("a", "b", "c")
    open_round(s, "k", "2025-01-01", {"a": 2, "b": 4})
    answered(s, "k", "2025-01-02", "a", 3, q=3)
    answered(s, "k", "2025-01-02", "b", 3, q=5)
    s.add("relationship.party_left", "2025-01-03", party="c")
    s.add("health_check.closed", "2025-01-10", check_id="k")
    assert s.figures("MO2") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.figures("MO3") == ("SCORED", "2.0000", None, None)
    open_round(s, "l", "2025-02-01", {"a": 2})
    answered(s, "l", "2025-02-02", "a", 2, q=3)
    s.add("health_check.closed", "2025-02-10", check_id="l")
    assert s.figures("MO2") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.figures("MO3") == ("SCORED", "2.0000", None, None)
    assert s.evidence("MO3") == ([6, 7, 8, 9, 10, 11, 12, 14], [[15, "too_few_respondents"]])
    assert s.figures("MO2", "2026-08-12") == ("SCORED", "0.0000", "0.0000", "0.0000")  # 548 days
    assert s.figures("MO2", "2026-08-13") == ("STALE", "0.0000", "0.0000", "0.0000")
    assert s.evidence("MO2", "2026-08-13") == ([15, 16, 17, 18], [[15, "stale_round"]])
    assert s.figures("VV2") == NO_DATA
    assert s.evidence("VV2") == ([], [])


def test_an_answer_replaces_the_earlier_one_as_a_whole() -> None:
    s = Story()
    opened = open_round(s, "k", "2025-01-01", {"a": 3, "b": 3})
    answered(s, "k", "2025-01-02", "a", 3, q=3)
    answered(s, "k", "2025-01-02", "b", 3, q=5)
    answered(s, "k", "2025-01-03", "b", 1, other=5)
    s.add("health_check.closed", "2025-01-10", check_id="k")
    assert s.figures("MO3") == NO_DATA
    assert s.evidence("MO3") == ([], [[opened, "too_few_respondents"]])
    assert s.figures("MO2") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.evidence("MO2") == ([6, 7, 8, 9, 11, 12, 13, 14], [[10, "duplicate_answer"]])


def test_health_check_age_counts_from_the_later_of_check_and_stage() -> None:
    s = Story(stage=7)
    s.add("lifecycle.stage_entered", "2025-02-01", stage=6, gate="return")
    s.add("lifecycle.stage_entered", "2025-03-01", stage=7, gate="stop")
    assert s.figures("MO1")[0] == "NOT_APPLICABLE"
    entered = s.add("lifecycle.stage_entered", "2025-04-01", stage=7, gate="proceed")
    assert s.figures("MO1") == ("SCORED", "91.0000", "91.0000", "1.0000")
    assert s.evidence("MO1") == ([entered], [])
    opened = open_round(s, "k", "2025-03-01", {"a": 3, "b": 3})
    answered(s, "k", "2025-03-02", "a", 3, q=3)
    answered(s, "k", "2025-03-02", "b", 3, q=5)
    closed = s.add("health_check.closed", "2025-06-01", check_id="k")
    assert s.figures("MO1") == ("SCORED", "30.0000", "30.0000", "1.0000")
    assert s.evidence("MO1") == ([opened, closed], [])


def test_an_action_worked_when_its_last_verification_says_so() -> None:
    s = Story()
    for id_, done in (("x", "2025-04-01"), ("y", "2025-04-01"), ("z", "2025-04-02")):
        s.add("improvement_action.raised", "2025-01-01", action_id=id_, due_on="2025-04-01", owner_party="a")
        s.add("improvement_action.completed", done, action_id=id_)
    s.add("improvement_action.verified", "2025-05-01", action_id="x", effective=True)
    s.add("improvement_action.verified", "2025-07-01", action_id="x", effective=False)
    s.add("improvement_action.verified", "2025-07-01", action_id="y", effective=True)
    assert s.figures("MO5") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("MO5") == ([7, 9, 13, 14], [[11, "not_due"]])
    assert s.figures("MO4") == ("SCORED", "0.6667", "2.0000", "3.0000")


def test_each_observation_of_a_trigger_is_answered_by_what_follows_it() -> None:
    s = Story()
    s.add("exit_trigger.defined", "2025-01-01", trigger_id="t", condition="x")
    s.add("exit_trigger.observed", "2025-03-01", trigger_id="t")
    s.add("exit_trigger.assessed", "2025-03-31", trigger_id="t", decision="continue")
    s.add("exit_trigger.observed", "2025-05-01", trigger_id="t")
    s.add("exit_trigger.assessed", "2025-06-01", trigger_id="t", decision="continue")
    s.add("exit_trigger.observed", "2025-06-01", trigger_id="t")
    assert s.figures("EX4") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("EX4") == ([7, 8, 9, 10], [[11, "not_due"]])


def test_exit_obligations_count_at_stage_8_alone_whenever_added() -> None:
    s = Story(stage=8)
    for i, due in enumerate(["2023-03-01", "2025-06-30", "2025-06-30", "2025-07-01"]):
        s.add("exit_obligation.added", "2025-06-30", obligation_id=f"{i}", party="a", due_on=due)
    s.add("exit_obligation.discharged", "2025-06-30", obligation_id="1")
    assert s.figures("EX5") == ("SCORED", "0.3333", "1.0000", "3.0000")
    s.add("lifecycle.stage_entered", "2025-07-01", stage=7, gate="return")
    assert s.figures("EX5")[0] == "NOT_APPLICABLE"
    assert s.evidence("EX5") == ([], [])
