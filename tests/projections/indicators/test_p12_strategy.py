"""EX1, EX2 and EX3: the exit strategy agreed, current and complete. Rules: docs/principles.md A26, A35, A36, A86."""

from story import NO_DATA, NOT_APPLICABLE, Story, Tell

PARTS = (
    "triggers",
    "transition",
    "information_assets",
    "intellectual_property",
    "people",
    "liabilities",
    "communication",
)


def issue(s: Story, version: int, on: str, *parts: str, own: bool = False) -> int:
    return s.add("exit_strategy.issued", on, own=own, version=version, parts=list(parts))


def agree(s: Story, version: int, party: str, on: str) -> int:
    return s.add("exit_strategy.agreed", on, party, version=version, party=party, signatory=f"p{party}")


def review(s: Story, version: int, on: str) -> int:
    return s.add("exit_strategy.reviewed", on, version=version)


# EX1


def test_the_newest_version_is_the_one_to_be_agreed(tell: Tell) -> None:
    s = tell("a", "b", "c")
    first = [issue(s, 1, "2025-01-01"), *(agree(s, 1, party, "2025-01-02") for party in "abc")]
    second = [issue(s, 2, "2025-07-01"), agree(s, 2, "b", "2025-07-01")]
    agree(s, 2, "a", "2025-07-02")
    assert s.figures("EX1", "2025-01-01") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("EX1", "2025-06-30") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.evidence("EX1", "2025-06-30") == (first, [])
    assert s.figures("EX1") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("EX1") == "33.33"
    assert s.evidence("EX1") == (second, [])
    assert s.figures("EX1", known_at=second[0]) == ("SCORED", "0.0000", "0.0000", "3.0000")


def test_a_missing_strategy_is_zero_over_the_parties_and_the_seven_parts(tell: Tell) -> None:
    s = tell("a", "b", "c")
    assert s.figures("EX1") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("EX2") == NO_DATA
    assert s.figures("EX3") == ("SCORED", "0.0000", "0.0000", "7.0000")
    for indicator in ("EX1", "EX2", "EX3"):
        assert s.evidence(indicator) == ([], [])
    s.policy(EX1={"min_n": 4}, EX3={"min_n": 8})
    assert s.figures("EX1") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("EX3") == ("SCORED", "0.0000", "0.0000", "7.0000")
    issue(s, 1, "2025-07-01", "people")
    assert s.figures("EX1") == ("LOW_SAMPLE", "0.0000", "0.0000", "3.0000")
    assert s.figures("EX3") == ("LOW_SAMPLE", "0.1429", "1.0000", "7.0000")


def test_strategy_and_content_apply_from_stage_5_and_age_from_the_start(tell: Tell) -> None:
    s = tell(stage=4)
    issue(s, 1, "2025-01-01", *PARTS)
    for party in "ab":
        agree(s, 1, party, "2025-01-01")
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("EX1", "2025-06-30") == NOT_APPLICABLE
    assert s.figures("EX3", "2025-06-30") == NOT_APPLICABLE
    assert s.evidence("EX3", "2025-06-30") == ([], [])
    assert s.figures("EX2", "2025-06-30") == ("SCORED", "180.0000", "180.0000", "1.0000")
    assert s.figures("EX1") == ("SCORED", "1.0000", "2.0000", "2.0000")
    assert s.figures("EX3") == ("SCORED", "1.0000", "7.0000", "7.0000")


def test_the_signature_of_a_party_that_left_is_left_out_and_counts_again_when_it_comes_back(tell: Tell) -> None:
    s = tell("a", "b", "c")
    issued = issue(s, 1, "2025-01-01")
    signed = [agree(s, 1, party, "2025-01-02") for party in "ac"]
    s.add("relationship.party_left", "2025-06-01", party="c")
    assert s.figures("EX1", "2025-06-01") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("EX1", "2025-06-01") == ([issued, signed[0]], [(signed[1], "left_party")])
    s.add("relationship.party_joined", "2025-07-01", party="c")
    assert s.figures("EX1") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("EX1") == ([issued, *signed], [])


def test_a_private_version_is_seen_by_its_party_alone(tell: Tell) -> None:
    s = tell()
    issue(s, 1, "2025-01-01", *PARTS, own=True)
    assert s.figures("EX3") == ("SCORED", "0.0000", "0.0000", "7.0000")
    assert s.figures("EX3", party="a") == ("SCORED", "1.0000", "7.0000", "7.0000")


# EX2


def test_the_age_counts_from_the_day_on_which_the_last_party_agreed(tell: Tell) -> None:
    s = tell()
    issued = issue(s, 1, "2024-01-01")
    first = agree(s, 1, "a", "2024-01-02")
    assert s.figures("EX2") == NO_DATA
    last = agree(s, 1, "b", "2024-07-01")
    assert s.figures("EX2", "2024-06-30") == NO_DATA
    assert s.figures("EX2", "2024-07-01") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("EX2") == ("SCORED", "365.0000", "365.0000", "1.0000")
    assert s.score("EX2") == "100.00"
    assert s.score("EX2", "2025-07-02") == "99.73"
    assert s.score("EX2", "2026-06-30") == "0.27"
    assert s.score("EX2", "2026-07-01") == "0.00"
    assert s.evidence("EX2") == ([issued, first, last], [])


def test_a_review_of_the_current_version_renews_it(tell: Tell) -> None:
    s = tell()
    issued = issue(s, 1, "2024-01-01")
    reviewed = review(s, 1, "2025-06-01")
    assert s.figures("EX2") == ("SCORED", "30.0000", "30.0000", "1.0000")
    assert s.evidence("EX2") == ([issued, reviewed], [])
    signed = [agree(s, 1, party, "2025-06-21") for party in "ab"]
    assert s.figures("EX2") == ("SCORED", "10.0000", "10.0000", "1.0000")
    assert s.evidence("EX2") == ([issued, reviewed, *signed], [])
    issue(s, 2, "2025-07-01")
    review(s, 1, "2025-07-01")
    assert s.figures("EX2") == NO_DATA
    assert s.evidence("EX2") == ([], [])


def test_an_agreement_counts_for_those_who_know_it_and_as_corrected(tell: Tell) -> None:
    s = tell()
    issue(s, 1, "2024-01-01")
    agree(s, 1, "a", "2025-01-01")
    signed = agree(s, 1, "b", "2025-06-01")
    assert s.figures("EX2", known_at=signed - 1) == NO_DATA
    assert s.figures("EX2") == ("SCORED", "30.0000", "30.0000", "1.0000")
    corrected = s.correct(signed, "2025-06-11", version=1, party="b", signatory="pb")
    assert s.figures("EX2") == ("SCORED", "20.0000", "20.0000", "1.0000")
    assert corrected in s.evidence("EX2")[0]
    assert s.figures("EX2", known_at=signed) == ("SCORED", "30.0000", "30.0000", "1.0000")
    s.void(signed)
    assert s.figures("EX2") == NO_DATA
    assert s.figures("EX1") == ("SCORED", "0.5000", "1.0000", "2.0000")


# EX3


def test_content_is_that_of_the_newest_version_and_no_part_counts_twice(tell: Tell) -> None:
    s = tell()
    issue(s, 1, "2025-01-01", *PARTS)
    second = issue(s, 2, "2025-07-01", "people", "people", "triggers", "transition", "communication", "liabilities")
    assert s.figures("EX3", "2025-06-30") == ("SCORED", "1.0000", "7.0000", "7.0000")
    assert s.score("EX3", "2025-06-30") == "100.00"
    assert s.figures("EX3") == ("SCORED", "0.7143", "5.0000", "7.0000")
    assert s.score("EX3") == "42.86"
    assert s.evidence("EX3") == ([second], [])
    corrected = s.correct(second, version=2, parts=["people", "triggers", "transition", "communication"])
    assert s.figures("EX3") == ("SCORED", "0.5714", "4.0000", "7.0000")
    assert s.evidence("EX3") == ([second, corrected], [])
    assert s.figures("EX3", known_at=second) == ("SCORED", "0.7143", "5.0000", "7.0000")
    s.void(second)
    assert s.figures("EX3") == ("SCORED", "1.0000", "7.0000", "7.0000")


def test_an_issued_strategy_without_any_part_is_zero_of_seven(tell: Tell) -> None:
    s = tell()
    issued = issue(s, 1, "2025-01-01")
    assert s.figures("EX3") == ("SCORED", "0.0000", "0.0000", "7.0000")
    assert s.evidence("EX3") == ([issued], [])


def test_a_strategy_without_any_part_has_seven_items_all_the_same(tell: Tell) -> None:
    """docs/principles.md A24, A26: it is there, so that min_n applies to its seven parts."""
    s = tell()
    s.policy(EX3={"min_n": 8})
    issue(s, 1, "2025-01-01")
    assert s.figures("EX3") == ("LOW_SAMPLE", "0.0000", "0.0000", "7.0000")


def test_exit_indicators_want_two_parties_and_can_be_switched_off(tell: Tell) -> None:
    s = tell(stage=8)
    indicators = ("EX1", "EX2", "EX3", "EX4", "EX5")
    issue(s, 1, "2025-01-01", *PARTS)
    s.add("relationship.party_left", "2025-07-01", party="b")
    for indicator in indicators:
        assert s.figures(indicator, "2025-06-30") != NOT_APPLICABLE
        assert s.figures(indicator) == NOT_APPLICABLE
        assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False} for indicator in indicators})
    for indicator in indicators:
        assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
