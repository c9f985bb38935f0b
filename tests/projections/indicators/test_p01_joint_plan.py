"""RM1 and RM2: the joint plan agreed, and how old the agreement is. Rules: docs/principles.md A35, A36."""

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def issue(s: Story, version: int, on: str, effective_on: str | None = None) -> int:
    return s.add("joint_plan.issued", on, version=version, effective_on=effective_on or on)


def agree(s: Story, version: int, party: str, on: str) -> int:
    return s.add("joint_plan.agreed", on, party, version=version, party=party, signatory=f"p{party}")


def test_a_newer_version_in_effect_takes_the_plan_to_what_is_agreed_of_it(tell: Tell) -> None:
    s = tell("a", "b", "c")
    first = [issue(s, 1, "2025-01-01"), *(agree(s, 1, party, "2025-01-02") for party in "abc")]
    second = [issue(s, 2, "2025-05-01", effective_on="2025-07-01"), agree(s, 2, "a", "2025-06-01")]
    assert s.figures("RM1", "2025-06-30") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.evidence("RM1", "2025-06-30") == (first, [])
    assert s.figures("RM1") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("RM1") == "33.33"
    assert s.evidence("RM1") == (second, [])


def test_a_plan_counts_from_the_day_on_which_it_is_issued_and_agreed(tell: Tell) -> None:
    s = tell()
    plan = issue(s, 1, "2025-06-30")
    agreed = agree(s, 1, "a", "2025-07-01")
    assert s.figures("RM1", "2025-06-29") == ("SCORED", "0.0000", "0.0000", "2.0000")
    assert s.evidence("RM1", "2025-06-29") == ([], [])
    assert s.figures("RM1", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "2.0000")
    assert s.evidence("RM1", "2025-06-30") == ([plan], [])
    assert s.figures("RM1") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RM1") == ([plan, agreed], [])


def test_only_a_plan_that_exists_can_be_a_low_sample(tell: Tell) -> None:
    s = tell()
    s.policy(RM1={"min_n": 3})
    assert s.figures("RM1") == ("SCORED", "0.0000", "0.0000", "2.0000")
    issue(s, 1, "2025-06-30")
    assert s.figures("RM1") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")


def test_a_party_that_left_counts_neither_above_nor_below_and_again_when_it_comes_back(tell: Tell) -> None:
    s = tell("a", "b", "c")
    plan = issue(s, 1, "2025-01-01")
    of_a, of_b, of_c = (agree(s, 1, party, "2025-01-02") for party in "abc")
    s.add("relationship.party_left", "2025-06-30", party="c")
    s.add("relationship.party_joined", "2025-07-01", party="c")
    assert s.figures("RM1", "2025-06-30") == ("SCORED", "1.0000", "2.0000", "2.0000")
    assert s.evidence("RM1", "2025-06-30") == ([plan, of_a, of_b], [(of_c, "left_party")])
    assert s.evidence("RM2", "2025-06-30") == ([plan, of_a, of_b], [(of_c, "left_party")])
    assert s.figures("RM1") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.evidence("RM1") == ([plan, of_a, of_b, of_c], [])


def test_an_agreement_recorded_late_acts_from_its_own_day_once_it_is_known(tell: Tell) -> None:
    s = tell()
    issue(s, 1, "2025-01-01")
    agree(s, 1, "a", "2025-01-02")
    later = agree(s, 1, "b", "2025-02-01")
    assert s.figures("RM1", "2025-03-01", known_at=later - 1) == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.figures("RM2", "2025-03-01", known_at=later - 1) == NO_DATA
    assert s.figures("RM1", "2025-03-01", known_at=later) == ("SCORED", "1.0000", "2.0000", "2.0000")
    assert s.figures("RM2", "2025-03-01", known_at=later) == ("SCORED", "28.0000", "28.0000", "1.0000")
    assert s.figures("RM1", "2025-01-31") == ("SCORED", "0.5000", "1.0000", "2.0000")


def test_an_agreement_may_be_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    plan, of_a = issue(s, 1, "2025-01-01"), agree(s, 1, "a", "2025-01-02")
    of_b = agree(s, 1, "b", "2025-01-03")
    moved = s.correct(of_b, "2025-06-01", version=1, party="b", signatory="pb")
    gone = s.void(of_a)
    assert s.figures("RM2", known_at=of_b) == ("SCORED", "179.0000", "179.0000", "1.0000")
    assert s.figures("RM2", known_at=moved) == ("SCORED", "30.0000", "30.0000", "1.0000")
    assert s.evidence("RM2", known_at=moved) == ([plan, of_a, of_b, moved], [])
    assert s.figures("RM1", "2025-05-31", known_at=moved) == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.figures("RM1", known_at=gone) == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RM1", known_at=gone) == ([plan, of_b, moved], [])


def test_the_age_runs_from_the_later_of_full_agreement_and_last_review(tell: Tell) -> None:
    s = tell()
    plan, of_a = issue(s, 1, "2024-06-01"), agree(s, 1, "a", "2024-06-01")
    of_b = agree(s, 1, "b", "2024-07-01")
    s.add("joint_plan.reviewed", "2025-02-01", version=1)
    review = s.add("joint_plan.reviewed", "2025-04-02", version=1)
    assert s.figures("RM2", "2024-06-30") == NO_DATA
    assert s.figures("RM2", "2024-07-01") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RM2", "2025-01-31") == ("SCORED", "214.0000", "214.0000", "1.0000")
    assert s.score("RM2", "2025-01-31") == "54.91"  # (365 - 214) / 275
    assert s.figures("RM2") == ("SCORED", "90.0000", "90.0000", "1.0000")
    assert s.score("RM2") == "100.00"
    assert s.evidence("RM2") == ([plan, of_a, of_b, review], [])


def test_a_review_alone_gives_an_age_and_one_of_an_older_version_does_not(tell: Tell) -> None:
    s = tell()
    first = issue(s, 1, "2025-01-01")
    agree(s, 1, "a", "2025-01-02")
    review = s.add("joint_plan.reviewed", "2025-06-01", version=1)
    issue(s, 2, "2025-07-01")
    assert s.figures("RM2", "2025-06-30") == ("SCORED", "29.0000", "29.0000", "1.0000")
    assert s.evidence("RM2", "2025-06-30") == ([first, review], [])
    assert s.figures("RM2") == NO_DATA
    assert s.evidence("RM2") == ([], [])


def test_a_plan_kept_by_one_party_is_not_in_the_shared_view(tell: Tell) -> None:
    s = tell()
    own = s.add("joint_plan.issued", "2025-01-01", version=1, effective_on="2025-01-01", own=True)
    assert s.evidence("RM1") == ([], [])
    assert s.evidence("RM1", party="a") == ([own], [])
    assert s.evidence("RM1", party="b") == ([], [])


@pytest.mark.parametrize("indicator", ["RM1", "RM2"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell()
    plan = issue(s, 1, "2025-01-01")
    agree(s, 1, "a", "2025-01-02"), agree(s, 1, "b", "2025-01-02")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
    assert plan not in s.evidence(indicator, "2025-06-30")[0]


def test_an_agreed_plan_is_asked_for_from_stage_5_on_and_its_age_always(tell: Tell) -> None:
    s = tell(stage=4)
    issue(s, 1, "2025-01-01")
    agree(s, 1, "a", "2025-01-02"), agree(s, 1, "b", "2025-01-02")
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("RM1", "2025-06-30") == NOT_APPLICABLE
    assert s.figures("RM2", "2025-06-30") == ("SCORED", "179.0000", "179.0000", "1.0000")
    assert s.figures("RM1") == ("SCORED", "1.0000", "2.0000", "2.0000")
