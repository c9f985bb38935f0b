"""EX4 and EX5: triggers assessed and obligations discharged in time. Rules: docs/principles.md A4, A17, A73, A74."""

from typing import Any

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def define(s: Story, name: str, on: str = "2023-06-01", own: bool = False) -> int:
    return s.add("exit_trigger.defined", on, own=own, trigger_id=name, condition="The margin is gone.")


def observe(s: Story, name: str, on: str) -> int:
    return s.add("exit_trigger.observed", on, trigger_id=name)


def assess(s: Story, name: str, on: str) -> int:
    return s.add("exit_trigger.assessed", on, trigger_id=name, decision="continue")


# EX4


def test_an_observation_is_judged_the_day_after_its_30_days_have_ended(tell: Tell) -> None:
    s = tell()
    for name in "opqrs":
        define(s, name)
    observe(s, "o", "2024-05-31")  # limit 2024-06-30, the last day before the window
    first = observe(s, "p", "2024-06-01")
    in_time = [observe(s, "q", "2025-05-31"), assess(s, "q", "2025-06-30")]  # limit 2025-06-30
    too_late = [observe(s, "r", "2025-05-01"), assess(s, "r", "2025-06-01")]  # limit 2025-05-31
    pending = observe(s, "s", "2025-06-01")  # limit 2025-07-01
    assess(s, "s", "2025-06-02")
    assert s.figures("EX4") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("EX4") == "0.00"
    assert s.evidence("EX4") == ([first, *in_time, *too_late], [(pending, "not_due")])
    assert s.figures("EX4", "2025-07-02") == ("SCORED", "0.6667", "2.0000", "3.0000")


def test_each_observation_is_answered_by_the_first_assessment_that_follows_it(tell: Tell) -> None:
    s = tell()
    define(s, "p")
    before = assess(s, "p", "2025-01-01")
    first = observe(s, "p", "2025-01-01")
    second = observe(s, "p", "2025-01-20")
    answer = assess(s, "p", "2025-02-01")  # 31 and 12 days later
    third = observe(s, "p", "2025-02-01")
    assess(s, "p", "2025-02-02")
    assert s.figures("EX4") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("EX4") == ([first, second, answer, third, third + 1], [])
    s.correct(before, "2025-01-02", trigger_id="p", decision="continue")
    assert s.figures("EX4") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.figures("EX4", known_at=third + 1) == ("SCORED", "0.6667", "2.0000", "3.0000")


def test_nothing_observed_is_no_data_and_nothing_assessed_zero(tell: Tell) -> None:
    s = tell()
    define(s, "p")
    assert s.figures("EX4") == NO_DATA
    pending = observe(s, "p", "2025-06-01")
    assert s.figures("EX4") == NO_DATA
    assert s.evidence("EX4") == ([], [(pending, "not_due")])
    assert s.figures("EX4", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assessed = assess(s, "p", "2025-07-01")
    assert s.figures("EX4", "2025-07-02") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("EX4", "2025-07-02", known_at=pending) == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.void(assessed)
    assert s.figures("EX4", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "1.0000")
    s.void(pending)
    assert s.figures("EX4", "2025-07-02") == NO_DATA


def test_a_private_assessment_counts_in_the_view_of_its_party_alone(tell: Tell) -> None:
    s = tell()
    define(s, "p")
    observe(s, "p", "2025-01-01")
    s.add("exit_trigger.assessed", "2025-01-02", own=True, trigger_id="p", decision="continue")
    assert s.figures("EX4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("EX4", party="b") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("EX4", party="a") == ("SCORED", "1.0000", "1.0000", "1.0000")


# EX5


def obligation(due_on: str) -> dict[str, Any]:
    return {"party": "a", "title": "Return the tools.", "due_on": due_on}


def owe(s: Story, name: str, due_on: str, on: str = "2023-01-10") -> int:
    return s.add("exit_obligation.added", on, obligation_id=name, **obligation(due_on))


def discharge(s: Story, name: str, on: str) -> int:
    return s.add("exit_obligation.discharged", on, obligation_id=name)


def test_every_obligation_ever_due_is_judged_the_day_after(tell: Tell) -> None:
    s = tell(stage=8)
    old = owe(s, "p", "2023-01-20")
    in_time = [owe(s, "q", "2025-06-30"), discharge(s, "q", "2025-06-30")]
    late = [owe(s, "r", "2025-06-01", "2025-06-20"), discharge(s, "r", "2025-06-20")]
    other = [owe(s, "s", "2025-06-01"), discharge(s, "s", "2025-05-01")]
    pending = owe(s, "t", "2025-07-01")
    discharge(s, "t", "2025-05-01")
    assert s.figures("EX5") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("EX5") == "0.00"
    assert s.evidence("EX5") == ([old, *in_time, *late, *other], [(pending, "not_due")])
    assert s.figures("EX5", "2025-07-02") == ("SCORED", "0.6000", "3.0000", "5.0000")
    s.policy(EX5={"window_days": 1})
    assert s.figures("EX5") == ("SCORED", "0.5000", "2.0000", "4.0000")


def test_obligations_are_scored_at_stage_8_alone(tell: Tell) -> None:
    s = tell(stage=7)
    for name in "pqr":
        owe(s, name, "2025-06-01")
    assert s.figures("EX5") == NOT_APPLICABLE
    assert s.evidence("EX5") == ([], [])
    s.add("lifecycle.stage_entered", "2025-07-01", stage=8, gate="proceed")
    assert s.figures("EX5", "2025-06-30") == NOT_APPLICABLE
    assert s.figures("EX5") == ("SCORED", "0.0000", "0.0000", "3.0000")
    s.add("lifecycle.stage_entered", "2025-07-02", stage=7, gate="return")
    assert s.figures("EX5", "2025-07-02") == NOT_APPLICABLE


def test_no_obligation_due_is_no_data_and_two_are_too_few(tell: Tell) -> None:
    s = tell(stage=8)
    assert s.figures("EX5") == NO_DATA
    pending = owe(s, "p", "2025-07-01")
    assert s.figures("EX5") == NO_DATA
    assert s.evidence("EX5") == ([], [(pending, "not_due")])
    owe(s, "q", "2025-06-01")
    owe(s, "r", "2025-06-01")
    assert s.figures("EX5") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    assert s.figures("EX5", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "3.0000")


def test_a_discharge_recorded_late_counts_from_its_own_day_once_it_is_known(tell: Tell) -> None:
    s = tell(stage=8)
    s.policy(EX5={"min_n": 1})
    owed = owe(s, "p", "2025-06-01")
    done = discharge(s, "p", "2025-06-01")
    assert s.figures("EX5", known_at=owed) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("EX5") == ("SCORED", "1.0000", "1.0000", "1.0000")
    corrected = s.correct(owed, **obligation("2025-05-31"))
    assert s.figures("EX5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("EX5") == ([owed, done, corrected], [])
    s.void(corrected)
    s.void(done)
    assert s.figures("EX5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("EX5", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_the_obligations_of_a_party_that_has_left_are_still_judged(tell: Tell) -> None:
    s = tell("a", "b", "c", stage=8)
    s.policy(EX5={"min_n": 1})
    s.add("exit_obligation.added", "2025-01-01", obligation_id="p", **{**obligation("2025-06-01"), "party": "c"})
    s.add("relationship.party_left", "2025-05-01", party="c")
    assert s.figures("EX5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    discharge(s, "p", "2025-06-01")
    assert s.figures("EX5") == ("SCORED", "1.0000", "1.0000", "1.0000")
