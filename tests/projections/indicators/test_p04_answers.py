"""CL3 and CL4: escalations answered, resources provided. Rules: docs/principles.md A46, A75, A86."""

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell, uid


def issue(s: Story, id_: str, on: str = "2024-01-01") -> int:
    return s.add("issue.raised", on, issue_id=id_, by_party="a", severity=3, title=id_)


def escalate(s: Story, id_: str, on: str, level: str = "strategic") -> int:
    return s.add("issue.escalated", on, issue_id=id_, level=level)


def acknowledge(s: Story, id_: str, on: str, level: str = "strategic") -> int:
    return s.add("issue.acknowledged", on, "b", issue_id=id_, level=level, by=uid("pb"))


def resolve(s: Story, id_: str, on: str) -> int:
    return s.add("issue.resolved", on, issue_id=id_)


def promise(s: Story, id_: str, needed_by: str, own: bool = False) -> int:
    return s.add(
        "resource.committed",
        "2024-01-01",
        own=own,
        resource_id=id_,
        by_party="a",
        kind="people",
        needed_by=needed_by,
        description="Two testers",
    )


def provide(s: Story, id_: str, on: str) -> int:
    return s.add("resource.provided", on, resource_id=id_)


def test_of_an_even_number_of_escalations_the_mean_of_the_middle_two_counts(tell: Tell) -> None:
    s = tell()
    issue(s, "answered"), issue(s, "open")
    counted = [
        escalate(s, "answered", "2025-06-01"),
        escalate(s, "open", "2025-06-01"),
        acknowledge(s, "answered", "2025-06-04"),
    ]
    assert s.figures("CL3") == ("SCORED", "16.5000", None, "2.0000")  # 3 days, and 30 so far
    assert s.score("CL3") == "23.33"
    assert s.evidence("CL3") == (counted, [])


def test_of_an_odd_number_of_escalations_the_middle_one_counts(tell: Tell) -> None:
    s = tell()
    for id_, answered in (("1", "2025-06-04"), ("2", "2025-06-06"), ("3", "2025-06-30")):
        issue(s, id_)
        escalate(s, id_, "2025-06-01")
        acknowledge(s, id_, answered)
    assert s.figures("CL3") == ("SCORED", "5.0000", None, "3.0000")
    assert s.score("CL3") == "100.00"
    assert s.figures("CL3", "2025-06-10") == ("SCORED", "5.0000", None, "3.0000")
    assert s.figures("CL3", "2025-06-04") == ("SCORED", "3.0000", None, "3.0000")


def test_a_resolution_answers_too_and_management_does_not(tell: Tell) -> None:
    s = tell()
    issue(s, "1")
    first = escalate(s, "1", "2025-06-01")
    acknowledge(s, "1", "2025-06-02", level="management")
    escalate(s, "1", "2025-06-03", level="management")
    done = resolve(s, "1", "2025-06-11")
    acknowledge(s, "1", "2025-06-12")
    assert s.figures("CL3") == ("SCORED", "10.0000", None, "1.0000")
    assert s.score("CL3") == "66.67"
    assert s.evidence("CL3") == ([first, done], [])


def test_the_answer_follows_the_escalation_in_the_order_of_entries(tell: Tell) -> None:
    s = tell()
    issue(s, "1"), issue(s, "2")
    acknowledge(s, "1", "2025-06-01")
    early = escalate(s, "1", "2025-06-01")
    same_day = [escalate(s, "2", "2025-06-01"), acknowledge(s, "2", "2025-06-01")]
    assert s.figures("CL3") == ("SCORED", "15.0000", None, "2.0000")  # 30 and 0 days
    assert s.evidence("CL3") == ([early, *same_day], [])


def test_each_escalation_of_an_issue_is_an_item_of_its_own(tell: Tell) -> None:
    s = tell()
    issue(s, "1")
    counted = [escalate(s, "1", "2025-06-01"), escalate(s, "1", "2025-06-05"), acknowledge(s, "1", "2025-06-06")]
    again = escalate(s, "1", "2025-06-21")
    assert s.figures("CL3", "2025-06-20") == ("SCORED", "3.0000", None, "2.0000")  # 5 and 1
    assert s.figures("CL3") == ("SCORED", "5.0000", None, "3.0000")  # 5, 1 and 10
    assert s.evidence("CL3") == ([*counted, again], [])


def test_an_escalation_counts_in_the_window_in_which_it_took_place(tell: Tell) -> None:
    s = tell()
    issue(s, "1"), issue(s, "2")
    escalate(s, "1", "2024-07-01")
    first = escalate(s, "2", "2024-07-02")
    today = escalate(s, "1", "2025-07-01")
    assert s.figures("CL3") == ("SCORED", "182.0000", None, "2.0000")  # 364 and 0
    assert s.evidence("CL3") == ([first, today], [])
    assert s.figures("CL3", "2024-07-01") == ("SCORED", "0.0000", None, "1.0000")
    assert s.score("CL3", "2024-07-01") == "100.00"


def test_no_escalation_is_no_data_and_one_alone_may_be_too_few(tell: Tell) -> None:
    s = tell()
    s.policy(CL3={"min_n": 2})
    issue(s, "1")
    escalate(s, "1", "2025-06-30", level="management")
    assert s.figures("CL3") == NO_DATA
    assert s.evidence("CL3") == ([], [])
    made = escalate(s, "1", "2025-06-30")
    assert s.figures("CL3") == ("LOW_SAMPLE", "1.0000", None, "1.0000")
    assert s.score("CL3") is None
    assert s.evidence("CL3") == ([made], [])


def test_an_escalation_and_its_answer_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    issue(s, "1")
    made = escalate(s, "1", "2025-06-01")
    answer = acknowledge(s, "1", "2025-06-11")
    moved = s.correct(answer, "2025-06-09", issue_id="1", level="strategic", by=uid("pb"))
    gone = s.void(answer)
    lower = s.correct(made, issue_id="1", level="management")
    assert s.figures("CL3", known_at=made) == ("SCORED", "30.0000", None, "1.0000")
    assert s.figures("CL3", known_at=answer) == ("SCORED", "10.0000", None, "1.0000")
    assert s.figures("CL3", known_at=moved) == ("SCORED", "8.0000", None, "1.0000")
    assert s.evidence("CL3", known_at=moved) == ([made, answer, moved], [])
    assert s.evidence("CL3", known_at=gone) == ([made], [])
    assert s.figures("CL3", known_at=lower) == NO_DATA


def test_a_resource_is_to_be_there_on_the_day_on_which_it_is_needed(tell: Tell) -> None:
    s = tell()
    made = [promise(s, id_, "2025-03-10") for id_ in ("early", "on time", "late", "never")]
    came = [provide(s, "early", "2025-03-01"), provide(s, "on time", "2025-03-10"), provide(s, "late", "2025-03-11")]
    assert s.figures("CL4") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("CL4") == "0.00"
    assert s.evidence("CL4") == (made + came, [])
    provide(s, "never", "2025-07-01")
    assert s.figures("CL4") == ("SCORED", "0.5000", "2.0000", "4.0000")


def test_a_resource_counts_from_the_day_after_it_is_needed_for_a_year(tell: Tell) -> None:
    s = tell()
    promise(s, "0", "2024-06-30")
    kept, late, pending = promise(s, "1", "2024-07-01"), promise(s, "2", "2025-06-30"), promise(s, "3", "2025-07-01")
    came = [provide(s, "1", "2024-07-01"), provide(s, "2", "2025-07-01")]
    provide(s, "3", "2025-07-01")
    assert s.figures("CL4") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.score("CL4") is None
    assert s.evidence("CL4") == ([kept, late, *came], [(pending, "not_due")])
    assert s.figures("CL4", "2025-07-02") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    s.policy(CL4={"window_days": 1, "min_n": 1})
    assert s.figures("CL4") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_no_resource_due_is_no_data_and_one_not_provided_is_zero(tell: Tell) -> None:
    s = tell()
    s.policy(CL4={"min_n": 1})
    made = promise(s, "1", "2025-06-30")
    assert s.figures("CL4", "2025-06-30") == NO_DATA
    assert s.evidence("CL4", "2025-06-30") == ([], [(made, "not_due")])
    assert s.figures("CL4") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_resource_that_one_party_noted_for_itself_counts_in_its_own_view_alone(tell: Tell) -> None:
    s = tell()
    s.policy(CL4={"min_n": 1})
    made = promise(s, "1", "2025-06-01", own=True)
    assert s.figures("CL4") == NO_DATA
    assert s.figures("CL4", party="b") == NO_DATA
    assert s.evidence("CL4", party="a") == ([made], [])


def test_a_resource_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(CL4={"min_n": 1})
    made = promise(s, "1", "2025-06-01")
    came = provide(s, "1", "2025-06-03")
    needed_later = s.correct(
        made, resource_id="1", by_party="a", kind="people", needed_by="2025-06-03", description="Two testers"
    )
    gone = s.void(came)
    assert s.figures("CL4", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("CL4", known_at=came) == ([made, came], [])
    assert s.figures("CL4", known_at=came) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CL4", known_at=needed_later) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("CL4", known_at=needed_later) == ([made, came, needed_later], [])
    assert s.evidence("CL4", known_at=gone) == ([made, needed_later], [])


@pytest.mark.parametrize("indicator", ["CL1", "CL2", "CL3", "CL4"])
def test_an_indicator_of_leadership_can_be_switched_off(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    s.policy(**{indicator: {"enabled": False}})
    issue(s, "1")
    escalate(s, "1", "2025-06-01")
    promise(s, "1", "2025-06-01")
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])


@pytest.mark.parametrize("indicator", ["CL3", "CL4"])
def test_neither_applies_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    s.policy(CL4={"min_n": 1})
    issue(s, "1")
    escalate(s, "1", "2025-06-01")
    promise(s, "1", "2025-06-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
