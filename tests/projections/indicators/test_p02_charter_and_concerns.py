"""VV1 and VV4: the charter signed, and concerns settled. Rules: docs/principles.md A4, A35."""

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def sign(s: Story, version: int, party: str, on: str) -> int:
    return s.add("charter.signed", on, party, version=version, party=party, signatory=f"p{party}")


def concern(s: Story, id_: str, on: str) -> int:
    return s.add("behaviour_concern.raised", on, concern_id=id_, by_party="a", about_party="b", description="Too late.")


def settle(s: Story, id_: str, on: str) -> int:
    return s.add("behaviour_concern.closed", on, concern_id=id_)


def test_only_signatures_of_the_newest_charter_count(tell: Tell) -> None:
    s = tell()
    first = [
        s.add("charter.issued", "2025-01-01", version=1),
        sign(s, 1, "a", "2025-01-02"),
        sign(s, 1, "b", "2025-01-03"),
    ]
    second = [s.add("charter.issued", "2025-07-01", version=2), sign(s, 2, "b", "2025-07-01")]
    assert s.figures("VV1", "2025-01-02") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.figures("VV1", "2025-06-30") == ("SCORED", "1.0000", "2.0000", "2.0000")
    assert s.score("VV1", "2025-06-30") == "100.00"
    assert s.evidence("VV1", "2025-06-30") == (first, [])
    assert s.figures("VV1") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.score("VV1") == "50.00"
    assert s.evidence("VV1") == (second, [])


def test_no_charter_is_zero_of_all_parties(tell: Tell) -> None:
    s = tell("a", "b", "c")
    assert s.figures("VV1") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.evidence("VV1") == ([], [])


def test_a_charter_signed_late_corrected_and_voided(tell: Tell) -> None:
    s = tell("a", "b", "c")
    charter, of_a = s.add("charter.issued", "2025-01-01", version=1), sign(s, 1, "a", "2025-01-02")
    of_c = sign(s, 1, "c", "2025-01-02")
    moved = s.correct(of_a, "2025-07-01", version=1, party="a", signatory="pa")
    gone = s.void(of_a)
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("VV1", "2025-06-30", known_at=of_a) == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.figures("VV1", "2025-06-30", known_at=of_c) == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.figures("VV1", "2025-06-30", known_at=moved) == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("VV1", known_at=moved) == ([charter, of_a, of_c, moved], [])
    assert s.figures("VV1", known_at=gone) == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("VV1") == ([charter], [(of_c, "left_party")])


def test_a_concern_is_judged_the_day_after_its_sixty_days(tell: Tell) -> None:
    s = tell()
    raised = [concern(s, id_, "2025-05-01") for id_ in ("in time", "late", "open")]  # limit 2025-06-30
    in_time, late = settle(s, "in time", "2025-06-30"), settle(s, "late", "2025-07-01")
    assert s.figures("VV4", "2025-06-30") == NO_DATA
    assert s.evidence("VV4", "2025-06-30") == ([], [(position, "not_due") for position in raised])
    assert s.figures("VV4") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("VV4") == "0.00"
    assert s.evidence("VV4") == ([*raised, in_time, late], [])


def test_a_concern_leaves_the_window_a_year_after_its_sixty_days(tell: Tell) -> None:
    s = tell()
    raised, closed = concern(s, "c", "2024-05-02"), settle(s, "c", "2024-05-03")  # limit 2024-07-01 = T - 365
    assert s.figures("VV4") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.score("VV4") == "100.00"
    assert s.evidence("VV4") == ([raised, closed], [])
    assert s.figures("VV4", "2025-07-02") == NO_DATA
    assert s.evidence("VV4", "2025-07-02") == ([], [])
    s.policy(VV4={"window_days": 366, "min_n": 2})
    assert s.figures("VV4", "2025-07-02") == ("LOW_SAMPLE", "1.0000", "1.0000", "1.0000")


def test_three_of_four_concerns_settled_are_half_way(tell: Tell) -> None:
    s = tell()
    for n in range(4):
        concern(s, f"c{n}", "2025-01-01")
    for n in range(3):
        settle(s, f"c{n}", "2025-03-02")  # the sixtieth day
    assert s.figures("VV4") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.score("VV4") == "50.00"


def test_a_settlement_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    raised = concern(s, "c", "2025-01-01")
    closed = settle(s, "c", "2025-03-02")
    moved = s.correct(closed, "2025-03-03", concern_id="c")
    gone = s.void(closed)
    assert s.figures("VV4", known_at=raised) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("VV4", known_at=closed) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("VV4", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("VV4", known_at=moved) == ([raised, closed, moved], [])
    assert s.evidence("VV4", known_at=gone) == ([raised], [])


@pytest.mark.parametrize("indicator", ["VV1", "VV4"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell()
    concern(s, "c", "2025-01-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE


def test_a_charter_is_asked_for_from_stage_5_on_and_concerns_always(tell: Tell) -> None:
    s = tell(stage=4)
    concern(s, "c", "2025-01-01")
    assert s.figures("VV1") == NOT_APPLICABLE
    assert s.figures("VV4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("VV1") == ("SCORED", "0.0000", "0.0000", "2.0000")
