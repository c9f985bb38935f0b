"""CB4: behaviour as the partner sees it. Rule: docs/principles.md A52."""

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def rate(s: Story, about: str, who: str, rating: int, on: str = "2025-06-01", own: bool = False) -> int:
    """`who`: the party and the number of the respondent, as "b1"."""
    return s.add(
        "behaviour.rated", on, who[0], own=own, about_party=about, by_party=who[0], respondent=who, rating=rating
    )


def rate_all(s: Story, about: str, by: str, *ratings: int, on: str = "2025-06-01") -> list[int]:
    return [rate(s, about, f"{by}{n}", rating, on) for n, rating in enumerate(ratings, 1)]


def test_the_lowest_party_counts_and_its_raters_parties_weigh_the_same(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = rate_all(s, "a", "b", 5, 5, 4) + rate_all(s, "a", "c", 2, 2, 2, 2, 3)  # 4.6667 and 2.2: 3.4334
    told += rate_all(s, "b", "a", 4, 4, 4)
    told += rate_all(s, "c", "a", 4, 4, 5)
    few = rate_all(s, "c", "b", 1, 1)
    assert s.figures("CB4") == ("SCORED", "3.4334", None, None)
    assert s.score("CB4") == "71.67"  # 1.4334 / 2
    assert s.evidence("CB4") == (told, [(position, "too_few_respondents") for position in few])


def test_every_party_needs_three_raters_of_one_other_party(tell: Tell) -> None:
    s = tell()
    told = rate_all(s, "a", "b", 1, 1, 1) + rate_all(s, "b", "a", 3, 3)
    third = rate(s, "b", "a3", 3)
    assert s.figures("CB4", known_at=third - 1) == NO_DATA
    few = [(told[3], "too_few_respondents"), (told[4], "too_few_respondents")]
    assert s.evidence("CB4", known_at=third - 1) == ([], few)
    assert s.figures("CB4", known_at=third) == ("SCORED", "1.0000", None, None)
    assert s.score("CB4", known_at=third) == "0.00"
    assert s.evidence("CB4", known_at=third) == ([*told, third], [])


def test_three_raters_of_two_parties_are_too_few(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = [rate(s, "a", who, 4) for who in ("b1", "b2", "c1")]
    rate_all(s, "b", "a", 4, 4, 4)
    rate_all(s, "c", "a", 4, 4, 4)
    assert s.figures("CB4") == NO_DATA
    assert s.evidence("CB4")[1] == [(position, "too_few_respondents") for position in told]


def test_no_rating_at_all_is_no_data(tell: Tell) -> None:
    s = tell()
    assert s.figures("CB4") == NO_DATA
    assert s.evidence("CB4") == ([], [])


def test_a_rating_of_a_year_ago_counts_and_an_older_one_does_not(tell: Tell) -> None:
    s = tell(stage=1)
    told = rate_all(s, "a", "b", 4, 4, 4, on="2024-07-01") + rate_all(s, "b", "a", 5, 5, 5)
    assert s.figures("CB4") == ("SCORED", "4.0000", None, None)
    assert s.score("CB4") == "100.00"
    assert s.evidence("CB4") == (told, [])
    assert s.figures("CB4", "2025-07-02") == NO_DATA  # never stale
    assert s.evidence("CB4", "2025-07-02") == ([], [])
    assert s.figures("CB4", "2025-05-31") == NO_DATA
    s.policy(CB4={"window_days": 366})
    assert s.figures("CB4", "2025-07-02") == ("SCORED", "4.0000", None, None)


def test_only_the_last_rating_of_a_respondent_counts(tell: Tell) -> None:
    s = tell()
    first = rate(s, "a", "b1", 1)
    told = rate_all(s, "a", "b", 4, 4, 4, on="2025-06-02") + rate_all(s, "b", "a", 5, 5, 5)
    assert s.figures("CB4") == ("SCORED", "4.0000", None, None)
    assert s.evidence("CB4") == (told, [(first, "duplicate_answer")])
    same_day = rate(s, "a", "b1", 1, "2025-06-02")
    assert s.figures("CB4") == ("SCORED", "3.0000", None, None)
    assert s.evidence("CB4")[0] == sorted([*told[1:], same_day])


def test_a_respondents_last_rating_counts_even_when_recorded_before_an_earlier_one(tell: Tell) -> None:
    s = tell()
    told = rate_all(s, "a", "b", 4, 4, 4, on="2025-06-02") + rate_all(s, "b", "a", 5, 5, 5)
    late = rate(s, "a", "b1", 1, "2025-06-01")
    assert s.figures("CB4") == ("SCORED", "4.0000", None, None)
    assert s.evidence("CB4") == (told, [(late, "duplicate_answer")])


def test_ratings_by_and_about_a_party_that_left_do_not_count(tell: Tell) -> None:
    s = tell("a", "b", "c")
    kept = rate_all(s, "a", "b", 4, 4, 4) + rate_all(s, "b", "a", 5, 5, 5)
    left = rate_all(s, "a", "c", 1, 1, 1) + rate_all(s, "c", "a", 1, 1, 1)
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("CB4", "2025-06-30") == ("SCORED", "1.0000", None, None)
    assert s.evidence("CB4", "2025-06-30") == ([*kept, *left], [])
    assert s.figures("CB4") == ("SCORED", "4.0000", None, None)
    assert s.evidence("CB4") == (kept, [(position, "left_party") for position in left])


def test_a_rating_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    rate_all(s, "b", "a", 5, 5, 5)
    told = rate_all(s, "a", "b", 4, 4, 4)
    extra = rate(s, "a", "b4", 1)
    fixed = s.correct(extra, about_party="a", by_party="b", respondent="b4", rating=2)
    moved = s.correct(extra, "2024-06-30", about_party="a", by_party="b", respondent="b4", rating=2)
    gone = s.void(told[0])
    assert s.figures("CB4", known_at=extra - 1) == ("SCORED", "4.0000", None, None)
    assert s.figures("CB4", known_at=extra) == ("SCORED", "3.2500", None, None)
    assert s.figures("CB4", known_at=fixed) == ("SCORED", "3.5000", None, None)
    assert s.evidence("CB4", known_at=fixed)[0][-2:] == [extra, fixed]
    assert s.figures("CB4", known_at=moved) == ("SCORED", "4.0000", None, None)
    assert s.figures("CB4", known_at=gone) == NO_DATA


def test_a_rating_kept_by_its_party_counts_in_that_partys_view_alone(tell: Tell) -> None:
    s = tell()
    rate_all(s, "b", "a", 5, 5, 5)
    rate_all(s, "a", "b", 4, 4, 4)
    rate(s, "a", "b4", 1, own=True)
    assert s.figures("CB4") == ("SCORED", "4.0000", None, None)
    assert s.figures("CB4", party="a") == ("SCORED", "4.0000", None, None)
    assert s.figures("CB4", party="b") == ("SCORED", "3.2500", None, None)


def test_it_does_not_apply_with_one_party_left(tell: Tell) -> None:
    s = tell()
    rate_all(s, "b", "a", 5, 5, 5)
    rate_all(s, "a", "b", 4, 4, 4)
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures("CB4", "2025-06-30") == ("SCORED", "4.0000", None, None)
    assert s.figures("CB4") == NOT_APPLICABLE
    assert s.evidence("CB4") == ([], [])
