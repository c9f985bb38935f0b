"""RK1 to RK3: high risks, reviews, exposure. Rules: docs/principles.md A26, A65 to A67, A79."""

from typing import Any

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell, uid


def identify(s: Story, id_: str, on: str = "2024-01-02", owner: str | None = None, own: bool = False) -> int:
    who: dict[str, Any] = {} if owner is None else {"owner_party": owner}
    return s.add("risk.identified", on, own=own, risk_id=id_, title=id_, category="supply", joint=True, **who)


def assess(s: Story, id_: str, on: str, probability: int, impact: int, own: bool = False) -> int:
    return s.add("risk.assessed", on, own=own, risk_id=id_, probability=probability, impact=impact)


def plan(s: Story, id_: str, treatment: str, due_on: str) -> int:
    return s.add(
        "risk.treatment_planned",
        "2024-06-01",
        risk_id=id_,
        treatment_id=treatment,
        action="Second source",
        due_on=due_on,
        owner_party="a",
    )


def complete(s: Story, id_: str, treatment: str, on: str) -> int:
    return s.add("risk.treatment_completed", on, risk_id=id_, treatment_id=treatment)


def accept(s: Story, id_: str, parties: str, until: str) -> int:
    return s.add("risk.accepted", "2025-01-01", risk_id=id_, by_parties=[uid(party) for party in parties], until=until)


def close(s: Story, id_: str, on: str, own: bool = False) -> int:
    return s.add("risk.closed", on, own=own, risk_id=id_)


def test_a_risk_of_ten_or_more_needs_an_owner_and_a_treatment_and_none_overdue(tell: Tell) -> None:
    s = tell()
    counted = []
    for id_, owner in (("done", "a"), ("to do", "b"), ("overdue", "a"), ("untreated", "a"), ("nobody's", None)):
        counted += [identify(s, id_, owner=owner), assess(s, id_, "2025-01-01", 2, 5)]
    identify(s, "low", owner="a")
    assess(s, "low", "2025-01-01", 3, 3)
    identify(s, "unassessed", owner="a")
    counted += [plan(s, "done", "t1", "2025-03-01"), complete(s, "done", "t1", "2025-05-01")]
    counted += [plan(s, "to do", "t2", "2025-07-01"), plan(s, "nobody's", "t3", "2025-07-01")]
    counted += [plan(s, "overdue", "t4", "2025-06-30"), plan(s, "overdue", "t5", "2025-12-01")]
    assert s.figures("RK1") == ("SCORED", "0.4000", "2.0000", "5.0000")
    assert s.score("RK1") == "0.00"
    assert s.evidence("RK1") == (sorted(counted), [])
    assert s.figures("RK1", "2025-06-30") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.score("RK1", "2025-06-30") == "20.00"
    assert s.figures("RK1", "2025-07-02") == ("SCORED", "0.2000", "1.0000", "5.0000")
    assigned = s.add("risk.owner_assigned", "2025-07-01", risk_id="nobody's", owner_party="b")
    assert s.figures("RK1") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.evidence("RK1") == (sorted([*counted, assigned]), [])


def test_the_last_owner_assigned_is_listed(tell: Tell) -> None:
    """docs/evidence.md: RK1 lists the last one."""
    s = tell()
    made = [identify(s, "1"), assess(s, "1", "2025-01-01", 5, 5)]
    s.add("risk.owner_assigned", "2025-01-02", risk_id="1", owner_party="a")
    last = s.add("risk.owner_assigned", "2025-02-01", risk_id="1", owner_party="b")
    assert s.evidence("RK1") == ([*made, last], [])


def test_the_last_assessment_says_whether_a_risk_is_high(tell: Tell) -> None:
    s = tell()
    made = identify(s, "1")
    assess(s, "1", "2025-01-01", 5, 5)
    last = assess(s, "1", "2025-03-01", 5, 2)
    assess(s, "1", "2025-06-01", 1, 1)
    assess(s, "1", "2025-02-01", 1, 2)
    assert s.figures("RK1", "2025-05-31") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RK1", "2025-05-31") == ([made, last], [])
    assert s.figures("RK1", "2025-02-28") == NO_DATA
    assert s.figures("RK1") == NO_DATA
    assert s.evidence("RK1") == ([], [])


def test_a_risk_accepted_by_all_needs_no_treatment_but_still_an_owner(tell: Tell) -> None:
    s = tell()
    counted = []
    for id_, owner in (("all", "a"), ("in two", "a"), ("one", "a"), ("over", "a"), ("nobody's", None)):
        counted += [identify(s, id_, owner=owner), assess(s, id_, "2025-01-01", 5, 5)]
    counted += [accept(s, "all", "ab", "2025-07-01"), accept(s, "in two", "a", "2025-07-01")]
    counted += [accept(s, "in two", "b", "2025-08-01"), accept(s, "one", "a", "2025-08-01")]
    accept(s, "over", "ab", "2025-06-30")
    counted += [accept(s, "nobody's", "ab", "2025-08-01"), plan(s, "all", "t", "2025-06-01")]
    assert s.figures("RK1") == ("SCORED", "0.4000", "2.0000", "5.0000")
    assert s.evidence("RK1") == (sorted(counted), [])
    assert s.figures("RK1", "2025-06-30") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.figures("RK1", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "5.0000")


def test_all_parties_who_accept_a_risk_are_those_active_at_t(tell: Tell) -> None:
    s = tell("a", "b", "c")
    identify(s, "1", owner="a")
    assess(s, "1", "2025-01-01", 5, 5)
    accept(s, "1", "ac", "2026-01-01")
    accept(s, "1", "ab", "2026-01-01")
    s.add("relationship.party_left", "2025-03-01", party="c")
    assert s.figures("RK1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    s.add("relationship.party_joined", "2025-06-01", "c", party="c")
    assert s.figures("RK1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("RK1", "2024-12-31") == NO_DATA


def test_a_closed_risk_is_neither_high_nor_to_be_reviewed(tell: Tell) -> None:
    s = tell()
    made = identify(s, "1")
    high = assess(s, "1", "2025-06-01", 5, 5)
    close(s, "1", "2025-07-01")
    assert s.evidence("RK1", "2025-06-30") == ([made, high], [])
    assert s.figures("RK1") == NO_DATA
    assert s.evidence("RK1") == ([], [])
    assert s.figures("RK2", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("RK2") == NO_DATA
    assert s.evidence("RK2") == ([], [])


def test_an_open_risk_is_to_be_looked_at_in_90_days(tell: Tell) -> None:
    s = tell()
    made = [identify(s, id_) for id_ in ("0", "1", "2", "3")]
    new = identify(s, "new", "2025-06-01")
    assess(s, "0", "2025-04-02", 1, 1)
    assess(s, "1", "2025-04-03", 1, 1)
    seen = [
        s.add("risk.reviewed", "2025-05-01", risk_id="1"),
        s.add("risk.reviewed", "2025-04-03", risk_id="2"),
        assess(s, "3", "2025-07-01", 1, 1),
    ]
    assert s.figures("RK2") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.score("RK2") == "20.00"
    assert s.evidence("RK2") == (sorted([*made, new, *seen]), [])
    assert s.figures("RK2", "2025-06-30") == ("SCORED", "0.6000", "3.0000", "5.0000")
    s.policy(RK2={"window_days": 89})
    assert s.figures("RK2") == ("SCORED", "0.4000", "2.0000", "5.0000")


def test_no_risk_ever_recorded_is_zero_and_never_a_low_sample(tell: Tell) -> None:
    s = tell()
    s.policy(RK2={"min_n": 2})
    assert s.figures("RK2") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.evidence("RK2") == ([], [])
    assert s.figures("RK1") == NO_DATA
    assert s.figures("RK3") == NO_DATA
    made = identify(s, "1", "2025-07-01")
    assert s.figures("RK2") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RK2") == ([made], [])
    assert s.figures("RK2", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "0.0000")


def test_exposure_is_that_at_the_start_of_the_window_and_what_was_added_less_that_of_today(tell: Tell) -> None:
    s = tell()
    old, second, third = identify(s, "old"), identify(s, "2"), identify(s, "3")
    then, lower = assess(s, "old", "2025-04-02", 4, 5), assess(s, "old", "2025-04-03", 2, 5)
    added, ended = assess(s, "2", "2025-04-03", 3, 4), close(s, "2", "2025-06-01")
    today = assess(s, "3", "2025-07-01", 1, 2)
    assert s.figures("RK3") == ("SCORED", "0.6471", "22.0000", "34.0000")  # 20 + 14 - 12
    assert s.score("RK3") == "100.00"
    assert s.evidence("RK3") == (sorted([old, second, third, then, lower, added, ended, today]), [])
    assert s.figures("RK3", "2025-07-02") == ("SCORED", "0.5000", "12.0000", "24.0000")  # 10 + 12 + 2 - 12
    assert s.evidence("RK3", "2025-07-02") == (sorted([old, second, third, lower, added, ended, today]), [])


def test_exposure_at_the_start_is_of_the_risks_open_then(tell: Tell) -> None:
    s = tell()
    for id_ in ("before", "after"):
        identify(s, id_)
        assess(s, id_, "2025-01-01", 3, 3)
    close(s, "before", "2025-04-02")
    close(s, "after", "2025-04-03")
    identify(s, "unassessed")
    assert s.figures("RK3") == ("SCORED", "1.0000", "9.0000", "9.0000")
    assert s.figures("RK3", "2025-07-02") == NO_DATA
    assert s.evidence("RK3", "2025-07-02") == ([], [])


def test_a_risk_closed_before_the_window_is_not_listed_with_the_exposure(tell: Tell) -> None:
    """docs/evidence.md: RK3 lists the risks of X0, of N and of X1."""
    s = tell()
    identify(s, "gone")
    assess(s, "gone", "2025-01-01", 5, 5)
    close(s, "gone", "2025-04-02")
    counted = [identify(s, "open"), assess(s, "open", "2025-01-01", 3, 3)]
    assert s.figures("RK3") == ("SCORED", "0.0000", "0.0000", "9.0000")
    assert s.evidence("RK3") == (counted, [])


def test_a_risk_that_one_party_noted_as_closed_is_closed_from_then_on_in_its_own_view(tell: Tell) -> None:
    """docs/principles.md A67: X0 is over the risks open at T - 90, which is 2025-04-02."""
    s = tell()
    counted = [identify(s, "1"), assess(s, "1", "2025-01-01", 3, 3)]
    close(s, "1", "2025-04-02", own=True)
    shared = close(s, "1", "2025-06-01")
    assert s.figures("RK3") == ("SCORED", "1.0000", "9.0000", "9.0000")
    assert s.evidence("RK3") == ([*counted, shared], [])
    assert s.figures("RK3", party="a") == NO_DATA


def test_the_first_closing_is_listed(tell: Tell) -> None:
    """docs/evidence.md: RK3 lists the closing of each risk by T."""
    s = tell()
    counted = [identify(s, "1"), assess(s, "1", "2025-01-01", 3, 3)]
    counted += [close(s, "1", "2025-05-01", own=True)]
    close(s, "1", "2025-06-01")
    assert s.figures("RK3", party="a") == ("SCORED", "1.0000", "9.0000", "9.0000")
    assert s.evidence("RK3", party="a") == (counted, [])


def test_a_risk_identified_after_the_window_began_was_not_open_then(tell: Tell) -> None:
    """docs/principles.md A67: neither X0 nor N holds it, whatever one party had noted before."""
    s = tell()
    identified = identify(s, "1", "2025-01-01")
    assess(s, "1", "2025-02-01", 3, 3, own=True)
    assert s.figures("RK3", party="a") == ("SCORED", "0.0000", "0.0000", "9.0000")
    s.correct(identified, "2025-05-01", title="1", category="supply", joint=True)
    assert s.figures("RK3", party="a") == NO_DATA


def test_the_smallest_exposure_is_listed_as_well(tell: Tell) -> None:
    """docs/principles.md A67: 1 x 1 counts."""
    s = tell()
    counted = [identify(s, "then"), assess(s, "then", "2025-01-01", 1, 1), assess(s, "then", "2025-06-01", 1, 1)]
    counted += [identify(s, "new"), assess(s, "new", "2025-06-01", 1, 1), close(s, "new", "2025-06-02")]
    assert s.figures("RK3") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RK3") == (counted, [])


def test_exposure_that_grew_is_below_zero_and_unchanged_exposure_is_zero(tell: Tell) -> None:
    s = tell()
    identify(s, "1")
    assess(s, "1", "2025-01-01", 2, 3)
    assert s.figures("RK3") == ("SCORED", "0.0000", "0.0000", "6.0000")
    assert s.score("RK3") == "0.00"
    assess(s, "1", "2025-06-01", 2, 5)
    assert s.figures("RK3") == ("SCORED", "-0.6667", "-4.0000", "6.0000")
    assert s.score("RK3") == "0.00"
    s.policy(RK3={"window_days": 30, "min_n": 9})
    assert s.figures("RK3") == ("SCORED", "0.0000", "0.0000", "10.0000")


def test_an_assessment_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    made = identify(s, "1", owner="a")
    late = assess(s, "1", "2025-04-02", 4, 5)
    lower = s.correct(late, risk_id="1", probability=2, impact=5)
    later = s.correct(late, "2025-04-03", risk_id="1", probability=2, impact=4)
    gone = s.void(late)
    assert s.figures("RK1", known_at=made) == NO_DATA
    assert s.figures("RK2", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RK3", known_at=made) == NO_DATA
    assert s.figures("RK3", known_at=late) == ("SCORED", "0.0000", "0.0000", "20.0000")
    assert s.figures("RK3", known_at=lower) == ("SCORED", "0.0000", "0.0000", "10.0000")
    assert s.figures("RK1", known_at=lower) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RK1", known_at=lower) == ([made, late, lower], [])
    assert s.figures("RK1", known_at=later) == NO_DATA
    assert s.figures("RK2", known_at=later) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("RK2", known_at=later) == ([made, late, later], [])
    assert s.figures("RK3", known_at=later) == ("SCORED", "0.0000", "0.0000", "8.0000")
    assert s.figures("RK3", known_at=gone) == NO_DATA
    assert s.evidence("RK2", known_at=gone) == ([made], [])


def test_what_a_party_notes_for_itself_counts_in_its_own_view_alone(tell: Tell) -> None:
    s = tell()
    shared, hidden = identify(s, "1"), identify(s, "2", own=True)
    mine = assess(s, "1", "2025-06-01", 5, 5, own=True)
    assert s.figures("RK2") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RK2", party="b") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RK2", party="a") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RK2", party="a") == ([shared, hidden, mine], [])
    assert s.figures("RK1") == NO_DATA
    assert s.figures("RK1", party="a") == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.void(shared)
    assert s.figures("RK1", party="a") == NO_DATA
    assert s.figures("RK3", party="a") == NO_DATA
    assert s.evidence("RK2", party="a") == ([hidden], [])


def test_a_shared_and_an_own_completion_of_one_treatment_are_both_listed(tell: Tell) -> None:
    s = tell()
    counted = [identify(s, "1", owner="a"), assess(s, "1", "2025-01-01", 5, 5), plan(s, "1", "t", "2025-03-01")]
    own = s.add("risk.treatment_completed", "2025-02-01", own=True, risk_id="1", treatment_id="t")
    shared = complete(s, "1", "t", "2025-03-02")
    assert s.evidence("RK1") == ([*counted, shared], [])
    assert s.evidence("RK1", party="a") == ([*counted, own, shared], [])
    assert s.figures("RK4")[1] == "0.0000"
    assert s.figures("RK4", party="a")[1] == "1.0000"
    assert s.evidence("RK4", party="a") == ([counted[2], own], [])


def test_the_completion_of_a_treatment_that_does_not_stand_is_not_listed(tell: Tell) -> None:
    """docs/principles.md A79."""
    s = tell()
    counted = [identify(s, "1", owner="a"), assess(s, "1", "2025-01-01", 5, 5), plan(s, "1", "t", "2025-08-01")]
    planned = plan(s, "1", "u", "2025-08-01")
    s.add("risk.treatment_completed", "2025-02-01", own=True, risk_id="1", treatment_id="u")
    s.void(planned)
    assert s.evidence("RK1", party="a") == (counted, [])


def test_the_review_of_the_register_is_asked_for_from_stage_5_on(tell: Tell) -> None:
    s = tell(stage=4)
    identify(s, "1")
    assess(s, "1", "2025-06-01", 5, 5)
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("RK2", "2025-06-30") == NOT_APPLICABLE
    assert s.evidence("RK2", "2025-06-30") == ([], [])
    assert s.figures("RK1", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RK2") == ("SCORED", "1.0000", "1.0000", "1.0000")


@pytest.mark.parametrize("indicator", ["RK1", "RK2", "RK3"])
def test_none_applies_with_one_party_left_or_when_switched_off(tell: Tell, indicator: str) -> None:
    s = tell()
    identify(s, "1")
    assess(s, "1", "2025-04-02", 5, 5)
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
