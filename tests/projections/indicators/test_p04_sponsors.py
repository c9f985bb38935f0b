"""CL1 and CL2: sponsors in office, and in the room. Rules: docs/principles.md A7, A8, A34, A38, A44, A45."""

import pytest

from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def sponsor(s: Story, id_: str, party: str, on: str, own: bool = False) -> int:
    return s.add(
        "role.assigned", on, party, own=own, role_id=id_, role="executive_sponsor", party=party, person=f"p{party}"
    )


def vacate(s: Story, id_: str, on: str) -> int:
    return s.add("role.vacated", on, role_id=id_)


def body(s: Story, id_: str = "board", level: str = "strategic") -> int:
    return s.add(
        "governance_body.established",
        "2023-02-01",
        body_id=id_,
        name=id_,
        level=level,
        cadence_days=90,
        required_roles=[],
    )


def schedule(s: Story, id_: str, day: str, body_id: str = "board") -> int:
    return s.add("meeting.scheduled", "2024-01-01", meeting_id=id_, body_id=body_id, scheduled_for=day)


def hold(s: Story, id_: str, on: str, sponsors: str, others: str = "", own: bool = False) -> int:
    there = [(party, "executive_sponsor") for party in sponsors] + [(party, "engineer") for party in others]
    attendees = [{"party": party, "role": role, "person": f"p{party}"} for party, role in there]
    return s.add("meeting.held", on, own=own, meeting_id=id_, attendees=attendees)


def cancel(s: Story, id_: str, on: str, agreed_by: str = "ab") -> int:
    return s.add("meeting.cancelled", on, meeting_id=id_, agreed_by=list(agreed_by))


def test_cover_is_that_of_the_party_with_the_lowest_share_of_days(tell: Tell) -> None:
    s = tell()
    held = [
        sponsor(s, "a1", "a", "2024-01-01"),
        sponsor(s, "b1", "b", "2024-01-01"),
        vacate(s, "b1", "2025-01-01"),
        sponsor(s, "b2", "b", "2025-02-01"),
    ]
    assert s.figures("CL1") == ("SCORED", "0.9151", "334.0000", "365.0000")  # none for the 31 days of January
    assert s.score("CL1") == "57.55"
    assert s.evidence("CL1") == (held, [])


def test_cover_is_counted_from_the_day_after_the_window_began_to_t(tell: Tell) -> None:
    s = tell()
    sponsor(s, "a1", "a", "2024-01-01")
    sponsor(s, "b1", "b", "2024-07-03")
    vacate(s, "b1", "2025-07-03")
    assert s.figures("CL1") == ("SCORED", "0.9973", "364.0000", "365.0000")  # 2 July 2024 is the first day
    assert s.score("CL1") == "98.65"
    assert s.figures("CL1", "2025-07-02") == ("SCORED", "1.0000", "365.0000", "365.0000")
    assert s.figures("CL1", "2025-07-03") == ("SCORED", "0.9973", "364.0000", "365.0000")


def test_a_sponsor_with_no_day_in_the_window_is_not_listed(tell: Tell) -> None:
    s = tell()
    of_a, of_b = sponsor(s, "a1", "a", "2024-01-01"), sponsor(s, "b1", "b", "2024-01-01")
    gone = vacate(s, "b1", "2024-07-03")
    assert s.figures("CL1") == ("SCORED", "0.0027", "1.0000", "365.0000")
    assert s.evidence("CL1") == ([of_a, of_b, gone], [])
    assert s.figures("CL1", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "365.0000")
    assert s.evidence("CL1", "2025-07-02") == ([of_a], [])


def test_no_sponsor_at_all_is_zero_of_the_days_of_the_party_active_longest_and_never_a_low_sample(tell: Tell) -> None:
    s = tell()
    s.policy(CL1={"min_n": 400})
    s.add("relationship.party_joined", "2025-06-22", "c", party="c")
    assert s.figures("CL1") == ("SCORED", "0.0000", "0.0000", "365.0000")
    assert s.evidence("CL1") == ([], [])


def test_a_sponsor_counts_on_the_days_on_which_its_party_is_active(tell: Tell) -> None:
    s = tell("a", "b", "c")
    for party in "abc":
        sponsor(s, party, party, "2024-01-01")
    s.add("relationship.party_left", "2025-01-01", party="c")
    assert s.figures("CL1") == ("SCORED", "1.0000", "365.0000", "365.0000")
    s.add("relationship.party_joined", "2025-06-22", "c", party="c")
    vacate(s, "c", "2025-06-27")
    assert s.figures("CL1") == ("SCORED", "0.9741", "188.0000", "193.0000")  # 183 + 5 of 183 + 10


def test_the_days_for_which_a_party_was_away_count_neither_above_nor_below(tell: Tell) -> None:
    s = tell("a", "b", "c")
    for party in "abc":
        sponsor(s, party, party, "2024-01-01")
    s.add("relationship.party_left", "2025-06-01", party="c")
    s.add("relationship.party_joined", "2025-06-22", "c", party="c")
    vacate(s, "c", "2025-06-22")
    assert s.figures("CL1") == ("SCORED", "0.9709", "334.0000", "344.0000")  # 365 - 21 days, without the last 10


def test_a_sponsor_of_a_party_that_has_left_is_not_listed(tell: Tell) -> None:
    """docs/evidence.md: CL1 lists those of every p of P."""
    s = tell("a", "b", "c")
    of_a, of_b, _ = (sponsor(s, party, party, "2024-01-01") for party in "abc")
    s.add("relationship.party_left", "2025-01-01", party="c")
    assert s.evidence("CL1") == ([of_a, of_b], [])


def test_a_deputy_is_no_sponsor_in_office(tell: Tell) -> None:
    s = tell()
    sponsor(s, "a1", "a", "2024-01-01")
    sponsor(s, "b1", "b", "2024-01-01")
    s.add("role.deputy_named", "2024-02-01", role_id="b1", deputy="pc")
    vacate(s, "b1", "2024-07-02")
    s.add("role.assigned", "2024-07-02", role_id="m", role="relationship_manager", party="b", person="pb")
    assert s.figures("CL1") == ("SCORED", "0.0000", "0.0000", "365.0000")


def test_a_day_with_two_sponsors_in_a_partys_own_view_counts_once(tell: Tell) -> None:
    s = tell()
    sponsor(s, "b1", "b", "2024-01-01")
    sponsor(s, "own", "a", "2024-01-01", own=True)
    sponsor(s, "a1", "a", "2025-06-01")
    assert s.figures("CL1") == ("SCORED", "0.0849", "31.0000", "365.0000")
    assert s.figures("CL1", party="b") == ("SCORED", "0.0849", "31.0000", "365.0000")
    assert s.figures("CL1", party="a") == ("SCORED", "1.0000", "365.0000", "365.0000")


def test_an_assignment_acts_from_its_own_day_as_recorded_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    of_a = sponsor(s, "a1", "a", "2024-01-01")
    of_b = sponsor(s, "b1", "b", "2025-06-22")
    moved = s.correct(of_b, "2025-06-30", role_id="b1", role="executive_sponsor", party="b", person="pb")
    gone = s.void(of_b)
    s.policy(CL1={"window_days": 10})
    assert s.figures("CL1", known_at=of_a) == ("SCORED", "0.0000", "0.0000", "365.0000")
    assert s.figures("CL1", known_at=of_b) == ("SCORED", "0.0274", "10.0000", "365.0000")
    assert s.figures("CL1", known_at=moved) == ("SCORED", "0.0055", "2.0000", "365.0000")
    assert s.evidence("CL1", known_at=moved) == ([of_a, of_b, moved], [])
    assert s.figures("CL1", known_at=gone) == ("SCORED", "0.0000", "0.0000", "365.0000")
    assert s.figures("CL1") == ("SCORED", "0.0000", "0.0000", "10.0000")


def test_the_sponsors_of_all_parties_are_in_the_room(tell: Tell) -> None:
    s = tell("a", "b", "c")
    body(s)
    body(s, "ops", level="management")
    made = [schedule(s, id_, "2025-03-01") for id_ in ("all", "two", "engineer", "never")]
    schedule(s, "other", "2025-03-01", "ops")
    held = [
        hold(s, "all", "2025-03-02", "abc"),
        hold(s, "two", "2025-03-02", "ab"),
        hold(s, "engineer", "2025-03-02", "ab", others="c"),
    ]
    hold(s, "other", "2025-03-02", "abc")
    s.add("meeting.held", "2025-03-03", body_id="board", attendees=[])
    assert s.figures("CL2") == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.score("CL2") == "0.00"
    assert s.evidence("CL2") == (sorted(made + held), [])


def test_a_meeting_noted_by_one_party_and_by_all_counts_once(tell: Tell) -> None:
    """docs/principles.md A45: each meeting scheduled is one item."""
    s = tell()
    s.policy(CL2={"min_n": 1})
    body(s)
    made = schedule(s, "1", "2025-03-01")
    own = hold(s, "1", "2025-03-01", "ab", own=True)
    hold(s, "1", "2025-03-01", "ab")
    assert s.figures("CL2", party="a") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("CL2", party="a") == ([made, own], [])


def test_every_party_means_those_active_on_the_day_of_the_meeting(tell: Tell) -> None:
    s = tell("a", "b", "c")
    body(s)
    for id_ in ("before", "after", "later"):
        schedule(s, id_, "2025-03-01")
    s.add("relationship.party_left", "2025-03-02", party="c")
    hold(s, "before", "2025-03-01", "ab")
    hold(s, "after", "2025-03-02", "ab")
    hold(s, "later", "2025-03-03", "ba", others="a")
    assert s.figures("CL2") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.score("CL2") == "41.68"  # (0.6667 - 0.5) / 0.4


def test_a_meeting_counts_by_the_day_for_which_it_was_scheduled(tell: Tell) -> None:
    s = tell()
    s.policy(CL2={"min_n": 2})
    body(s)
    early = schedule(s, "0", "2024-06-30")
    first, newest, pending = (
        schedule(s, id_, day) for id_, day in (("1", "2024-07-01"), ("2", "2025-06-30"), ("3", "2025-07-01"))
    )
    held_early = hold(s, "0", "2024-07-02", "ab")
    held = hold(s, "2", "2025-07-01", "ab")
    hold(s, "3", "2025-07-01", "ab")
    assert s.figures("CL2") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("CL2") == ([first, newest, held], [(pending, "not_due")])
    assert s.evidence("CL2", "2025-06-30") == (
        [early, first, held_early],
        [(newest, "not_due"), (pending, "not_due")],
    )


def test_a_meeting_called_off_by_all_seven_days_ahead_does_not_count(tell: Tell) -> None:
    s = tell()
    s.policy(CL2={"min_n": 1})
    body(s)
    made = [schedule(s, id_, "2025-06-15") for id_ in ("early", "late", "alone")]
    pending = schedule(s, "pending", "2025-08-01")
    cancel(s, "early", "2025-06-08")
    late = cancel(s, "late", "2025-06-09")
    alone = cancel(s, "alone", "2025-06-08", agreed_by="a")
    cancel(s, "pending", "2025-07-01")
    assert s.figures("CL2") == ("SCORED", "0.0000", "0.0000", "2.0000")
    assert s.evidence("CL2") == (
        [made[1], made[2]],
        [(made[0], "cancelled"), (pending, "cancelled"), (late, "late_replan"), (alone, "not_agreed")],
    )


def test_no_strategic_meeting_is_no_data_and_one_without_sponsors_is_zero(tell: Tell) -> None:
    s = tell()
    s.policy(CL2={"min_n": 1})
    body(s)
    pending = schedule(s, "1", "2025-06-30")
    assert s.figures("CL2", "2025-06-30") == NO_DATA
    assert s.evidence("CL2", "2025-06-30") == ([], [(pending, "not_due")])
    assert s.figures("CL2") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_meeting_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(CL2={"min_n": 1})
    body(s)
    made = schedule(s, "1", "2025-03-01")
    held = hold(s, "1", "2025-03-01", "a")
    better = s.correct(
        held,
        meeting_id="1",
        attendees=[{"party": party, "role": "executive_sponsor", "person": "pa"} for party in "ab"],
    )
    gone = s.void(held)
    assert s.evidence("CL2", known_at=made) == ([made], [])
    assert s.figures("CL2", known_at=held) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("CL2", known_at=held) == ([made, held], [])
    assert s.figures("CL2", known_at=better) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("CL2", known_at=better) == ([made, held, better], [])
    assert s.evidence("CL2", known_at=gone) == ([made], [])


@pytest.mark.parametrize("indicator", ["CL1", "CL2"])
def test_neither_applies_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    s.policy(CL2={"min_n": 1})
    sponsor(s, "a1", "a", "2024-01-01")
    body(s)
    schedule(s, "1", "2025-03-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
