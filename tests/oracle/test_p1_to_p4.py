"""Relationship management, values, objectives, leadership: both sides of each boundary, computed by hand."""

from oracle.story import Story

NO_DATA = ("NO_DATA", None, None, None)


def test_a_newer_version_not_yet_agreed_takes_the_plan_to_what_is_agreed_of_it() -> None:
    s = Story("a", "b", "c")
    s.add("joint_plan.issued", "2025-01-01", version=1, effective_on="2025-01-01")
    for party in "abc":
        s.add("joint_plan.agreed", "2025-01-02", party, version=1, party=party)
    s.add("joint_plan.issued", "2025-05-01", version=2, effective_on="2025-07-01")
    s.add("joint_plan.agreed", "2025-06-01", "a", version=2, party="a")
    s.add("joint_plan.agreed", "2025-06-02", "c", version=2, party="c")
    assert s.figures("RM1", "2025-06-30") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.figures("RM1") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.figures("RM2", "2025-06-30") == ("SCORED", "179.0000", "179.0000", "1.0000")
    assert s.figures("RM2") == NO_DATA
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("RM1") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RM1") == ([10, 11], [[12, "left_party"]])
    assert s.evidence("RM1", "2025-06-30") == ([6, 7, 8, 9], [])


def test_a_handover_is_judged_the_day_after_its_thirty_days() -> None:
    s = Story()
    for id_, role in (("r", "executive_sponsor"), ("q", "relationship_manager"), ("o", "engineer")):
        s.add("role.assigned", "2024-01-01", role_id=id_, role=role, party="a", person="x")
        s.add("role.vacated", "2025-05-31", role_id=id_)
    s.add("role.handed_over", "2025-06-30", role_id="r", to="y")
    s.add("role.handed_over", "2025-07-01", role_id="q", to="y")
    assert s.figures("RM4", "2025-06-30") == NO_DATA
    assert s.evidence("RM4", "2025-06-30") == ([], [[7, "not_due"], [9, "not_due"]])
    assert s.figures("RM4") == ("SCORED", "0.5000", "1.0000", "2.0000")
    assert s.evidence("RM4") == ([7, 9, 12, 13], [])


def test_links_count_from_either_place_and_endorsement_is_an_event_of_its_own() -> None:
    s = Story()
    for id_, due in (("o", "2025-07-01"), ("past", "2025-06-30"), ("w", "2025-12-31")):
        s.add(
            "objective.agreed",
            "2025-01-01",
            objective_id=id_,
            baseline="0",
            target="1",
            due_on=due,
            links=[{"party": "a", "own_objective": "x"}],
        )
    s.add("objective.linked", "2025-07-01", "b", objective_id="o", party="b", own_objective="y")
    s.add("objective.endorsed", "2025-02-01", "b", objective_id="o", party="b")
    s.add("objective.withdrawn", "2025-06-01", objective_id="w", agreed_by=["b"])
    assert s.figures("BO1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO1") == ([6, 9], [[8, "withdrawn"]])
    assert s.figures("BO2") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO1", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "0.0000")


def objective(s: Story, id_: str, baseline: str, target: str, *measured: tuple[str, str]) -> None:
    s.add("objective.agreed", "2025-01-01", objective_id=id_, baseline=baseline, target=target, due_on="2025-06-30")
    for on, value in measured:
        s.add("objective.measured", on, objective_id=id_, value=value)


def test_attainment_is_the_last_measurement_by_the_due_date_on_the_way_to_the_target() -> None:
    s = Story()
    objective(s, "a", "0", "3", ("2025-06-30", "1"), ("2025-07-01", "3"))  # 0.3333
    objective(s, "b", "10", "4", ("2025-05-01", "6"))  # 4/6 = 0.6667, downwards
    objective(s, "c", "5", "5", ("2025-05-01", "5"))  # 1
    objective(s, "d", "5", "5", ("2025-05-01", "4.9999"))  # 0
    objective(s, "e", "0", "1")  # 0
    objective(s, "f", "0", "1", ("2025-05-01", "-4"))  # 0
    assert s.figures("BO3") == ("SCORED", "0.3333", "2.0000", "6.0000")
    assert s.figures("BO3", "2025-06-30") == NO_DATA


def test_a_revision_in_time_moves_the_target_and_a_late_one_does_not() -> None:
    s = Story()
    for id_ in "abc":
        objective(s, id_, "0", "4", ("2025-05-01", "1"))
    s.add("objective.revised", "2025-06-30", objective_id="a", target="2", agreed_by=["b"])
    s.add("objective.revised", "2025-07-01", objective_id="b", target="2", agreed_by=["b"])
    s.add("objective.revised", "2025-06-01", objective_id="c", due_on="2025-08-01", agreed_by=[])
    assert s.figures("BO3") == ("SCORED", "0.3333", "1.0000", "3.0000")  # 0.5 + 0.25 + 0.25
    assert s.evidence("BO3") == ([6, 7, 8, 9, 10, 11, 12], [[13, "late_replan"], [14, "not_agreed"]])


def strategic_meeting(s: Story, id_: str, scheduled_for: str) -> None:
    s.add("meeting.scheduled", "2025-01-01", meeting_id=id_, body_id="g", scheduled_for=scheduled_for)


def attended(*who: tuple[str, str]) -> list[dict[str, str]]:
    return [{"party": party, "role": role, "person": "x"} for party, role in who]


def test_sponsors_of_every_party_must_be_in_the_room() -> None:
    s = Story()
    s.body("g", "2024-01-01", "strategic")
    for i, day in enumerate(["2025-06-01", "2025-06-02", "2025-06-30", "2025-07-01", "2024-06-30"]):
        strategic_meeting(s, f"m{i}", day)
    both = attended(("a", "executive_sponsor"), ("b", "executive_sponsor"))
    s.add("meeting.held", "2025-07-01", meeting_id="m0", attendees=both)  # a month later is as good
    s.add(
        "meeting.held", "2025-06-02", meeting_id="m1", attendees=attended(("a", "executive_sponsor"), ("b", "deputy"))
    )
    assert s.figures("CL2") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("CL2") == ([7, 8, 9, 12, 13], [[10, "not_due"]])


def test_a_meeting_cancelled_by_all_a_week_ahead_is_left_out() -> None:
    s = Story()
    s.body("g", "2024-01-01", "strategic")
    for i in range(3):
        strategic_meeting(s, f"m{i}", "2025-06-08")
    s.add("meeting.cancelled", "2025-06-01", meeting_id="m0", agreed_by=["b"])
    s.add("meeting.cancelled", "2025-06-02", meeting_id="m1", agreed_by=["b"])
    s.add("meeting.cancelled", "2025-06-01", meeting_id="m2", agreed_by=[])
    assert s.figures("CL2") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    assert s.evidence("CL2") == ([8, 9], [[7, "cancelled"], [11, "late_replan"], [12, "not_agreed"]])


def test_an_open_escalation_counts_its_age_and_a_resolution_answers_too() -> None:
    s = Story()
    for id_ in "xyz":
        s.add("issue.raised", "2025-01-01", issue_id=id_, by_party="a", severity=3)
    s.add("issue.acknowledged", "2025-06-01", issue_id="x", level="strategic", by="p")
    s.add("issue.escalated", "2025-06-01", issue_id="x", level="strategic")  # the answer lies before it
    s.add("issue.escalated", "2025-06-01", issue_id="y", level="strategic")
    s.add("issue.resolved", "2025-06-04", issue_id="y")
    s.add("issue.escalated", "2024-07-01", issue_id="z", level="strategic")  # T − 365
    assert s.figures("CL3") == ("SCORED", "16.5000", None, "2.0000")  # 30 and 3
    assert s.evidence("CL3") == ([10, 11, 12], [])
    assert s.figures("CL3", "2025-06-30") == ("SCORED", "29.0000", None, "3.0000")  # 29, 3, 364


def test_sponsor_cover_is_that_of_the_lowest_party() -> None:
    s = Story()
    s.add("role.assigned", "2024-01-01", role_id="r", role="executive_sponsor", party="a", person="x")
    s.add("role.assigned", "2024-09-10", "b", role_id="q", role="executive_sponsor", party="b", person="y")
    s.add("role.vacated", "2025-06-22", "b", role_id="q")
    # 2024-07-02 … 09-09 are 70 days without, 2025-06-22 … 07-01 are 10: 285 of 365
    assert s.figures("CL1") == ("SCORED", "0.7808", "285.0000", "365.0000")
    assert s.evidence("CL1") == ([6, 7, 8], [])
