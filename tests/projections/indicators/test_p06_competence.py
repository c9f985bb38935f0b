"""CB1, CB2 and CB3: competences required, assessed and developed. Rule: docs/principles.md A51."""

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def assign(s: Story, id_: str, role: str, party: str = "a", on: str = "2024-01-01") -> int:
    return s.add("role.assigned", on, party, role_id=id_, role=role, party=party, person=f"p{party}")


def require(s: Story, role: str, competence: str, level: int, on: str = "2024-01-01") -> int:
    return s.add("competence.required", on, role=role, competence=competence, level=level)


def assess(s: Story, id_: str, competence: str, level: int, until: str = "2025-12-31", on: str = "2025-01-01") -> int:
    return s.add("competence.assessed", on, role_id=id_, competence=competence, level=level, valid_until=until)


def action(s: Story, id_: str, due: str) -> int:
    return s.add("development_action.agreed", "2024-01-10", action_id=id_, title="t", due_on=due, joint=True)


def complete(s: Story, id_: str, on: str) -> int:
    return s.add("development_action.completed", on, action_id=id_)


def test_pairs_are_the_roles_in_office_times_what_is_required_of_a_role_of_that_name(tell: Tell) -> None:
    s = tell()
    lead, other = assign(s, "r1", "lead"), assign(s, "r2", "lead", "b")
    assign(s, "r3", "clerk")
    assign(s, "r4", "lead")
    s.add("role.vacated", "2025-07-01", role_id="r4")
    talks, law = require(s, "lead", "talks", 3), require(s, "lead", "law", 2)
    require(s, "pilot", "talks", 5)
    held = [assess(s, "r1", "talks", 3), assess(s, "r2", "law", 1), assess(s, "r2", "talks", 4)]
    assess(s, "r1", "art", 5)
    assert s.figures("CB1") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.score("CB1") == "75.00"  # 0.45 / 0.6
    assert s.evidence("CB1") == ([lead, other, talks, law, *held], [])
    assert s.figures("CB2") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.score("CB2") == "41.68"  # 0.1667 / 0.4
    assert s.evidence("CB2") == ([lead, other, talks, law, *held], [])
    assert s.figures("CB1", "2025-06-30") == ("SCORED", "0.5000", "3.0000", "6.0000")


def test_the_pairs_not_validly_assessed_are_no_evidence_of_fit(tell: Tell) -> None:
    s = tell()
    s.policy(CB2={"min_n": 1})
    lead, other = assign(s, "r1", "lead"), assign(s, "r2", "lead", "b")
    talks, law = require(s, "lead", "talks", 3), require(s, "lead", "law", 2)
    held = assess(s, "r1", "talks", 2)
    assert s.figures("CB2") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("CB2") == ([lead, talks, held], [])
    assert s.evidence("CB1") == ([lead, other, talks, law, held], [])


def test_an_assessment_is_valid_from_its_day_to_its_last_one(tell: Tell) -> None:
    s = tell()
    lead, talks = assign(s, "r", "lead"), require(s, "lead", "talks", 3)
    held = assess(s, "r", "talks", 3, on="2025-06-01", until="2025-06-30")
    assert s.figures("CB1", "2025-05-31") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB2", "2025-05-31") == NO_DATA
    assert s.figures("CB1", "2025-06-01") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("CB1", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("CB2", "2025-06-30") == ("LOW_SAMPLE", "1.0000", "1.0000", "1.0000")
    assert s.evidence("CB1", "2025-06-30") == ([lead, talks, held], [])
    assert s.figures("CB1") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB2") == NO_DATA
    assert s.evidence("CB1") == ([lead, talks], [])


def test_only_the_last_assessment_and_the_last_requirement_count(tell: Tell) -> None:
    s = tell()
    s.policy(CB2={"min_n": 1})
    assign(s, "r", "lead")
    require(s, "lead", "talks", 2)
    raised = require(s, "lead", "talks", 4, "2025-03-01")
    assess(s, "r", "talks", 3)
    last = assess(s, "r", "talks", 5, on="2025-05-01", until="2025-06-30")
    assert s.figures("CB2", "2025-02-28") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("CB2", "2025-04-30") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB2", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("CB2", "2025-06-30") == ([raised - 2, raised, last], [])
    assert s.figures("CB1") == ("SCORED", "0.0000", "0.0000", "1.0000")  # the first would still be valid


def test_nothing_required_of_anybody_is_zero_and_nothing_assessed_is_no_data(tell: Tell) -> None:
    s = tell()
    assert s.figures("CB1") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.figures("CB2") == NO_DATA
    assign(s, "r", "clerk")
    require(s, "lead", "talks", 3)
    assert s.figures("CB1") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.evidence("CB1") == ([], [])
    s.policy(CB1={"min_n": 2})
    require(s, "clerk", "talks", 3)
    assert s.figures("CB1") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")


def test_the_roles_of_a_party_that_left_are_no_pairs(tell: Tell) -> None:
    s = tell("a", "b", "c")
    require(s, "lead", "talks", 3)
    assign(s, "r", "lead", "c")
    assess(s, "r", "talks", 3)
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("CB1", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("CB1") == ("SCORED", "0.0000", "0.0000", "0.0000")


def test_an_assessment_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(CB2={"min_n": 1})
    lead, talks = assign(s, "r", "lead"), require(s, "lead", "talks", 3)
    held = assess(s, "r", "talks", 2)
    fixed = s.correct(held, role_id="r", competence="talks", level=3, valid_until="2025-06-30")
    gone = s.void(held)
    assert s.figures("CB1", "2025-06-30", known_at=talks) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB2", "2025-06-30", known_at=held) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB2", known_at=held) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB2", "2025-06-30", known_at=fixed) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("CB2", "2025-06-30", known_at=fixed) == ([lead, talks, held, fixed], [])
    assert s.figures("CB2", known_at=fixed) == NO_DATA
    assert s.figures("CB1", "2025-06-30", known_at=gone) == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_development_is_judged_the_day_after_its_due_date_for_a_year(tell: Tell) -> None:
    s = tell()
    action(s, "before", "2024-06-30")
    told = [action(s, "first", "2024-07-01"), action(s, "last", "2025-06-30"), action(s, "late", "2025-06-29")]
    today = action(s, "today", "2025-07-01")
    told += [complete(s, "first", "2024-07-01"), complete(s, "last", "2025-06-30"), complete(s, "late", "2025-06-30")]
    complete(s, "today", "2025-06-01")
    assert s.figures("CB3") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.score("CB3") == "41.68"
    assert s.evidence("CB3") == (told, [(today, "not_due")])
    assert s.figures("CB3", "2025-07-02") == ("SCORED", "0.6667", "2.0000", "3.0000")  # today for the first
    s.policy(CB3={"window_days": 366})
    assert s.figures("CB3") == ("SCORED", "0.5000", "2.0000", "4.0000")


def test_no_action_done_is_zero_and_none_due_is_no_data(tell: Tell) -> None:
    s = tell()
    told = [action(s, id_, "2025-06-30") for id_ in "abc"]
    assert s.figures("CB3", "2025-06-30") == NO_DATA
    assert s.evidence("CB3", "2025-06-30") == ([], [(position, "not_due") for position in told])
    assert s.figures("CB3") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.evidence("CB3") == (told, [])
    s.void(told[0])
    assert s.figures("CB3") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")


def test_an_action_completed_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(CB3={"min_n": 1})
    agreed = action(s, "a", "2025-06-30")
    done = complete(s, "a", "2025-06-30")
    moved = s.correct(done, "2025-07-01", action_id="a")
    gone = s.void(done)
    assert s.figures("CB3", known_at=agreed) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("CB3", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("CB3", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("CB3", known_at=moved) == ([agreed, done, moved], [])
    assert s.evidence("CB3", known_at=gone) == ([agreed], [])


@pytest.mark.parametrize("indicator", ["CB1", "CB2", "CB3"])
def test_none_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell()
    s.policy(CB2={"min_n": 1}, CB3={"min_n": 1})
    action(s, "a", "2025-06-29")
    assign(s, "r", "lead"), require(s, "lead", "talks", 3), assess(s, "r", "talks", 3)
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])


@pytest.mark.parametrize("indicator", ["CB1", "CB2", "CB3", "CB4"])
def test_a_policy_may_switch_each_of_them_off(tell: Tell, indicator: str) -> None:
    s = tell()
    assign(s, "r", "lead"), require(s, "lead", "talks", 3), assess(s, "r", "talks", 3)
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])


def test_coverage_is_asked_for_from_stage_5_on_and_fit_always(tell: Tell) -> None:
    s = tell(stage=4)
    s.policy(CB2={"min_n": 1})
    assign(s, "r", "lead"), require(s, "lead", "talks", 3), assess(s, "r", "talks", 3)
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("CB1", "2025-06-30") == NOT_APPLICABLE
    assert s.figures("CB2", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("CB1") == ("SCORED", "1.0000", "1.0000", "1.0000")
