"""VV2 and VV3: how the parties rate their shared values. Rules: docs/principles.md A18 to A23, A98."""

import pytest

from rounds_told import answer, close_round, open_round, whole_round
from story import NO_DATA, NOT_APPLICABLE, Tell


def test_level_and_gap_are_means_over_the_questions_that_two_parties_answered(tell: Tell) -> None:
    s = tell("a", "b", "c")
    opened = open_round(s, "r", "2025-06-01", v1="P2", v2="P2", v3="P2", other="P7")
    used = [
        answer(s, "r", "2025-06-02", "a1", v1=4, v2=2, v3=1, other=5),
        answer(s, "r", "2025-06-02", "a2", v1=4, v2=2, v3=1, other=5),
        answer(s, "r", "2025-06-02", "a3", v1=5, v2=3, v3=1, other=5),
        answer(s, "r", "2025-06-02", "b1", v1=3, v2=4, other=1),
        answer(s, "r", "2025-06-02", "b2", v1=3, v2=5, other=1),
        answer(s, "r", "2025-06-02", "b3", v1=3, v2=5, v3=5, other=1),
    ]
    few = [answer(s, "r", "2025-06-03", f"c{n}", v1=1, v2=1, v3=5) for n in (1, 2)]
    closed = close_round(s, "r", "2025-06-10")
    # v1: 13/3 = 4.3333 and 3, level 3.6667, gap 1.3333; v2: 7/3 = 2.3333 and 14/3 = 4.6667, level 3.5, gap 2.3334
    assert s.figures("VV2") == ("SCORED", "3.5834", None, None)
    assert s.score("VV2") == "79.17"
    assert s.figures("VV3") == ("SCORED", "1.8334", None, None)
    assert s.score("VV3") == "11.11"
    excluded = [(few[0], "too_few_respondents"), (few[1], "too_few_respondents")]
    assert s.evidence("VV2") == ([opened, *used, closed], excluded)
    assert s.evidence("VV3") == ([opened, *used, closed], excluded)


def test_the_third_respondent_of_the_second_party_makes_a_round_usable(tell: Tell) -> None:
    s = tell()
    opened = open_round(s, "r", "2025-06-01", v="P2")
    told = [answer(s, "r", "2025-06-02", who, v=4) for who in ("a1", "a2", "a3", "b1", "b2")]
    third = answer(s, "r", "2025-06-03", "b3", v=1)
    closed = close_round(s, "r", "2025-06-10")
    assert s.figures("VV2", known_at=closed) == ("SCORED", "3.5000", None, None)
    assert s.figures("VV3", known_at=closed) == ("SCORED", "1.0000", None, None)
    assert s.evidence("VV3") == ([opened, *told, third, closed], [])
    s.void(third)
    assert s.figures("VV2") == NO_DATA
    assert s.figures("VV3") == NO_DATA
    assert s.evidence("VV3") == ([], [(opened, "too_few_respondents")])


def test_the_same_answers_in_another_way_are_no_gap_and_that_is_not_no_data(tell: Tell) -> None:
    s = tell()
    whole_round(s, "r", "2025-06-10", a=1, b=1)
    assert s.figures("VV3") == ("SCORED", "0.0000", None, None)
    assert s.score("VV3") == "100.00"
    assert s.figures("VV2") == ("SCORED", "1.0000", None, None)
    assert s.score("VV2") == "0.00"


def test_a_round_counts_from_its_closing_for_a_year_and_is_stale_afterwards(tell: Tell) -> None:
    s = tell()
    told = whole_round(s, "r", "2024-07-01", a=3, b=4)
    assert s.figures("VV2", "2024-06-30") == NO_DATA
    assert s.evidence("VV2", "2024-06-30") == ([], [])
    assert s.figures("VV2", "2024-07-01") == ("SCORED", "3.5000", None, None)
    assert s.figures("VV2", "2025-07-01") == ("SCORED", "3.5000", None, None)
    assert s.figures("VV2", "2025-07-02") == ("STALE", "3.5000", None, None)
    assert s.score("VV2", "2025-07-02") is None
    assert s.evidence("VV2", "2025-07-02") == (told, [(told[0], "stale_round")])
    assert s.figures("VV3", "2025-07-02") == ("STALE", "1.0000", None, None)
    s.policy(VV2={"window_days": 366})
    assert s.figures("VV2", "2025-07-02") == ("SCORED", "3.5000", None, None)
    assert s.figures("VV3", "2025-07-02") == ("STALE", "1.0000", None, None)


def test_a_newer_round_that_cannot_be_used_is_passed_over(tell: Tell) -> None:
    s = tell()
    told = whole_round(s, "old", "2025-01-10", a=3, b=4)
    open_round(s, "other", "2025-02-01", p="P7")
    close_round(s, "other", "2025-02-02")
    few = open_round(s, "few", "2025-03-01", v="P2")
    close_round(s, "few", "2025-03-02")
    open_round(s, "open", "2025-04-01", v="P2")
    assert s.figures("VV2") == ("SCORED", "3.5000", None, None)
    assert s.evidence("VV2") == (told, [(few, "too_few_respondents")])


def test_a_stale_round_is_shown_when_the_newer_ones_cannot_be_used(tell: Tell) -> None:
    s = tell()
    whole_round(s, "older", "2023-05-01", a=5, b=5)
    told = whole_round(s, "old", "2024-06-30", a=3, b=4)
    few = open_round(s, "few", "2025-03-01", v="P2")
    close_round(s, "few", "2025-03-02")
    assert s.figures("VV2") == ("STALE", "3.5000", None, None)
    assert s.evidence("VV2") == (told, [(told[0], "stale_round"), (few, "too_few_respondents")])


def test_a_second_answer_replaces_the_first_as_a_whole(tell: Tell) -> None:
    s = tell()
    opened = open_round(s, "r", "2025-06-01", v="P2", w="P2")
    first = answer(s, "r", "2025-06-02", "a1", v=1, w=1)
    used = [answer(s, "r", "2025-06-02", who, v=4, w=4) for who in ("a2", "a3", "b1", "b2", "b3")]
    second = answer(s, "r", "2025-06-03", "a1", v=4)
    closed = close_round(s, "r", "2025-06-10")
    assert s.figures("VV2") == ("SCORED", "4.0000", None, None)  # w has two answers of a left
    assert s.evidence("VV2") == ([opened, *used, second, closed], [(first, "duplicate_answer")])


def test_respondents_of_two_parties_may_have_the_same_pseudonym(tell: Tell) -> None:
    s = tell()
    open_round(s, "r", "2025-06-01", v="P2")
    for party in "ab":
        for n in "123":
            s.add(
                "health_check.answered", "2025-06-02", party, check_id="r", party=party, respondent=n, answers={"v": 2}
            )
    close_round(s, "r", "2025-06-10")
    assert s.figures("VV2") == ("SCORED", "2.0000", None, None)


def test_answers_of_a_party_that_has_left_do_not_count(tell: Tell) -> None:
    s = tell("a", "b", "c")
    opened = open_round(s, "r", "2025-06-01", v="P2")
    used = [answer(s, "r", "2025-06-02", who, v=4) for who in ("a1", "a2", "a3", "b1", "b2", "b3")]
    left = [answer(s, "r", "2025-06-02", f"c{n}", v=1) for n in (1, 2, 3)]
    closed = close_round(s, "r", "2025-06-10")
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("VV2", "2025-06-30") == ("SCORED", "3.0000", None, None)
    assert s.evidence("VV2", "2025-06-30") == ([opened, *used, *left, closed], [])
    assert s.figures("VV2") == ("SCORED", "4.0000", None, None)
    assert s.evidence("VV2") == ([opened, *used, closed], [(p, "left_party") for p in left])


def test_an_answer_recorded_late_counts_when_it_is_known_and_a_correction_changes_it(tell: Tell) -> None:
    s = tell()
    told = whole_round(s, "r", "2025-06-10", a=3, b=4)
    late = answer(s, "r", "2025-06-09", "b4", v=2)
    fixed = s.correct(late, check_id="r", party="b", respondent="b4", answers={"v": 3})
    assert s.figures("VV3", known_at=late - 1) == ("SCORED", "1.0000", None, None)
    assert s.figures("VV3", known_at=late) == ("SCORED", "0.5000", None, None)
    assert s.figures("VV3", known_at=fixed) == ("SCORED", "0.7500", None, None)
    assert s.evidence("VV3", known_at=fixed) == ([*told, late, fixed], [])


def test_an_answer_kept_by_its_party_counts_in_that_partys_view_alone(tell: Tell) -> None:
    s = tell()
    whole_round(s, "r", "2025-06-10", a=3, b=4)
    answer(s, "r", "2025-06-09", "b4", v=2, own=True)
    assert s.figures("VV3") == ("SCORED", "1.0000", None, None)
    assert s.figures("VV3", party="a") == ("SCORED", "1.0000", None, None)
    assert s.figures("VV3", party="b") == ("SCORED", "0.5000", None, None)


@pytest.mark.parametrize("indicator", ["VV2", "VV3"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    whole_round(s, "r", "2025-06-10", a=3, b=4)
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
