"""MO4 and MO5: improvement actions done in time, and whether they worked. Rules: docs/principles.md A4, A72, A75."""

from typing import Any

from story import NO_DATA, Story, Tell


def action(due_on: str) -> dict[str, Any]:
    return {"title": "x", "origin": "review", "owner_party": "a", "due_on": due_on}


def improve(s: Story, name: str, due_on: str = "2025-12-31", on: str = "2024-01-01", own: bool = False) -> int:
    return s.add("improvement_action.raised", on, own=own, action_id=name, **action(due_on))


def complete(s: Story, name: str, on: str, own: bool = False) -> int:
    return s.add("improvement_action.completed", on, own=own, action_id=name)


def verify(s: Story, name: str, on: str, effective: bool) -> int:
    return s.add("improvement_action.verified", on, "b", action_id=name, effective=effective)


def done(s: Story, name: str, on: str) -> int:
    """An action raised and completed; the position of the completion."""
    improve(s, name)
    return complete(s, name, on)


# MO4


def test_an_action_is_judged_the_day_after_it_was_due(tell: Tell) -> None:
    s = tell()
    improve(s, "o", "2025-01-01")  # the last day before the window
    first = [improve(s, "p", "2025-01-02"), complete(s, "p", "2025-01-02")]
    late = [improve(s, "q", "2025-06-01"), complete(s, "q", "2025-06-02")]
    last = improve(s, "r", "2025-06-30")
    pending = improve(s, "s", "2025-07-01")
    soon = complete(s, "s", "2025-06-01")
    assert s.figures("MO4") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("MO4") == "0.00"
    assert s.evidence("MO4") == ([*first, *late, last], [(pending, "not_due")])
    assert s.evidence("MO4", "2025-07-02") == ([*late, last, pending, soon], [])


def test_no_action_due_is_no_data_and_none_done_zero(tell: Tell) -> None:
    s = tell()
    assert s.figures("MO4") == NO_DATA
    assert s.figures("MO5") == NO_DATA
    for name in "pqr":
        improve(s, name, "2025-06-01")
    assert s.figures("MO4") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("MO5") == NO_DATA
    assert s.evidence("MO5") == ([], [])


def test_a_completion_recorded_late_counts_from_its_own_day_once_it_is_known(tell: Tell) -> None:
    s = tell()
    s.policy(MO4={"min_n": 1})
    raised = improve(s, "p", "2025-06-01")
    completed = complete(s, "p", "2025-06-01")
    assert s.figures("MO4", known_at=raised) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("MO4") == ("SCORED", "1.0000", "1.0000", "1.0000")
    corrected = s.correct(raised, **action("2025-05-31"))
    assert s.figures("MO4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("MO4") == ([raised, completed, corrected], [])
    assert s.figures("MO4", known_at=completed) == ("SCORED", "1.0000", "1.0000", "1.0000")
    s.void(corrected)
    assert s.figures("MO4") == ("SCORED", "1.0000", "1.0000", "1.0000")
    s.void(completed)
    assert s.figures("MO4") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_private_action_counts_in_the_view_of_its_party_alone(tell: Tell) -> None:
    s = tell()
    s.policy(MO4={"min_n": 1})
    improve(s, "p", "2025-06-01", own=True)
    assert s.figures("MO4") == NO_DATA
    assert s.figures("MO4", party="a") == ("SCORED", "0.0000", "0.0000", "1.0000")


# MO5


def test_a_completed_action_is_judged_the_day_after_its_90_days_have_ended(tell: Tell) -> None:
    s = tell()
    done(s, "o", "2024-04-01")  # limit 2024-06-30, the last day before the window
    first = done(s, "p", "2024-04-02")
    worked = [done(s, "q", "2025-04-01"), verify(s, "q", "2025-04-02", True)]  # limit 2025-06-30
    failed = [done(s, "r", "2025-01-01"), verify(s, "r", "2025-01-02", False)]
    pending = done(s, "s", "2025-04-02")  # limit 2025-07-01
    verify(s, "s", "2025-04-03", True)
    assert s.figures("MO5") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("MO5") == "0.00"
    assert s.evidence("MO5") == ([first, *worked, *failed], [(pending, "not_due")])
    assert s.figures("MO5", "2025-07-02") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.score("MO5", "2025-07-02") == "66.68"


def test_the_last_verification_counts_whenever_it_was_made(tell: Tell) -> None:
    s = tell()
    s.policy(MO5={"min_n": 1})
    completed = done(s, "p", "2025-01-01")
    worked = verify(s, "p", "2025-01-02", True)
    failed = verify(s, "p", "2025-05-01", False)
    assert s.figures("MO5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("MO5") == ([completed, failed], [])
    assert s.figures("MO5", "2025-04-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    at_last = verify(s, "p", "2025-07-01", True)
    assert s.figures("MO5") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("MO5") == ([completed, at_last], [])
    assert s.figures("MO5", known_at=failed) == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.correct(at_last, action_id="p", effective=False)
    assert s.figures("MO5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.void(at_last)
    s.void(failed)
    assert s.figures("MO5") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("MO5") == ([completed, worked], [])
    s.correct(completed, "2025-01-02", action_id="p")
    assert s.figures("MO5", "2025-04-02") == NO_DATA
    assert s.figures("MO5", "2025-04-03") == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_the_first_completion_counts_where_one_party_has_noted_another(tell: Tell) -> None:
    """docs/principles.md A4: the 90 days run from the day on which it was first done."""
    s = tell()
    s.policy(MO5={"min_n": 1})
    improve(s, "p")
    own = complete(s, "p", "2025-04-01", own=True)  # limit 2025-06-30
    shared = complete(s, "p", "2025-04-02")  # limit 2025-07-01
    assert s.evidence("MO5") == ([], [(shared, "not_due")])
    assert s.figures("MO5", party="a") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("MO5", party="a") == ([own], [])


def test_the_completion_of_an_action_that_does_not_stand_is_ignored(tell: Tell) -> None:
    """docs/principles.md A79."""
    s = tell()
    s.policy(MO5={"min_n": 1})
    raised = improve(s, "p")
    own = complete(s, "p", "2025-01-01", own=True)
    gone = s.void(raised)
    assert s.evidence("MO5", party="a", known_at=own) == ([own], [])
    assert s.figures("MO5", party="a", known_at=gone) == NO_DATA
