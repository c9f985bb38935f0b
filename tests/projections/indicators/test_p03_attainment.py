"""BO3 and BO4: objectives reached, and freshly measured. Rules: docs/principles.md A41 to A43."""

from typing import Any

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def objective(
    s: Story,
    id_: str,
    baseline: str,
    target: str,
    *measured: tuple[str, str],
    due: str = "2025-06-30",
    on: str = "2025-01-01",
) -> list[int]:
    """The positions of the objective and its measurements."""
    said: dict[str, Any] = {"title": "t", "measure": "m", "unit": "u", "owner_party": "a"}
    told = [s.add("objective.agreed", on, objective_id=id_, baseline=baseline, target=target, due_on=due, **said)]
    return told + [s.add("objective.measured", day, objective_id=id_, value=value) for day, value in measured]


def revise(s: Story, id_: str, on: str, agreed_by: str = "b", **changed: Any) -> int:
    return s.add("objective.revised", on, objective_id=id_, agreed_by=list(agreed_by), **changed)


def withdraw(s: Story, id_: str, on: str, agreed_by: str = "b") -> int:
    return s.add("objective.withdrawn", on, objective_id=id_, agreed_by=list(agreed_by))


def test_attainment_is_how_far_the_last_measurement_in_time_came_towards_the_target(tell: Tell) -> None:
    s = tell()
    told = [
        *objective(s, "third", "0", "3", ("2025-06-30", "1")),  # 0.3333
        *objective(s, "down", "10", "4", ("2025-05-01", "6")),  # 4/6 = 0.6667
        *objective(s, "over", "-1", "1", ("2025-05-01", "1.5")),  # 1
        *objective(s, "away", "0", "1", ("2025-05-01", "-4")),  # 0
        *objective(s, "none", "0", "1"),  # 0
        *objective(s, "tiny", "0", "1000000000", ("2025-05-01", "0.0001")),  # 0
    ]
    after = s.add("objective.measured", "2025-07-01", objective_id="third", value="3")
    assert s.figures("BO3", "2025-06-30") == NO_DATA
    assert s.figures("BO3") == ("SCORED", "0.3333", "2.0000", "6.0000")
    assert s.score("BO3") == "0.00"
    assert s.evidence("BO3") == (told, [])
    assert after not in s.evidence("BO3")[0]


def test_a_target_like_the_baseline_is_reached_or_not(tell: Tell) -> None:
    s = tell()
    objective(s, "held", "5", "5", ("2025-05-01", "5"))
    objective(s, "beyond", "-5", "-5", ("2025-05-01", "7"))
    objective(s, "lost", "5", "5", ("2025-05-01", "4.9999"))
    objective(s, "unknown", "5", "5")
    assert s.figures("BO3") == ("SCORED", "0.5000", "2.0000", "4.0000")


def test_only_the_last_measurement_counts_even_when_it_is_the_worse_one(tell: Tell) -> None:
    s = tell()
    for id_ in "abc":
        objective(s, id_, "0", "4", ("2025-05-01", "4"), ("2025-05-02", "2"), ("2025-05-02", "3"))
    assert s.figures("BO3") == ("SCORED", "0.7500", "2.2500", "3.0000")
    assert s.score("BO3") == "55.56"  # 0.25 / 0.45


def test_two_objectives_are_a_low_sample(tell: Tell) -> None:
    s = tell()
    for id_ in "ab":
        objective(s, id_, "0", "1", ("2025-05-01", "1"))
    assert s.figures("BO3") == ("LOW_SAMPLE", "1.0000", "2.0000", "2.0000")
    s.policy(BO3={"min_n": 2})
    assert s.figures("BO3") == ("SCORED", "1.0000", "2.0000", "2.0000")


def test_an_objective_is_judged_from_the_day_after_its_due_date_for_a_year(tell: Tell) -> None:
    s = tell()
    s.policy(BO3={"min_n": 1})
    first = objective(s, "first", "0", "1", on="2024-01-01", due="2024-07-01")
    last = objective(s, "last", "0", "1", on="2024-01-01", due="2025-06-30")
    today = objective(s, "today", "0", "1", on="2024-01-01", due="2025-07-01")
    assert s.figures("BO3") == ("SCORED", "0.0000", "0.0000", "2.0000")
    assert s.evidence("BO3") == ([*first, *last], [(today[0], "not_due")])
    assert s.evidence("BO3", "2025-07-02") == ([*last, *today], [])


def test_a_revision_in_time_moves_the_target_or_the_date_and_any_other_does_not(tell: Tell) -> None:
    s = tell()
    half = objective(s, "half", "0", "4", ("2025-05-01", "1"))
    aimed = revise(s, "half", "2025-06-30", target="2")  # on its due date
    kept = objective(s, "kept", "0", "4", ("2025-05-01", "1"))
    late = revise(s, "kept", "2025-07-01", target="2")
    alone = objective(s, "alone", "0", "4", ("2025-05-01", "1"))
    refused = revise(s, "alone", "2025-06-01", agreed_by="", due_on="2025-08-01")
    moved = objective(s, "moved", "0", "4", ("2025-05-01", "1"), due="2025-05-01")
    mover = revise(s, "moved", "2025-05-01", due_on="2025-06-30")
    measured = s.add("objective.measured", "2025-06-30", objective_id="moved", value="4")
    assert s.figures("BO3") == ("SCORED", "0.5000", "2.0000", "4.0000")  # 0.5, 0.25, 0.25, 1
    counted = [*half, aimed, *kept, *alone, moved[0], mover, measured]
    assert s.evidence("BO3") == (counted, [(late, "late_replan"), (refused, "not_agreed")])


def test_the_target_and_the_date_may_be_moved_by_different_revisions(tell: Tell) -> None:
    s = tell()
    s.policy(BO3={"min_n": 1})
    o = objective(s, "o", "0", "4", ("2025-05-01", "1"), due="2025-05-31")
    aimed = revise(s, "o", "2025-05-02", target="2", due_on="2025-06-15")
    mover = revise(s, "o", "2025-05-03", due_on="2025-06-30")
    assert s.figures("BO3") == ("SCORED", "0.5000", "0.5000", "1.0000")
    assert s.evidence("BO3") == ([*o, aimed, mover], [])


def test_an_objective_withdrawn_by_all_by_its_due_date_is_left_out(tell: Tell) -> None:
    s = tell()
    s.policy(BO3={"min_n": 1})
    gone = objective(s, "gone", "0", "1")
    withdraw(s, "gone", "2025-06-30")
    late = objective(s, "late", "0", "1")
    too_late = withdraw(s, "late", "2025-07-01")
    alone = objective(s, "alone", "0", "1")
    not_agreed = withdraw(s, "alone", "2025-06-30", agreed_by="")
    ahead = objective(s, "ahead", "0", "1", due="2026-01-01")
    withdraw(s, "ahead", "2025-06-30")
    assert s.figures("BO3") == ("SCORED", "0.0000", "0.0000", "2.0000")
    excluded = [(gone[0], "withdrawn"), (too_late, "late_replan"), (not_agreed, "not_agreed"), (ahead[0], "withdrawn")]
    assert s.evidence("BO3") == ([*late, *alone], excluded)


def test_only_withdrawn_objectives_are_no_data(tell: Tell) -> None:
    s = tell()
    gone = objective(s, "gone", "0", "1")
    withdraw(s, "gone", "2025-06-30")
    assert s.figures("BO3") == NO_DATA
    assert s.evidence("BO3") == ([], [(gone[0], "withdrawn")])


def test_a_measurement_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(BO3={"min_n": 1})
    [o] = objective(s, "o", "0", "4")
    measured = s.add("objective.measured", "2025-06-30", objective_id="o", value="2")
    fixed = s.correct(measured, objective_id="o", value="3")
    gone = s.void(measured)
    assert s.figures("BO3", known_at=o) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO3", known_at=measured) == ("SCORED", "0.5000", "0.5000", "1.0000")
    assert s.figures("BO3", known_at=fixed) == ("SCORED", "0.7500", "0.7500", "1.0000")
    assert s.evidence("BO3", known_at=fixed) == ([o, measured, fixed], [])
    assert s.figures("BO3", known_at=gone) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("BO3", known_at=gone) == ([o], [])


def test_an_active_objective_is_to_be_measured_within_ninety_days(tell: Tell) -> None:
    s = tell()
    # T - 90 = 2025-04-02
    fresh = objective(s, "fresh", "0", "1", ("2025-04-03", "0"), ("2025-07-01", "0"), on="2025-04-02", due="2025-12-31")
    stale = objective(s, "stale", "0", "1", ("2025-04-02", "0"), on="2025-01-01", due="2025-12-31")
    first = objective(s, "first", "0", "1", ("2025-04-03", "0"), on="2025-01-01", due="2025-07-01")
    objective(s, "young", "0", "1", ("2025-06-01", "0"), on="2025-04-03", due="2025-12-31")
    objective(s, "past", "0", "1", ("2025-06-01", "0"), on="2025-01-01", due="2025-06-30")
    assert s.figures("BO4") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.score("BO4") == "33.34"
    assert s.evidence("BO4") == ([fresh[0], fresh[2], stale[0], *first], [])
    assert s.figures("BO4", "2025-07-02") == ("SCORED", "0.6667", "2.0000", "3.0000")  # young for first


def test_never_measured_is_zero_and_nothing_old_enough_is_no_data(tell: Tell) -> None:
    s = tell(stage=1)
    [o] = objective(s, "o", "0", "1", on="2025-04-02", due="2025-12-31")
    assert s.figures("BO4", "2025-06-30") == NO_DATA
    assert s.figures("BO4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("BO4") == ([o], [])
    s.policy(BO4={"window_days": 91})
    assert s.figures("BO4") == NO_DATA


def test_freshness_leaves_out_what_was_withdrawn_and_lists_what_changed_nothing(tell: Tell) -> None:
    s = tell()
    gone = objective(s, "gone", "0", "1", due="2025-12-31")
    withdraw(s, "gone", "2025-06-01")
    moved = objective(s, "moved", "0", "1", ("2025-06-01", "1"), due="2025-06-30")
    mover = revise(s, "moved", "2025-06-30", due_on="2025-07-01")
    refused = revise(s, "moved", "2025-06-30", agreed_by="", target="2")
    young = objective(s, "young", "0", "1", on="2025-05-01", due="2025-12-31")
    withdraw(s, "young", "2025-06-01")
    assert s.figures("BO4") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.score("BO4") == "100.00"
    assert s.evidence("BO4") == ([*moved, mover], [(gone[0], "withdrawn"), (refused, "not_agreed")])
    assert (young[0], "withdrawn") not in s.evidence("BO4")[1]


def test_a_measurement_is_fresh_as_soon_as_it_is_known_and_on_its_own_day(tell: Tell) -> None:
    s = tell()
    [o] = objective(s, "o", "0", "1", due="2025-12-31")
    measured = s.add("objective.measured", "2025-06-01", objective_id="o", value="1")
    moved = s.correct(measured, "2025-04-02", objective_id="o", value="1")
    gone = s.void(measured)
    assert s.figures("BO4", known_at=o) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO4", known_at=measured) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO4", known_at=measured) == ([o, measured], [])
    assert s.figures("BO4", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("BO4", known_at=gone) == ([o], [])


@pytest.mark.parametrize("indicator", ["BO3", "BO4"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    for id_ in "abc":
        objective(s, id_, "0", "1", due="2025-06-29")
        objective(s, f"{id_}2", "0", "1", due="2025-12-31")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
