"""MO1, MO2 and MO3: how recent, how answered and how alike. Rules: docs/principles.md A18 to A23, A70, A71, A98."""

from typing import Any

from story import NO_DATA, NOT_APPLICABLE, Story, Tell

Given = dict[str, list[dict[str, int]]]
"""For each party, what each of its respondents answered."""


def three(rating: int) -> list[dict[str, int]]:
    return [{"q": rating}] * 3


def opening(*keys: str, **invited: int) -> dict[str, Any]:
    questions = [{"key": key, "principle": "P7", "text": "How is it?"} for key in keys]
    return {"questions": questions, "invited": invited}


def open_round(s: Story, name: str, on: str, *keys: str, **invited: int) -> int:
    return s.add("health_check.opened", on, check_id=name, **opening(*(keys or "q"), **(invited or {"a": 3, "b": 3})))


def answer(s: Story, name: str, on: str, party: str, respondent: str, **ratings: int) -> int:
    return s.add("health_check.answered", on, party, check_id=name, party=party, respondent=respondent, answers=ratings)


def answers(s: Story, name: str, on: str, given: Given) -> list[int]:
    return [
        answer(s, name, on, party, f"{n}", **ratings) for party, all_ in given.items() for n, ratings in enumerate(all_)
    ]


def close(s: Story, name: str, on: str) -> int:
    return s.add("health_check.closed", on, check_id=name)


def hold(s: Story, name: str, on: str, given: Given, *keys: str, **invited: int) -> list[int]:
    """A round opened, answered and closed on one day; its positions in this order."""
    return [open_round(s, name, on, *keys, **invited), *answers(s, name, on, given), close(s, name, on)]


def enter(s: Story, stage: int, on: str, gate: str = "proceed") -> int:
    return s.add("lifecycle.stage_entered", on, stage=stage, gate=gate)


BOTH: Given = {"a": three(3), "b": three(4)}


# MO1


def test_the_age_counts_from_the_newest_check_that_three_people_of_two_parties_answered(tell: Tell) -> None:
    s = tell(stage=7)
    old = hold(s, "p", "2024-07-01", BOTH)
    assert s.figures("MO1") == ("SCORED", "365.0000", "365.0000", "1.0000")
    assert s.score("MO1") == "50.14"
    new = hold(s, "q", "2024-12-30", BOTH)
    assert s.figures("MO1") == ("SCORED", "183.0000", "183.0000", "1.0000")
    assert s.score("MO1") == "100.00"
    assert s.evidence("MO1") == ([new[0], new[-1]], [])
    assert s.figures("MO1", "2024-12-29") == ("SCORED", "181.0000", "181.0000", "1.0000")
    assert s.evidence("MO1", "2024-12-29") == ([old[0], old[-1]], [])


def test_without_a_check_the_age_counts_from_the_first_day_at_stage_7(tell: Tell) -> None:
    s = tell(stage=7)
    enter(s, 6, "2024-01-01", "return")
    assert s.figures("MO1") == NOT_APPLICABLE
    entered = enter(s, 7, "2025-04-01")
    enter(s, 3, "2025-05-01", "stop")
    enter(s, 8, "2025-06-01")
    assert s.figures("MO1", "2025-03-31") == NOT_APPLICABLE
    assert s.figures("MO1", "2025-04-01") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("MO1") == ("SCORED", "91.0000", "91.0000", "1.0000")
    assert s.evidence("MO1") == ([entered], [])


def test_a_stage_left_and_entered_again_on_one_day_is_unbroken(tell: Tell) -> None:
    s = tell(stage=7)
    enter(s, 6, "2025-01-01", "return")
    enter(s, 7, "2025-01-01")
    assert s.figures("MO1", "2025-01-11") == ("SCORED", "734.0000", "734.0000", "1.0000")
    enter(s, 6, "2025-02-01", "return")
    entered = enter(s, 7, "2025-02-02")
    assert s.figures("MO1", "2025-02-11") == ("SCORED", "9.0000", "9.0000", "1.0000")
    assert s.evidence("MO1", "2025-02-11") == ([entered], [])


def test_a_check_before_stage_7_began_counts_for_nothing_and_one_of_that_day_counts(tell: Tell) -> None:
    s = tell()
    before = hold(s, "p", "2025-03-31", BOTH)
    entered = enter(s, 7, "2025-04-01")
    assert s.figures("MO1") == ("SCORED", "91.0000", "91.0000", "1.0000")
    assert s.evidence("MO1") == ([entered], [])
    same_day = hold(s, "q", "2025-04-01", BOTH)
    assert s.figures("MO1") == ("SCORED", "91.0000", "91.0000", "1.0000")
    assert s.evidence("MO1") == ([same_day[0], same_day[-1]], [])
    assert before[-1] < entered


def test_newer_rounds_with_too_few_people_are_passed_over(tell: Tell) -> None:
    s = tell("a", "b", "c", stage=7)
    good = hold(s, "p", "2025-01-01", {"a": three(3), "b": three(3), "c": three(3)})
    two = hold(s, "q", "2025-02-01", {"a": three(3), "b": [{"q": 3}] * 2, "c": [{"q": 3}] * 2})
    one_twice = open_round(s, "r", "2025-03-01")
    answers(s, "r", "2025-03-01", {"a": three(3), "b": [{"q": 3}] * 2})
    answer(s, "r", "2025-03-02", "b", "0", q=5)
    close(s, "r", "2025-03-03")
    open_round(s, "s", "2025-04-01")
    answers(s, "s", "2025-04-01", BOTH)  # never closed
    assert s.figures("MO1") == ("SCORED", "181.0000", "181.0000", "1.0000")
    passed_over = [(two[0], "too_few_respondents"), (one_twice, "too_few_respondents")]
    assert s.evidence("MO1") == ([good[0], good[-1]], passed_over)
    s.add("relationship.party_left", "2025-06-01", party="a")
    assert s.figures("MO1") == ("SCORED", "181.0000", "181.0000", "1.0000")  # b and c are left
    s.add("relationship.party_joined", "2025-06-02", "b", party="a")
    s.add("relationship.party_left", "2025-06-03", party="b")
    s.add("relationship.party_left", "2025-06-03", "a", party="c")
    s.add("relationship.party_joined", "2025-06-04", "a", party="c")
    assert s.figures("MO1") == ("SCORED", "181.0000", "181.0000", "1.0000")  # a and c are left


def test_when_no_round_has_enough_people_all_are_passed_over(tell: Tell) -> None:
    s = tell(stage=7)
    first = hold(s, "p", "2025-01-01", {"a": three(3)})
    second = hold(s, "q", "2025-02-01", {"b": three(3)})
    assert s.figures("MO1", "2025-02-01")[1] == "755.0000"
    assert s.evidence("MO1")[1] == [(first[0], "too_few_respondents"), (second[0], "too_few_respondents")]


def test_a_closing_counts_for_those_who_know_it_and_until_it_is_voided(tell: Tell) -> None:
    s = tell(stage=7)
    held = hold(s, "p", "2025-06-01", BOTH)
    closed = held[-1]
    assert s.figures("MO1") == ("SCORED", "30.0000", "30.0000", "1.0000")
    assert s.figures("MO1", known_at=closed - 1) == ("SCORED", "905.0000", "905.0000", "1.0000")
    corrected = s.correct(closed, "2025-06-21", check_id="p")
    assert s.figures("MO1") == ("SCORED", "10.0000", "10.0000", "1.0000")
    assert s.evidence("MO1") == ([held[0], closed, corrected], [])
    s.void(closed)
    assert s.figures("MO1") == ("SCORED", "905.0000", "905.0000", "1.0000")
    assert s.figures("MO1", known_at=corrected) == ("SCORED", "10.0000", "10.0000", "1.0000")


# MO2


def test_the_response_is_that_of_the_party_that_answered_least(tell: Tell) -> None:
    s = tell()
    held = hold(s, "p", "2025-06-01", {"a": three(3), "b": [{"q": 3}]}, a=4, b=2)
    assert s.figures("MO2") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.score("MO2") == "50.00"
    assert s.evidence("MO2") == (held, [])


def test_of_equal_parties_the_one_with_more_people_invited_is_shown(tell: Tell) -> None:
    s = tell("a", "b", "c")
    hold(s, "p", "2025-06-01", {"a": [{"q": 3}], "b": three(3), "c": [{"q": 3}] * 2}, a=2, b=6, c=4)
    assert s.figures("MO2") == ("SCORED", "0.5000", "3.0000", "6.0000")


def test_more_answers_than_invitations_are_no_more_than_all(tell: Tell) -> None:
    s = tell()
    hold(s, "p", "2025-06-01", BOTH, a=2, b=3)
    assert s.figures("MO2") == ("SCORED", "1.0000", "3.0000", "3.0000")
    hold(s, "q", "2025-06-02", BOTH, a=2, b=1)
    assert s.figures("MO2") == ("SCORED", "1.0000", "2.0000", "2.0000")


def test_a_party_not_invited_counts_as_zero(tell: Tell) -> None:
    s = tell()
    hold(s, "p", "2025-06-01", BOTH, a=3)
    assert s.figures("MO2") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.score("MO2") == "0.00"
    hold(s, "q", "2025-06-02", {"b": three(3)}, a=3, b=0)
    assert s.figures("MO2") == ("SCORED", "0.0000", "0.0000", "3.0000")


def test_only_active_parties_that_were_active_at_the_opening_are_asked_for(tell: Tell) -> None:
    s = tell("a", "b", "c")
    s.add("relationship.party_left", "2025-05-01", party="c")
    held = hold(s, "p", "2025-06-01", BOTH, a=3, b=4)
    s.add("relationship.party_joined", "2025-06-02", party="c")
    assert s.figures("MO2") == ("SCORED", "0.7500", "3.0000", "4.0000")
    s.add("relationship.party_left", "2025-06-15", "a", party="b")
    assert s.figures("MO2") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.evidence("MO2") == ([*held[:4], held[-1]], [(position, "left_party") for position in held[4:7]])


def test_a_round_before_all_active_parties_came_is_passed_over(tell: Tell) -> None:
    s = tell("a", "b")
    person: dict[str, Any] = {"organisation_id": "d", "legal_name": "Organisation d", "country": "DE"}
    s.add("organisation.registered", "2023-01-01", None, wide=True, **person)
    held = hold(s, "p", "2025-01-01", BOTH)
    for party in "cd":
        s.add("relationship.party_joined", "2025-02-01", party=party)
    s.add("relationship.party_left", "2025-03-01", party="a")
    s.add("relationship.party_left", "2025-03-01", "c", party="b")
    assert s.figures("MO2", "2025-02-28") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.figures("MO2") == NO_DATA
    assert s.evidence("MO2") == ([], [(held[0], "left_party")])


def test_a_response_of_548_days_counts_and_one_of_549_is_stale(tell: Tell) -> None:
    s = tell()
    assert s.figures("MO2") == NO_DATA
    opened = open_round(s, "p", "2023-12-01", a=4, b=4)
    given = answers(s, "p", "2023-12-01", BOTH)
    assert s.figures("MO2") == NO_DATA
    closed = close(s, "p", "2023-12-31")
    assert s.figures("MO2") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.figures("MO2", "2025-07-02") == ("STALE", "0.7500", "3.0000", "4.0000")
    assert s.score("MO2", "2025-07-02") is None
    assert s.evidence("MO2", "2025-07-02") == ([opened, *given, closed], [(opened, "stale_round")])
    s.policy(MO2={"window_days": 549})
    assert s.figures("MO2", "2025-07-02") == ("SCORED", "0.7500", "3.0000", "4.0000")


def test_the_newest_round_counts_whatever_it_holds_and_nobody_twice(tell: Tell) -> None:
    s = tell()
    hold(s, "p", "2025-01-01", BOTH)
    opened = open_round(s, "q", "2025-06-01", a=2, b=2)
    replaced = answer(s, "q", "2025-06-02", "a", "0", q=3)
    again = answer(s, "q", "2025-06-03", "a", "0")
    other = answer(s, "q", "2025-06-02", "b", "0", q=3)
    closed = close(s, "q", "2025-06-10")
    assert s.figures("MO2") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("MO2") == ([opened, again, other, closed], [(replaced, "duplicate_answer")])
    assert s.figures("MO2", "2025-06-09") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.figures("MO2", known_at=other) == ("SCORED", "1.0000", "3.0000", "3.0000")
    s.correct(opened, **opening("q", a=2, b=4))
    assert s.figures("MO2") == ("SCORED", "0.2500", "1.0000", "4.0000")
    s.void(other)
    assert s.figures("MO2") == ("SCORED", "0.0000", "0.0000", "4.0000")


def test_an_answer_of_a_party_that_was_not_asked_then_is_left_out_though_an_older_round_had_asked_it(
    tell: Tell,
) -> None:
    """docs/principles.md A71, docs/evidence.md: MO2 ranges over the parties active at the opening."""
    s = tell("a", "b", "c")
    hold(s, "p", "2025-01-01", BOTH)
    s.add("relationship.party_left", "2025-02-01", party="c")
    opened = open_round(s, "q", "2025-03-01")
    given = answers(s, "q", "2025-03-01", BOTH)
    s.add("relationship.party_joined", "2025-03-02", "c", party="c")
    of_c = answer(s, "q", "2025-03-03", "c", "0", q=5)
    closed = close(s, "q", "2025-03-04")
    assert s.evidence("MO2") == ([opened, *given, closed], [(of_c, "left_party")])


# MO3


def test_the_gap_is_the_mean_over_questions_of_the_distance_of_the_parties(tell: Tell) -> None:
    s = tell("a", "b", "c")
    given: Given = {
        "a": [{"q": 3, "r": 4, "u": 1}, {"q": 3, "r": 4, "u": 1}, {"q": 3, "r": 5}],
        "b": [{"q": 5, "r": 4, "u": 5}] * 3,
        "c": [{"q": 4}, {"q": 4}, {"q": 4}],
    }
    held = hold(s, "p", "2025-06-01", given, "q", "r", "u")
    # q: 5 - 3; r: 4.3333 - 4; u has one party with three: (2 + 0.3333) / 2 = 1.16665
    assert s.figures("MO3") == ("SCORED", "1.1667", None, None)
    assert s.score("MO3") == "33.33"
    assert s.evidence("MO3") == (held, [])


def test_a_perfect_match_is_zero_and_one_sided_answers_are_no_data(tell: Tell) -> None:
    s = tell()
    assert s.figures("MO3") == NO_DATA
    held = hold(s, "p", "2025-06-01", {"a": three(3), "b": [{"q": 3}] * 2})
    assert s.figures("MO3") == NO_DATA
    assert s.evidence("MO3") == ([], [(held[0], "too_few_respondents")])
    hold(s, "q", "2025-06-02", {"a": three(4), "b": three(4)})
    assert s.figures("MO3") == ("SCORED", "0.0000", None, None)
    assert s.score("MO3") == "100.00"


def test_a_gap_of_548_days_counts_and_one_of_549_is_stale(tell: Tell) -> None:
    s = tell()
    held = hold(s, "p", "2023-12-31", BOTH)
    newer = hold(s, "q", "2025-06-01", {"a": three(3)})
    assert s.figures("MO3") == ("SCORED", "1.0000", None, None)
    assert s.score("MO3") == "50.00"
    assert s.evidence("MO3") == (held, [(newer[0], "too_few_respondents")])
    assert s.figures("MO3", "2025-07-02") == ("STALE", "1.0000", None, None)
    assert s.evidence("MO3", "2025-07-02")[1] == [(held[0], "stale_round"), (newer[0], "too_few_respondents")]


def test_a_later_answer_replaces_the_earlier_as_a_whole(tell: Tell) -> None:
    s = tell()
    opened = open_round(s, "p", "2025-06-01", "q", "r")
    given = answers(s, "p", "2025-06-01", {"a": [{"q": 3, "r": 3}] * 3, "b": [{"q": 3, "r": 5}] * 3})
    again = answer(s, "p", "2025-06-02", "b", "0", q=3)
    closed = close(s, "p", "2025-06-03")
    assert s.figures("MO3") == ("SCORED", "0.0000", None, None)  # r has two answers of b left
    counted = sorted({opened, *given, again, closed} - {given[3]})
    assert s.evidence("MO3") == (counted, [(given[3], "duplicate_answer")])
    s.void(again)
    assert s.figures("MO3") == ("SCORED", "1.0000", None, None)
    assert s.figures("MO3", known_at=closed) == ("SCORED", "0.0000", None, None)
    s.correct(given[3], check_id="p", party="b", respondent="0", answers={"q": 3, "r": 2})
    assert s.figures("MO3") == ("SCORED", "0.5000", None, None)


def test_answers_of_a_party_that_has_left_do_not_count(tell: Tell) -> None:
    s = tell("a", "b", "c")
    held = hold(s, "p", "2025-06-01", {"a": three(3), "b": three(4), "c": three(1)})
    assert s.figures("MO3", "2025-06-30") == ("SCORED", "3.0000", None, None)
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("MO3") == ("SCORED", "1.0000", None, None)
    left = [(position, "left_party") for position in held[7:10]]
    assert s.evidence("MO3") == ([*held[:7], held[-1]], left)


def test_measurement_indicators_want_two_parties_and_can_be_switched_off(tell: Tell) -> None:
    s = tell(stage=7)
    indicators = ("MO1", "MO2", "MO3", "MO4", "MO5")
    hold(s, "p", "2025-06-01", BOTH)
    s.add("relationship.party_left", "2025-07-01", party="b")
    for indicator in indicators:
        assert s.figures(indicator, "2025-06-30") != NOT_APPLICABLE
        assert s.figures(indicator) == NOT_APPLICABLE
        assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False} for indicator in indicators})
    for indicator in indicators:
        assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
