"""VC3 and VC4: who brings ideas, and how soon they are decided. Rules: docs/principles.md A25, A58, A59."""

from typing import Any

from story import NO_DATA, Story, Tell


def idea(by: str) -> dict[str, Any]:
    expected = {"amount": "1.00", "currency": "EUR"}
    return {"by_party": by, "title": "x", "value_type": "cost", "expected": expected}


def propose(s: Story, name: str, on: str, by: str = "a", own: bool = False) -> int:
    return s.add("initiative.proposed", on, by, own=own, initiative_id=name, **idea(by))


def approve(s: Story, name: str, on: str) -> int:
    target: dict[str, Any] = {"target": {"amount": "1.00", "currency": "EUR"}, "start_on": on, "target_by": on}
    return s.add("initiative.approved", on, initiative_id=name, **target)


def reject(s: Story, name: str, on: str) -> int:
    return s.add("initiative.rejected", on, initiative_id=name)


# VC3


def test_the_fewest_ideas_of_a_party_are_weighed_against_all(tell: Tell) -> None:
    s = tell("a", "b", "c")
    propose(s, "o", "2024-07-01", "b")  # the last day before the window
    counted = [propose(s, "p", "2024-07-02", "a"), propose(s, "q", "2025-01-01", "a")]
    counted += [propose(s, "r", "2025-01-01", "b"), propose(s, "s", "2025-07-01", "c")]
    propose(s, "t", "2025-07-02", "c")
    assert s.figures("VC3") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.score("VC3") == "91.67"
    assert s.evidence("VC3") == (counted, [])
    assert s.figures("VC3", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "4.0000")


def test_ideas_of_a_party_that_has_left_are_left_out(tell: Tell) -> None:
    s = tell("a", "b", "c")
    counted = [
        propose(s, "p", "2025-01-01", "a"),
        propose(s, "q", "2025-01-01", "a"),
        propose(s, "r", "2025-01-01", "b"),
    ]
    gone = propose(s, "s", "2025-01-01", "c")
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("VC3") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("VC3") == (counted, [(gone, "left_party")])


def test_fewer_ideas_than_the_minimum_are_no_data_and_one_sided_ones_zero(tell: Tell) -> None:
    s = tell()
    assert s.figures("VC3") == NO_DATA
    propose(s, "p", "2025-01-01")
    second = propose(s, "q", "2025-01-01")
    assert s.figures("VC3") == NO_DATA
    assert s.evidence("VC3") == ([], [])
    third = propose(s, "r", "2025-01-01")
    assert s.figures("VC3") == ("SCORED", "0.0000", "0.0000", "3.0000")
    s.correct(third, **idea("b"))
    assert s.figures("VC3") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("VC3")[0] == [second - 1, second, third, third + 1]
    assert s.figures("VC3", known_at=third) == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("VC3", known_at=second) == NO_DATA
    s.void(third)
    assert s.figures("VC3") == NO_DATA


def test_a_policy_sets_the_least_number_of_ideas_and_their_window(tell: Tell) -> None:
    s = tell()
    propose(s, "p", "2025-06-21", "a")
    propose(s, "q", "2025-06-22", "b")
    s.policy(VC3={"min_n": 2, "window_days": 11})
    assert s.figures("VC3") == ("SCORED", "1.0000", "2.0000", "2.0000")
    assert s.figures("VC3", "2025-07-02") == NO_DATA


# VC4


def test_an_idea_is_judged_the_day_after_its_sixty_days_have_ended(tell: Tell) -> None:
    s = tell()
    propose(s, "o", "2024-05-01")  # limit 2024-06-30, the last day before the window
    first = propose(s, "p", "2024-05-02")
    in_time = [propose(s, "q", "2025-03-01"), approve(s, "q", "2025-04-30")]
    too_late = [propose(s, "r", "2025-03-01"), reject(s, "r", "2025-05-01")]
    rejected = [propose(s, "s", "2025-05-01"), reject(s, "s", "2025-06-30")]  # limit 2025-06-30
    pending = propose(s, "t", "2025-05-02")  # limit 2025-07-01
    approve(s, "t", "2025-05-03")
    assert s.figures("VC4") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("VC4") == "20.00"
    assert s.evidence("VC4") == ([first, *in_time, *too_late, *rejected], [(pending, "not_due")])
    assert s.figures("VC4", "2025-07-02") == ("SCORED", "0.7500", "3.0000", "4.0000")


def test_a_stop_is_no_decision_and_the_first_decision_counts(tell: Tell) -> None:
    s = tell()
    for name in "pqr":
        propose(s, name, "2025-01-01")
    s.add("initiative.stopped", "2025-01-02", initiative_id="p")
    reject(s, "q", "2025-01-03")
    decided = approve(s, "r", "2025-01-03")
    approve(s, "r", "2025-04-03")
    assert s.figures("VC4") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("VC4")[0] == [decided - 5, decided - 4, decided - 3, decided - 1, decided]


def test_nothing_to_decide_is_no_data_and_nothing_decided_zero(tell: Tell) -> None:
    s = tell()
    assert s.figures("VC4") == NO_DATA
    pending = propose(s, "o", "2025-06-01")
    assert s.figures("VC4") == NO_DATA
    assert s.evidence("VC4") == ([], [(pending, "not_due")])
    for name in "pq":
        propose(s, name, "2025-01-01")
    assert s.figures("VC4") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    propose(s, "r", "2025-01-01")
    assert s.figures("VC4") == ("SCORED", "0.0000", "0.0000", "3.0000")


def test_a_decision_counts_from_its_own_day_for_those_who_know_it(tell: Tell) -> None:
    s = tell()
    s.policy(VC4={"min_n": 1})
    known = propose(s, "p", "2025-01-01")
    decided = approve(s, "p", "2025-03-02")  # the last of sixty days, recorded whenever
    assert s.figures("VC4", known_at=known) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("VC4") == ("SCORED", "1.0000", "1.0000", "1.0000")
    target: dict[str, Any] = {"initiative_id": "p", "target": {"amount": "1.00", "currency": "EUR"}}
    s.correct(decided, "2025-03-03", **target, start_on="2025-03-02", target_by="2025-03-02")
    assert s.figures("VC4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("VC4", known_at=decided) == ("SCORED", "1.0000", "1.0000", "1.0000")
    s.correct(known, "2025-01-02", **idea("a"))
    assert s.figures("VC4") == ("SCORED", "1.0000", "1.0000", "1.0000")
    s.void(decided)
    assert s.figures("VC4") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_private_idea_counts_in_the_view_of_its_party_alone(tell: Tell) -> None:
    s = tell()
    s.policy(VC4={"min_n": 1})
    propose(s, "p", "2025-01-01", own=True)
    assert s.figures("VC4") == NO_DATA
    assert s.figures("VC4", party="a") == ("SCORED", "0.0000", "0.0000", "1.0000")
