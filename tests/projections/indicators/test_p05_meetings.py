"""GP1 and GP2: bodies that meet as often as they should, with a quorum. Rules: docs/principles.md A7, A26, A47, A48."""

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def body(s: Story, id_: str, on: str = "2024-01-01", cadence: int = 90, roles: tuple[str, ...] = ()) -> int:
    return s.add(
        "governance_body.established",
        on,
        body_id=id_,
        name=id_,
        level="management",
        cadence_days=cadence,
        required_roles=list(roles),
    )


def dissolve(s: Story, id_: str, on: str, own: bool = False) -> int:
    return s.add("governance_body.dissolved", on, own=own, body_id=id_)


def hold(s: Story, body_id: str, on: str, *there: tuple[str, str], own: bool = False) -> int:
    attendees = [{"party": party, "role": role, "person": f"p{party}"} for party, role in there]
    return s.add("meeting.held", on, own=own, body_id=body_id, attendees=attendees)


def test_no_body_gets_credit_for_more_meetings_than_were_due(tell: Tell) -> None:
    s = tell()
    eager, lazy = body(s, "eager", cadence=180), body(s, "lazy", cadence=90)
    held = [hold(s, "eager", on) for on in ("2024-09-01", "2024-10-01", "2025-02-01")]
    held += [hold(s, "lazy", on) for on in ("2024-09-01", "2025-02-01")]
    assert s.figures("GP1") == ("SCORED", "0.6667", "4.0000", "6.0000")  # 2 of 2 and 2 of 4
    assert s.score("GP1") == "37.04"
    assert s.evidence("GP1") == ([eager, lazy, *held], [])


def test_a_scheduled_meeting_counts_as_much_as_one_never_scheduled(tell: Tell) -> None:
    s = tell()
    body(s, "1", cadence=180)
    s.add("meeting.scheduled", "2024-08-01", meeting_id="m", body_id="1", scheduled_for="2024-09-01")
    s.add("meeting.held", "2024-12-01", meeting_id="m", attendees=[])
    hold(s, "1", "2024-12-01")
    assert s.figures("GP1") == ("SCORED", "1.0000", "2.0000", "2.0000")


def test_meetings_are_due_for_the_days_on_which_the_body_was_active_in_the_window(tell: Tell) -> None:
    s = tell()
    body(s, "1", on="2024-07-03", cadence=365)
    assert s.figures("GP1") == NO_DATA  # 364 days
    assert s.evidence("GP1") == ([], [])
    assert s.figures("GP1", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP1", "2026-07-01") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_body_of_which_no_meeting_is_due_yet_is_not_listed_and_nor_are_its_meetings(tell: Tell) -> None:
    """docs/evidence.md: GP1 lists the bodies with due_b >= 1."""
    s = tell()
    old = body(s, "old", on="2024-07-02", cadence=365)  # 365 days
    body(s, "new", on="2025-06-01", cadence=90)  # 31 days
    held = hold(s, "old", "2025-06-10")
    hold(s, "new", "2025-06-10")
    assert s.figures("GP1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("GP1") == ([old, held], [])


def test_a_body_is_active_to_the_day_before_it_is_dissolved(tell: Tell) -> None:
    s = tell()
    made, ended = body(s, "1", cadence=10), dissolve(s, "1", "2025-07-11")
    assert s.figures("GP1", "2025-07-10") == ("SCORED", "0.0000", "0.0000", "36.0000")
    assert s.evidence("GP1", "2025-07-10") == ([made], [])
    assert s.figures("GP1", "2026-06-30") == ("SCORED", "0.0000", "0.0000", "1.0000")  # from 1 to 10 July
    assert s.evidence("GP1", "2026-06-30") == ([made, ended], [])
    assert s.figures("GP1", "2026-07-01") == NO_DATA  # 9 days
    assert s.figures("GP1", "2026-07-09") == NO_DATA  # one day
    assert s.figures("GP1", "2026-07-10") == ("SCORED", "0.0000", "0.0000", "0.0000")


def test_a_body_that_one_party_noted_as_dissolved_has_ended_then_in_its_own_view(tell: Tell) -> None:
    """docs/principles.md A47."""
    s = tell()
    made = body(s, "1", on="2025-05-02", cadence=10)
    own, shared = dissolve(s, "1", "2025-06-01", own=True), dissolve(s, "1", "2025-06-11")
    assert s.figures("GP1") == ("SCORED", "0.0000", "0.0000", "4.0000")  # 40 days
    assert s.evidence("GP1") == ([made, shared], [])
    assert s.figures("GP1", party="a") == ("SCORED", "0.0000", "0.0000", "3.0000")  # 30 days
    assert s.evidence("GP1", party="a") == ([made, own], [])


def test_no_body_is_zero_and_never_a_low_sample(tell: Tell) -> None:
    s = tell()
    s.policy(GP1={"min_n": 5})
    body(s, "1", on="2025-07-01", cadence=1)
    assert s.figures("GP1", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.evidence("GP1", "2025-06-30") == ([], [])
    assert s.figures("GP1") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")


def test_a_meeting_counts_in_the_window_in_which_it_was_held(tell: Tell) -> None:
    s = tell()
    made = body(s, "1", cadence=90)
    hold(s, "1", "2024-07-01")
    held = [hold(s, "1", "2024-07-02"), hold(s, "1", "2025-07-01")]
    assert s.figures("GP1") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.evidence("GP1") == ([made, *held], [])
    assert s.figures("GP1", "2025-06-30") == ("SCORED", "0.5000", "2.0000", "4.0000")
    s.policy(GP1={"window_days": 180})
    assert s.figures("GP1") == ("SCORED", "0.5000", "1.0000", "2.0000")


def test_a_meeting_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    made = body(s, "1", cadence=365)
    held = hold(s, "1", "2025-02-01")
    moved = s.correct(held, "2025-03-01", body_id="1", attendees=[])
    gone = s.void(held)
    assert s.figures("GP1", "2025-02-28", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP1", "2025-02-28", known_at=held) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("GP1", "2025-02-28", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP1", known_at=moved) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("GP1", known_at=moved) == ([made, held, moved], [])
    assert s.evidence("GP2", known_at=moved) == ([held, moved], [])
    assert s.evidence("GP1", known_at=gone) == ([made], [])
    assert s.figures("GP2", known_at=gone) == NO_DATA


def test_a_quorum_needs_somebody_in_a_required_role_of_every_party(tell: Tell) -> None:
    s = tell()
    body(s, "1", roles=("buyer", "seller", "buyer"))
    body(s, "open")
    held = [
        hold(s, "1", "2025-01-01", ("a", "buyer"), ("b", "seller")),
        hold(s, "1", "2025-01-02", ("a", "buyer"), ("a", "seller"), ("b", "engineer")),
        hold(s, "1", "2025-01-03", ("a", "buyer"), ("a", "buyer")),
        hold(s, "open", "2025-01-04", ("a", "engineer"), ("b", "engineer")),
        hold(s, "open", "2025-01-05", ("a", "engineer")),
        hold(s, "open", "2025-01-06"),
        hold(s, "1", "2025-01-07", ("b", "buyer"), ("a", "engineer"), ("a", "seller")),
    ]
    assert s.figures("GP2") == ("SCORED", "0.4286", "3.0000", "7.0000")
    assert s.score("GP2") == "0.00"
    assert s.evidence("GP2") == (held, [])


def test_a_quorum_is_one_of_the_parties_active_on_the_day(tell: Tell) -> None:
    s = tell("a", "b", "c")
    body(s, "1")
    two = (("a", "x"), ("b", "x"))
    s.add("relationship.party_left", "2025-03-02", party="c")
    s.add("relationship.party_joined", "2025-03-04", "c", party="c")
    for on in ("2025-03-01", "2025-03-02", "2025-03-03", "2025-03-04"):
        hold(s, "1", on, *two)
    assert s.figures("GP2") == ("SCORED", "0.5000", "2.0000", "4.0000")
    hold(s, "1", "2025-03-04", *two, ("c", "x"))
    assert s.figures("GP2") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.score("GP2") == "22.22"


def test_a_quorum_counts_in_the_window_in_which_the_meeting_was_held(tell: Tell) -> None:
    s = tell()
    body(s, "1")
    hold(s, "1", "2024-07-01", ("a", "x"), ("b", "x"))
    assert s.figures("GP2") == NO_DATA
    assert s.figures("GP2", "2025-06-30") == ("LOW_SAMPLE", "1.0000", "1.0000", "1.0000")
    first, today = hold(s, "1", "2024-07-02"), hold(s, "1", "2025-07-01")
    assert s.figures("GP2") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    assert s.evidence("GP2") == ([first, today], [])
    own = hold(s, "1", "2025-06-30", ("a", "x"), ("b", "x"), own=True)
    assert s.figures("GP2", party="a") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("GP2", party="a") == ([first, today, own], [])
    assert s.figures("GP2", party="b") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")


def test_a_meeting_noted_by_one_party_of_a_schedule_since_voided_is_ignored(tell: Tell) -> None:
    s = tell()
    body(s, "1")
    scheduled = s.add("meeting.scheduled", "2025-01-01", meeting_id="m", body_id="1", scheduled_for="2025-02-01")
    own = s.add("meeting.held", "2025-02-01", own=True, meeting_id="m", attendees=[])
    gone = s.void(scheduled)
    assert s.evidence("GP2", party="a", known_at=own) == ([own], [])
    assert s.figures("GP2", party="a", known_at=gone) == NO_DATA
    assert s.evidence("GP2", party="a", known_at=gone) == ([], [])


def test_attendance_corrected_changes_the_quorum_once_it_is_known(tell: Tell) -> None:
    s = tell()
    s.policy(GP2={"min_n": 1})
    body(s, "1", on="2025-05-01", roles=("buyer",))
    held = hold(s, "1", "2025-06-01", ("a", "buyer"))
    both = [{"party": party, "role": "buyer", "person": "pa"} for party in "ab"]
    right = s.correct(held, body_id="1", attendees=both)
    assert s.figures("GP2", known_at=held) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP2", known_at=right) == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_two_questions_asked_together_see_the_attendance_that_each_of_them_knows(tell: Tell) -> None:
    """docs/principles.md A2."""
    s = tell()
    body(s, "1")
    both = [{"party": party, "role": "buyer", "person": "pa"} for party in "ab"]
    held = s.add("meeting.held", "2025-02-01", body_id="1", attendees=both)
    right = s.correct(held, body_id="1", attendees=both[:1])
    first, second = s.together("GP2", held, right)
    assert (first.value, second.value) == ("1.0000", "0.0000")


def test_cadence_is_asked_for_from_stage_5_on_and_quorum_always(tell: Tell) -> None:
    s = tell(stage=4)
    s.policy(GP2={"min_n": 1})
    body(s, "1")
    hold(s, "1", "2025-02-01")
    s.add("lifecycle.stage_entered", "2025-07-01", stage=5, gate="proceed")
    assert s.figures("GP1", "2025-06-30") == NOT_APPLICABLE
    assert s.evidence("GP1", "2025-06-30") == ([], [])
    assert s.figures("GP2", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("GP1") == ("SCORED", "0.2500", "1.0000", "4.0000")


@pytest.mark.parametrize("indicator", ["GP1", "GP2"])
def test_neither_applies_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell()
    s.policy(GP2={"min_n": 1})
    body(s, "1")
    hold(s, "1", "2025-02-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
