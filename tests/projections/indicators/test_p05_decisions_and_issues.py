"""GP3 and GP4: decisions carried out, issues settled. Rules: docs/principles.md A4, A49, A50, A75."""

from typing import Any

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def decide(s: Story, id_: str, due_on: str | None, own: bool = False, on: str = "2024-01-02") -> int:
    due: dict[str, Any] = {} if due_on is None else {"due_on": due_on}
    return s.add(
        "decision.taken",
        on,
        own=own,
        decision_id=id_,
        body_id="board",
        text="Go.",
        agreed_by=["a", "b"],
        owner_party="a",
        **due,
    )


def board(s: Story, id_: str = "board", on: str = "2024-01-01") -> int:
    return s.add(
        "governance_body.established",
        on,
        body_id=id_,
        name="Board",
        level="management",
        cadence_days=90,
        required_roles=[],
    )


def implement(s: Story, id_: str, on: str) -> int:
    return s.add("decision.implemented", on, decision_id=id_)


def reverse(s: Story, id_: str, on: str, own: bool = False) -> int:
    return s.add("decision.reversed", on, own=own, decision_id=id_)


def raise_(s: Story, id_: str, on: str, severity: int = 1, own: bool = False) -> int:
    return s.add("issue.raised", on, own=own, issue_id=id_, by_party="a", severity=severity, title=id_)


def resolve(s: Story, id_: str, on: str) -> int:
    return s.add("issue.resolved", on, issue_id=id_)


def reopen(s: Story, id_: str, on: str) -> int:
    return s.add("issue.reopened", on, issue_id=id_)


def test_a_decision_is_to_be_carried_out_on_the_day_on_which_it_is_due(tell: Tell) -> None:
    s = tell()
    board(s)
    made = [decide(s, id_, "2025-03-10") for id_ in ("early", "on time", "late", "never")]
    decide(s, "whenever", None)
    done = [
        implement(s, "early", "2025-03-01"),
        implement(s, "on time", "2025-03-10"),
        implement(s, "late", "2025-03-11"),
    ]
    implement(s, "whenever", "2025-03-11")
    assert s.figures("GP3") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("GP3") == "0.00"
    assert s.evidence("GP3") == (made + done, [])


def test_a_decision_reversed_on_or_before_its_due_date_does_not_count(tell: Tell) -> None:
    s = tell()
    s.policy(GP3={"min_n": 1})
    board(s)
    in_time, late, pending = (
        decide(s, id_, due) for id_, due in (("1", "2025-03-10"), ("2", "2025-03-10"), ("3", "2025-08-01"))
    )
    done = implement(s, "2", "2025-03-10")
    reverse(s, "1", "2025-03-10"), reverse(s, "2", "2025-03-11"), reverse(s, "3", "2025-06-01")
    assert s.figures("GP3") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("GP3") == ([late, done], [(in_time, "reversed"), (pending, "reversed")])


def test_a_decision_that_one_party_noted_as_reversed_in_time_does_not_count_in_its_own_view(tell: Tell) -> None:
    """docs/principles.md A49: the first reversal is the one in time."""
    s = tell()
    board(s)
    made = decide(s, "1", "2025-03-10")
    reverse(s, "1", "2025-03-10", own=True), reverse(s, "1", "2025-03-11")
    assert s.evidence("GP3") == ([made], [])
    assert s.evidence("GP3", party="a") == ([], [(made, "reversed")])


def test_a_decision_counts_from_the_day_after_it_is_due_for_half_a_year(tell: Tell) -> None:
    s = tell()
    board(s)
    decide(s, "0", "2025-01-01")
    first, late, pending = (
        decide(s, id_, due) for id_, due in (("1", "2025-01-02"), ("2", "2025-06-30"), ("3", "2025-07-01"))
    )
    done = [implement(s, "1", "2025-01-02"), implement(s, "2", "2025-07-01")]
    implement(s, "3", "2025-07-01")
    assert s.figures("GP3") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("GP3") == ([first, late, *done], [(pending, "not_due")])
    assert s.figures("GP3", "2025-07-02") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.figures("GP3", "2025-07-01", known_at=done[0]) == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")


def test_a_decision_counts_once_however_many_bodies_there_are(tell: Tell) -> None:
    s = tell()
    board(s, on="2025-05-01"), board(s, "other")
    made = decide(s, "1", "2025-06-01", on="2025-05-01")
    assert s.figures("GP3") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")
    assert s.evidence("GP3") == ([made], [])


def test_no_decision_due_is_no_data_and_one_not_carried_out_is_zero(tell: Tell) -> None:
    s = tell()
    s.policy(GP3={"min_n": 1})
    board(s)
    made = decide(s, "1", "2025-06-30")
    assert s.figures("GP3", "2025-06-30") == NO_DATA
    assert s.evidence("GP3", "2025-06-30") == ([], [(made, "not_due")])
    assert s.figures("GP3") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_decision_noted_by_one_party_counts_in_its_own_view_alone(tell: Tell) -> None:
    s = tell()
    board(s)
    made = decide(s, "1", "2025-06-01", own=True)
    assert s.evidence("GP3") == ([], [])
    assert s.evidence("GP3", party="b") == ([], [])
    assert s.evidence("GP3", party="a") == ([made], [])


def test_a_decision_carried_out_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(GP3={"min_n": 1})
    board(s)
    made = decide(s, "1", "2025-03-10")
    done = implement(s, "1", "2025-03-10")
    moved = s.correct(done, "2025-03-11", decision_id="1")
    gone = s.void(done)
    assert s.figures("GP3", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP3", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("GP3", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("GP3", known_at=moved) == ([made, done, moved], [])
    assert s.evidence("GP3", known_at=gone) == ([made], [])


@pytest.mark.parametrize(("severity", "limit", "after"), [(1, 5, 6), (2, 10, 11), (3, 20, 21), (4, 40, 41)])
def test_an_issue_is_to_be_settled_within_the_days_of_its_severity(
    tell: Tell, severity: int, limit: int, after: int
) -> None:
    s = tell()
    s.policy(GP4={"min_n": 1})
    days = {5: "2025-03-06", 6: "2025-03-07", 10: "2025-03-11", 11: "2025-03-12"}
    days |= {20: "2025-03-21", 21: "2025-03-22", 40: "2025-04-10", 41: "2025-04-11"}
    made = [raise_(s, id_, "2025-03-01", severity) for id_ in ("in time", "late", "never")]
    done = resolve(s, "in time", days[limit])
    resolve(s, "late", days[after])
    assert s.figures("GP4", days[limit]) == NO_DATA
    assert s.evidence("GP4", days[limit]) == ([], [(position, "not_due") for position in made])
    assert s.figures("GP4", days[after]) == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("GP4", days[after]) == ([*made, done], [])


def test_an_issue_reopened_within_30_days_was_not_settled(tell: Tell) -> None:
    s = tell()
    made = [raise_(s, id_, "2025-03-01") for id_ in ("day 30", "day 31", "same day", "closed")]
    done = [resolve(s, id_, "2025-03-06") for id_ in ("day 30", "day 31", "same day", "closed")]
    again = [reopen(s, "day 30", "2025-04-05"), reopen(s, "same day", "2025-03-06")]
    reopen(s, "day 31", "2025-04-06")
    assert s.figures("GP4") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.evidence("GP4") == (made + done + again, [])
    assert s.figures("GP4", "2025-04-04") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.score("GP4", "2025-04-04") == "62.50"


def test_the_last_resolution_by_the_limit_is_judged(tell: Tell) -> None:
    s = tell()
    s.policy(GP4={"min_n": 1})
    twice, too_late = raise_(s, "1", "2025-03-01"), raise_(s, "2", "2025-03-01")
    resolve(s, "1", "2025-03-02")
    reopen(s, "1", "2025-03-04")
    last = resolve(s, "1", "2025-03-06")
    first = resolve(s, "2", "2025-03-02")
    again = reopen(s, "2", "2025-03-05")
    resolve(s, "2", "2025-03-07")
    reopen(s, "2", "2025-03-08")
    assert s.figures("GP4") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("GP4") == ([twice, too_late, last, first, again], [])


def test_an_issue_counts_from_the_day_after_its_limit_for_half_a_year(tell: Tell) -> None:
    s = tell()
    raise_(s, "0", "2024-12-27")
    first, newest, pending = (
        raise_(s, id_, on) for id_, on in (("1", "2024-12-28"), ("2", "2025-06-25"), ("3", "2025-06-26"))
    )
    done = resolve(s, "1", "2024-12-30")
    resolve(s, "2", "2025-07-01")
    resolve(s, "3", "2025-07-01")
    assert s.figures("GP4") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("GP4") == ([first, newest, done], [(pending, "not_due")])


def test_no_issue_is_no_data_and_one_open_is_zero(tell: Tell) -> None:
    s = tell()
    s.policy(GP4={"min_n": 1})
    assert s.figures("GP4") == NO_DATA
    assert s.evidence("GP4") == ([], [])
    own = raise_(s, "1", "2025-06-01", own=True)
    assert s.figures("GP4") == NO_DATA
    assert s.figures("GP4", party="a") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("GP4", party="a") == ([own], [])


def test_a_resolution_recorded_late_corrected_and_voided_and_an_issue_of_another_severity(tell: Tell) -> None:
    s = tell()
    s.policy(GP4={"min_n": 1})
    made = raise_(s, "1", "2025-03-01")
    done = resolve(s, "1", "2025-03-06")
    moved = s.correct(done, "2025-03-07", issue_id="1")
    lighter = s.correct(made, issue_id="1", by_party="a", severity=2, title="1")
    gone = s.void(done)
    assert s.figures("GP4", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP4", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("GP4", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("GP4", known_at=moved) == ([made], [])
    assert s.figures("GP4", known_at=lighter) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("GP4", known_at=lighter) == ([made, done, moved, lighter], [])
    assert s.evidence("GP4", known_at=gone) == ([made, lighter], [])


@pytest.mark.parametrize("indicator", ["GP1", "GP2", "GP3", "GP4"])
def test_an_indicator_of_governance_can_be_switched_off(tell: Tell, indicator: str) -> None:
    s = tell()
    s.policy(**{indicator: {"enabled": False}})
    board(s)
    s.add("meeting.held", "2025-03-01", body_id="board", attendees=[])
    decide(s, "1", "2025-03-01")
    raise_(s, "1", "2025-03-01")
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])


@pytest.mark.parametrize("indicator", ["GP3", "GP4"])
def test_neither_applies_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    s.policy(**{indicator: {"min_n": 1}})
    board(s)
    decide(s, "1", "2025-03-01")
    raise_(s, "1", "2025-03-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
