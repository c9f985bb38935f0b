"""RK4 and RK5: treatments on time, problems foreseen. Rules: docs/principles.md A68, A69, A75."""

from typing import Any

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell, uid


def risk_id(name: str) -> str:
    return uid(f"the thing {name}")


def identify(s: Story, id_: str, on: str = "2024-01-02", own: bool = False) -> int:
    return s.add("risk.identified", on, own=own, risk_id=id_, title=id_, category="supply", joint=True)


def plan(s: Story, treatment: str, due_on: str, risk: str = "r") -> int:
    return s.add(
        "risk.treatment_planned",
        "2024-06-01",
        risk_id=risk,
        treatment_id=treatment,
        action="Second source",
        due_on=due_on,
        owner_party="a",
    )


def complete(s: Story, treatment: str, on: str, risk: str = "r") -> int:
    return s.add("risk.treatment_completed", on, risk_id=risk, treatment_id=treatment)


def close(s: Story, risk: str, on: str) -> int:
    return s.add("risk.closed", on, risk_id=risk)


def raise_(s: Story, id_: str, on: str, severity: int = 2, linked: str | None = None) -> int:
    also: dict[str, Any] = {} if linked is None else {"linked_risk": risk_id(linked)}
    return s.add("issue.raised", on, issue_id=id_, by_party="a", severity=severity, title=id_, **also)


def materialise(s: Story, risk: str, issue: str, on: str, own: bool = False) -> int:
    return s.add("risk.materialised", on, own=own, risk_id=risk, issue_id=issue)


def test_a_treatment_is_to_be_done_on_the_day_on_which_it_is_due(tell: Tell) -> None:
    s = tell()
    identify(s, "r")
    made = [plan(s, id_, "2025-03-10") for id_ in ("early", "on time", "late", "never")]
    done = [
        complete(s, "early", "2025-03-01"),
        complete(s, "on time", "2025-03-10"),
        complete(s, "late", "2025-03-11"),
    ]
    assert s.figures("RK4") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("RK4") == "0.00"
    assert s.evidence("RK4") == (made + done, [])


def test_two_risks_may_have_treatments_of_the_same_id(tell: Tell) -> None:
    s = tell()
    identify(s, "r"), identify(s, "other")
    made = [plan(s, "t", "2025-03-10"), plan(s, "t", "2025-03-10", "other")]
    done = complete(s, "t", "2025-03-10", "other")
    assert s.figures("RK4") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RK4") == ([*made, done], [])


def test_a_treatment_counts_from_the_day_after_it_is_due_for_half_a_year(tell: Tell) -> None:
    s = tell()
    identify(s, "r")
    plan(s, "0", "2025-01-01")
    first, late, pending = plan(s, "1", "2025-01-02"), plan(s, "2", "2025-06-30"), plan(s, "3", "2025-07-01")
    done = [complete(s, "1", "2025-01-02"), complete(s, "2", "2025-07-01")]
    complete(s, "3", "2025-07-01")
    assert s.figures("RK4") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RK4") == ([first, late, *done], [(pending, "not_due")])


def test_a_treatment_not_done_of_a_risk_closed_by_its_due_date_does_not_count(tell: Tell) -> None:
    s = tell()
    s.policy(RK4={"min_n": 1})
    for risk in ("in time", "later", "done"):
        identify(s, risk)
    out, counted, kept = (plan(s, risk, "2025-03-10", risk) for risk in ("in time", "later", "done"))
    pending = plan(s, "pending", "2025-08-01", "in time")
    done = complete(s, "done", "2025-03-09", "done")
    close(s, "in time", "2025-03-10"), close(s, "later", "2025-03-11"), close(s, "done", "2025-03-09")
    assert s.figures("RK4") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RK4") == ([counted, kept, done], [(out, "risk_closed"), (pending, "risk_closed")])


def test_no_treatment_due_is_no_data_and_one_not_done_is_zero(tell: Tell) -> None:
    s = tell()
    s.policy(RK4={"min_n": 1})
    identify(s, "r")
    made = plan(s, "1", "2025-06-30")
    assert s.figures("RK4", "2025-06-30") == NO_DATA
    assert s.evidence("RK4", "2025-06-30") == ([], [(made, "not_due")])
    assert s.figures("RK4") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_treatment_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(RK4={"min_n": 1})
    identify(s, "r")
    made = plan(s, "1", "2025-03-10")
    done = complete(s, "1", "2025-03-10")
    moved = s.correct(done, "2025-03-11", risk_id="r", treatment_id="1")
    gone = s.void(done)
    assert s.figures("RK4", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RK4", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("RK4", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RK4", known_at=moved) == ([made, done, moved], [])
    assert s.evidence("RK4", known_at=gone) == ([made], [])


def test_a_problem_was_foreseen_when_its_risk_was_identified_a_day_before(tell: Tell) -> None:
    s = tell()
    eve, same_day = identify(s, "eve", "2025-02-28"), identify(s, "same day", "2025-03-01")
    counted = [
        raise_(s, "1", "2025-03-01", 1, linked="eve"),
        raise_(s, "2", "2025-03-01", 2, linked="same day"),
        raise_(s, "3", "2025-03-01", 2),
        raise_(s, "4", "2025-03-01", 2, linked="same day"),
        raise_(s, "5", "2025-03-01", 1),
    ]
    raise_(s, "6", "2025-03-01", 3, linked="eve")
    named = [materialise(s, "eve", "4", "2025-03-05"), materialise(s, "same day", "3", "2025-03-05")]
    s.add("risk.materialised", "2025-03-05", risk_id="eve")
    assert s.figures("RK5") == ("SCORED", "0.4000", "2.0000", "5.0000")
    assert s.score("RK5") == "20.00"
    assert s.evidence("RK5") == ([eve, *counted, *named], [])
    assert same_day not in s.evidence("RK5")[0]
    assert s.figures("RK5", "2025-03-04") == ("SCORED", "0.2000", "1.0000", "5.0000")


def test_a_risk_that_has_been_closed_since_had_been_foreseen(tell: Tell) -> None:
    s = tell()
    s.policy(RK5={"min_n": 1})
    seen = identify(s, "1")
    close(s, "1", "2025-02-01")
    raised = raise_(s, "i", "2025-03-01", linked="1")
    assert s.figures("RK5") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("RK5") == ([seen, raised], [])


def test_a_problem_counts_in_the_window_in_which_it_was_raised(tell: Tell) -> None:
    s = tell()
    identify(s, "1")
    raise_(s, "0", "2024-07-01", linked="1")
    assert s.figures("RK5") == NO_DATA
    assert s.evidence("RK5") == ([], [])
    assert s.figures("RK5", "2025-06-30") == ("LOW_SAMPLE", "1.0000", "1.0000", "1.0000")
    first, today = raise_(s, "1", "2024-07-02"), raise_(s, "2", "2025-07-01")
    assert s.figures("RK5") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    assert s.evidence("RK5") == ([first, today], [])
    s.policy(RK5={"window_days": 364, "min_n": 1})
    assert s.figures("RK5") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_what_names_a_problem_of_before_the_window_is_not_listed(tell: Tell) -> None:
    """docs/evidence.md: RK5 lists the issues of the window and what names them."""
    s = tell()
    identify(s, "1")
    raise_(s, "old", "2024-07-01")
    materialise(s, "1", "old", "2024-07-02")
    raised = raise_(s, "new", "2025-06-01")
    assert s.figures("RK5") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RK5") == ([raised], [])


def test_a_link_recorded_late_corrected_and_voided_or_made_by_one_party_for_itself(tell: Tell) -> None:
    s = tell()
    s.policy(RK5={"min_n": 1})
    seen, late = identify(s, "1"), identify(s, "2", "2025-03-01")
    raised = raise_(s, "i", "2025-03-01")
    named = materialise(s, "2", "i", "2025-03-02")
    right = s.correct(raised, issue_id="i", by_party="a", severity=1, title="i", linked_risk=risk_id("1"))
    gone = s.void(named)
    lighter = s.correct(raised, issue_id="i", by_party="a", severity=3, title="i")
    assert late == seen + 1
    assert s.figures("RK5", known_at=named) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RK5", known_at=named) == ([raised, named], [])
    assert s.figures("RK5", known_at=right) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("RK5", known_at=right) == ([seen, raised, named, right], [])
    assert s.evidence("RK5", known_at=gone) == ([seen, raised, right], [])
    assert s.figures("RK5", known_at=lighter) == NO_DATA
    second = raise_(s, "j", "2025-03-01")
    own = materialise(s, "1", "j", "2025-03-02", own=True)
    assert s.figures("RK5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RK5", party="a") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("RK5", party="a") == ([seen, second, own], [])
    assert s.evidence("RK5", party="b") == ([second], [])


@pytest.mark.parametrize("indicator", ["RK4", "RK5"])
def test_neither_applies_with_one_party_left_or_when_switched_off(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    identify(s, "r")
    for n in "123":
        plan(s, n, "2025-03-01")
        raise_(s, n, "2025-03-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
