"""TC4 and TC5: would they choose each other again, and do they warn early.

Rules: docs/principles.md A18 to A22, A53, A54.
"""

from typing import Any

import pytest

from promises_told import fulfil, promise, reschedule
from rounds_told import answer, close_round, open_round
from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def asked_round(s: Story, id_: str, closed_on: str, **marks: tuple[int, ...]) -> list[int]:
    """A round in which the people of each party gave these marks; all its positions."""
    told = [open_round(s, id_, "2023-03-01", q="P7")]
    for party, given in marks.items():
        told += [answer(s, id_, "2023-03-02", f"{party}{n}", mark) for n, mark in enumerate(given)]
    return [*told, close_round(s, id_, closed_on)]


def test_the_net_score_is_the_mean_of_the_parties_shares(tell: Tell) -> None:
    s = tell("a", "b", "c")
    # a: 2 of 3 less none, 66.67; b: 1 of 6 less 1 of 6, 0; c: none less 2 of 3, -66.67
    told = asked_round(s, "r", "2025-06-01", a=(9, 10, 8), b=(9, 6, 7, 7, 8, 8), c=(7, 6, 0))
    assert s.figures("TC4") == ("SCORED", "0.0000", None, None)
    assert s.score("TC4") == "33.33"  # 20 / 60
    assert s.evidence("TC4") == (told, [])


def test_the_mean_of_three_parties_is_rounded_half_away_from_zero(tell: Tell) -> None:
    s = tell("a", "b", "c")
    asked_round(s, "r", "2025-06-01", a=(9, 8, 8), b=(8, 8, 8), c=(8, 8, 8))  # 33.33 / 3 = 11.11
    assert s.figures("TC4") == ("SCORED", "11.1100", None, None)
    asked_round(s, "s", "2025-06-02", a=(6, 8, 8), b=(6, 8, 8, 8, 8, 8, 8), c=(8, 8, 8))  # (-33.33 - 14.29) / 3
    assert s.figures("TC4") == ("SCORED", "-15.8733", None, None)
    assert s.score("TC4") == "6.88"  # 4.1267 / 60


def test_all_detractors_are_the_lowest_score_and_that_is_not_no_data(tell: Tell) -> None:
    s = tell()
    asked_round(s, "r", "2025-06-01", a=(0, 0, 0), b=(6, 6, 6))
    assert s.figures("TC4") == ("SCORED", "-100.0000", None, None)
    assert s.score("TC4") == "0.00"


def test_two_parties_need_three_marks_each(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = asked_round(s, "r", "2025-06-01", a=(9, 9, 9), b=(9, 9), c=(0, 0))
    assert s.figures("TC4") == NO_DATA
    assert s.evidence("TC4") == ([], [(told[0], "too_few_respondents")])
    third = answer(s, "r", "2023-03-03", "b9", 9)
    assert s.figures("TC4") == ("SCORED", "100.0000", None, None)
    assert s.evidence("TC4") == (
        [*told[:6], told[-1], third],
        [(told[6], "too_few_respondents"), (told[7], "too_few_respondents")],
    )


def test_an_answer_without_a_mark_is_not_a_respondent(tell: Tell) -> None:
    s = tell()
    asked_round(s, "r", "2025-06-01", a=(9, 9, 9), b=(9, 9))
    answer(s, "r", "2023-03-03", "b9", q=5)
    assert s.figures("TC4") == NO_DATA


def test_a_mark_counts_for_a_year_and_is_stale_afterwards(tell: Tell) -> None:
    s = tell()
    told = asked_round(s, "r", "2024-07-01", a=(9, 9, 9), b=(7, 7, 7))
    assert s.figures("TC4", "2024-06-30") == NO_DATA
    assert s.figures("TC4") == ("SCORED", "50.0000", None, None)
    assert s.score("TC4") == "100.00"
    assert s.figures("TC4", "2025-07-02") == ("STALE", "50.0000", None, None)
    assert s.score("TC4", "2025-07-02") is None
    assert s.evidence("TC4", "2025-07-02") == (told, [(told[0], "stale_round")])
    s.policy(TC4={"window_days": 366})
    assert s.figures("TC4", "2025-07-02") == ("SCORED", "50.0000", None, None)


def test_a_newer_round_without_marks_is_passed_over(tell: Tell) -> None:
    s = tell()
    told = asked_round(s, "r", "2025-01-01", a=(9, 9, 9), b=(7, 7, 7))
    empty = open_round(s, "s", "2025-06-01", q="P2")
    close_round(s, "s", "2025-06-02")
    assert s.figures("TC4") == ("SCORED", "50.0000", None, None)
    assert s.evidence("TC4") == (told, [(empty, "too_few_respondents")])


def test_a_mark_replaced_or_of_a_party_that_left_does_not_count(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = asked_round(s, "r", "2025-06-01", a=(9, 9, 9), b=(7, 7, 7), c=(0, 0, 0))
    second = answer(s, "r", "2023-03-03", "a0", 0)
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("TC4", "2025-06-30") == ("SCORED", "-22.2200", None, None)  # 33.34, 0, -100
    assert s.figures("TC4") == ("SCORED", "16.6700", None, None)  # 0.6667 - 0.3333, and 0
    excluded = [(told[1], "duplicate_answer"), *((position, "left_party") for position in told[7:10])]
    assert s.evidence("TC4") == ([told[0], *told[2:7], told[-1], second], excluded)


def test_a_mark_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    asked_round(s, "r", "2025-06-01", a=(9, 9, 9), b=(7, 7, 7))
    extra = answer(s, "r", "2023-03-03", "b9", 9)
    fixed = s.correct(extra, check_id="r", party="b", respondent="b9", answers={}, recommend=6)
    gone = s.void(extra)
    assert s.figures("TC4", known_at=extra - 1) == ("SCORED", "50.0000", None, None)
    assert s.figures("TC4", known_at=extra) == ("SCORED", "62.5000", None, None)
    assert s.figures("TC4", known_at=fixed) == ("SCORED", "37.5000", None, None)
    assert s.evidence("TC4", known_at=fixed)[0][-2:] == [extra, fixed]
    assert s.figures("TC4", known_at=gone) == ("SCORED", "50.0000", None, None)


def test_a_rescheduling_asked_five_days_ahead_is_early_whatever_came_of_it(tell: Tell) -> None:
    s = tell()
    for id_ in "vwxyz":
        promise(s, id_, "2025-06-10")
    told = [
        reschedule(s, "v", "2025-06-05", "2025-06-20"),
        reschedule(s, "w", "2025-06-06", "2025-06-20"),
        reschedule(s, "x", "2025-06-05", "2025-06-20", agreed_by=""),
        reschedule(s, "y", "2025-06-11", "2025-06-20", asked="2025-06-05"),
        reschedule(s, "z", "2025-06-11", "2025-06-20"),
    ]
    assert s.figures("TC5") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.score("TC5") == "50.00"
    assert s.evidence("TC5") == (told, [])


def test_earliness_is_measured_against_the_date_then_in_force(tell: Tell) -> None:
    s = tell()
    s.policy(TC5={"min_n": 1})
    promise(s, "x", "2025-06-10")
    reschedule(s, "x", "2025-06-05", "2025-06-20")
    reschedule(s, "x", "2025-06-16", "2025-06-30")
    assert s.figures("TC5") == ("SCORED", "0.5000", "1.0000", "2.0000")
    reschedule(s, "x", "2025-06-25", "2025-07-30")
    assert s.figures("TC5") == ("SCORED", "0.6667", "2.0000", "3.0000")


def test_a_rescheduling_counts_from_its_day_for_a_year(tell: Tell) -> None:
    s = tell()
    for id_ in "xyz":
        promise(s, id_, "2024-12-31")
    outside, first, last = (
        reschedule(s, "x", "2024-07-01", "2025-12-31"),
        reschedule(s, "y", "2024-07-02", "2025-12-31"),
        reschedule(s, "z", "2025-07-01", "2025-12-31"),
    )
    assert s.figures("TC5", "2024-06-30") == NO_DATA
    assert s.figures("TC5") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("TC5") == ([first, last], [])
    s.policy(TC5={"window_days": 366})
    assert s.figures("TC5") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.score("TC5") == "61.12"  # 0.3667 / 0.6
    assert s.evidence("TC5") == ([outside, first, last], [])


def test_none_asked_early_is_zero_and_none_at_all_is_no_data(tell: Tell) -> None:
    s = tell()
    for id_ in "xyz":
        promise(s, id_, "2025-06-10")
    fulfil(s, "x", "2025-06-10")
    assert s.figures("TC5") == NO_DATA
    assert s.evidence("TC5") == ([], [])
    s.policy(TC5={"min_n": 2})
    for id_ in "yz":
        reschedule(s, id_, "2025-06-10", "2025-06-20")
    assert s.figures("TC5") == ("SCORED", "0.0000", "0.0000", "2.0000")
    assert s.score("TC5") == "0.00"


def test_a_rescheduling_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(TC5={"min_n": 1})
    made = promise(s, "x", "2025-06-10")
    moved = reschedule(s, "x", "2025-06-06", "2025-06-20")
    said: dict[str, Any] = {"commitment_id": "x", "new_due_on": "2025-06-20", "agreed_by": ["b"]}
    fixed = s.correct(moved, **said, requested_on="2025-06-05")
    gone = s.void(moved)
    assert s.figures("TC5", known_at=made) == NO_DATA
    assert s.figures("TC5", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("TC5", known_at=fixed) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("TC5", known_at=fixed) == ([moved, fixed], [])
    assert s.figures("TC5", known_at=gone) == NO_DATA


@pytest.mark.parametrize("indicator", ["TC4", "TC5"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    asked_round(s, "r", "2025-06-01", a=(9, 9, 9), b=(7, 7, 7))
    for id_ in "xyz":
        promise(s, id_, "2025-06-10")
        reschedule(s, id_, "2025-06-10", "2025-06-20")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
