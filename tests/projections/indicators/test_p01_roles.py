"""RM3 and RM4: deputies of the key roles, and handovers. Rules: docs/principles.md A37 to A39."""

from typing import Any

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def assign(s: Story, id_: str, role: str, party: str, on: str = "2024-01-01", deputy: str | None = None) -> int:
    also: dict[str, Any] = {} if deputy is None else {"deputy": deputy}
    return s.add("role.assigned", on, party, role_id=id_, role=role, party=party, person=f"p{party}", **also)


def vacate(s: Story, id_: str, on: str) -> int:
    return s.add("role.vacated", on, role_id=id_)


def test_a_key_role_needs_somebody_in_office_and_a_deputy(tell: Tell) -> None:
    s = tell()
    held = [
        assign(s, "sa", "executive_sponsor", "a", deputy="pb"),
        assign(s, "ma", "relationship_manager", "a"),
        s.add("role.deputy_named", "2024-02-01", role_id="ma", deputy="pb"),
        s.add("role.deputy_named", "2025-07-01", role_id="ma", deputy="pc"),
        assign(s, "sb", "executive_sponsor", "b"),
    ]
    assign(s, "e", "engineer", "b", deputy="pa")
    assert s.figures("RM3", "2024-01-31") == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.evidence("RM3", "2024-01-31") == ([held[0], held[1], held[4]], [])
    assert s.evidence("RM3", "2025-06-30") == ([held[0], held[1], held[2], held[4]], [])
    assert s.figures("RM3") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("RM3") == "0.00"
    assert s.evidence("RM3") == ([held[0], held[1], held[3], held[4]], [])


def test_nobody_in_office_is_zero_of_two_roles_a_party(tell: Tell) -> None:
    s = tell("a", "b", "c")
    assert s.figures("RM3") == ("SCORED", "0.0000", "0.0000", "6.0000")
    assert s.evidence("RM3") == ([], [])


def test_three_of_four_key_roles_with_a_deputy_are_half_way(tell: Tell) -> None:
    s = tell()
    for id_, role, party in (
        ("1", "executive_sponsor", "a"),
        ("2", "relationship_manager", "a"),
        ("3", "executive_sponsor", "b"),
    ):
        assign(s, id_, role, party, deputy="pc")
    assert s.figures("RM3") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.score("RM3") == "50.00"


def test_a_role_is_in_office_to_the_day_before_it_is_vacated_or_its_party_leaves(tell: Tell) -> None:
    s = tell("a", "b", "c")
    of_a = assign(s, "sa", "executive_sponsor", "a", "2025-06-01", deputy="pb")
    of_c = assign(s, "sc", "executive_sponsor", "c", "2025-06-01", deputy="pb")
    vacate(s, "sa", "2025-07-01")
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.evidence("RM3", "2025-05-31") == ([], [])
    assert s.figures("RM3", "2025-06-01") == ("SCORED", "0.3333", "2.0000", "6.0000")
    assert s.figures("RM3", "2025-06-30") == ("SCORED", "0.3333", "2.0000", "6.0000")
    assert s.evidence("RM3", "2025-06-30") == ([of_a, of_c], [])
    assert s.figures("RM3") == ("SCORED", "0.0000", "0.0000", "4.0000")
    assert s.evidence("RM3") == ([], [(of_c, "left_party")])


def test_a_deputy_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    of_a = assign(s, "sa", "executive_sponsor", "a")
    named = s.add("role.deputy_named", "2025-01-01", role_id="sa", deputy="pb")
    moved = s.correct(named, "2025-07-01", role_id="sa", deputy="pb")
    gone = s.void(named)
    assert s.figures("RM3", "2025-06-30", known_at=of_a) == ("SCORED", "0.0000", "0.0000", "4.0000")
    assert s.figures("RM3", "2025-06-30", known_at=named) == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.figures("RM3", "2025-06-30", known_at=moved) == ("SCORED", "0.0000", "0.0000", "4.0000")
    assert s.figures("RM3", known_at=moved) == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.evidence("RM3", known_at=moved) == ([of_a, named, moved], [])
    assert s.figures("RM3", known_at=gone) == ("SCORED", "0.0000", "0.0000", "4.0000")
    assert s.evidence("RM3", known_at=gone) == ([of_a], [])


def test_a_handover_is_judged_the_day_after_its_thirty_days(tell: Tell) -> None:
    s = tell()
    for id_, role in (("r", "executive_sponsor"), ("q", "relationship_manager"), ("o", "engineer")):
        assign(s, id_, role, "a")
    gone = [vacate(s, id_, "2025-05-31") for id_ in ("r", "q", "o")]
    in_time = s.add("role.handed_over", "2025-06-30", role_id="r", to="pb")
    s.add("role.handed_over", "2025-07-01", role_id="r", to="pc")
    late = s.add("role.handed_over", "2025-07-01", role_id="q", to="pb")
    assert s.figures("RM4", "2025-06-30") == NO_DATA
    assert s.evidence("RM4", "2025-06-30") == ([], [(gone[0], "not_due"), (gone[1], "not_due")])
    assert s.figures("RM4") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.score("RM4") == "0.00"
    assert s.evidence("RM4") == ([gone[0], gone[1], in_time, late], [])


def test_a_change_leaves_the_window_a_year_after_its_thirty_days(tell: Tell) -> None:
    s = tell()
    assign(s, "r", "executive_sponsor", "a")
    gone = vacate(s, "r", "2024-06-01")  # limit 2024-07-01 = T - 365
    done = s.add("role.handed_over", "2024-06-15", role_id="r", to="pb")
    assert s.figures("RM4", "2025-07-01") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.score("RM4") == "100.00"
    assert s.evidence("RM4") == ([gone, done], [])
    assert s.figures("RM4", "2025-07-02") == NO_DATA
    assert s.evidence("RM4", "2025-07-02") == ([], [])
    s.policy(RM4={"window_days": 366})
    assert s.figures("RM4", "2025-07-02") == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_no_handover_at_all_is_zero_and_no_change_is_no_data(tell: Tell) -> None:
    s = tell()
    assign(s, "r", "executive_sponsor", "a")
    assert s.figures("RM4") == NO_DATA
    gone = vacate(s, "r", "2025-01-01")
    assert s.figures("RM4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RM4") == ([gone], [])


def test_a_change_of_a_party_that_has_since_left_stays(tell: Tell) -> None:
    s = tell("a", "b", "c")
    assign(s, "r", "executive_sponsor", "c")
    gone = vacate(s, "r", "2025-01-01")
    s.add("relationship.party_left", "2025-02-01", party="c")
    assert s.figures("RM4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RM4") == ([gone], [])


def test_a_handover_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    assign(s, "r", "executive_sponsor", "a")
    gone = vacate(s, "r", "2025-01-01")
    done = s.add("role.handed_over", "2025-01-31", role_id="r", to="pb")
    moved = s.correct(done, "2025-02-01", role_id="r", to="pb")
    void = s.void(done)
    assert s.figures("RM4", known_at=gone) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("RM4", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("RM4", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("RM4", known_at=moved) == ([gone, done, moved], [])
    assert s.evidence("RM4", known_at=void) == ([gone], [])


@pytest.mark.parametrize("indicator", ["RM3", "RM4"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell()
    assign(s, "r", "executive_sponsor", "a")
    vacate(s, "r", "2025-01-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE


def test_deputies_are_asked_for_from_stage_5_on_and_handovers_always(tell: Tell) -> None:
    s = tell(stage=4)
    assign(s, "r", "executive_sponsor", "a")
    vacate(s, "r", "2025-01-01")
    assert s.figures("RM3") == NOT_APPLICABLE
    assert s.figures("RM4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("RM3") == ("SCORED", "0.0000", "0.0000", "4.0000")
