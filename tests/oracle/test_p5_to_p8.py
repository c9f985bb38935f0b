"""Governance, competence, value: both sides of each boundary, computed by hand."""

from typing import Any

from oracle.story import Story

NO_DATA = ("NO_DATA", None, None, None)


def held(s: Story, on: str, *parties: str, role: str = "manager", body: str = "g") -> int:
    attendees = [{"party": party, "role": role, "person": "x"} for party in parties]
    return s.add("meeting.held", on, meeting_id=f"{body}{on}", body_id=body, attendees=attendees)


def test_cadence_counts_no_more_meetings_than_were_due() -> None:
    s = Story()
    s.body("g", "2025-05-02", cadence=30)  # 61 active days by T: 2 due
    s.body("h", "2025-05-02", cadence=30)
    s.add("governance_body.dissolved", "2025-07-01", body_id="h")  # 60 days: 2 due
    s.body("i", "2025-06-03", cadence=30)  # 29 days: none
    for day in ("2025-05-02", "2025-06-01", "2025-06-02"):
        held(s, day, "a")
    held(s, "2025-05-03", "a", body="h")
    assert s.figures("GP1") == ("SCORED", "0.7500", "3.0000", "4.0000")
    assert s.evidence("GP1") == ([6, 7, 8, 10, 11, 12, 13], [])
    assert s.figures("GP1", "2025-06-29") == ("SCORED", "1.0000", "2.0000", "2.0000")


def test_quorum_asks_for_a_required_role_of_every_party_active_that_day() -> None:
    s = Story("a", "b", "c")
    s.body("g", "2025-01-01", roles=["manager"])
    s.body("h", "2025-01-01", roles=[])
    s.add("relationship.party_left", "2025-06-10", party="c")
    held(s, "2025-06-09", "a", "b")
    held(s, "2025-06-10", "a", "b")
    held(s, "2025-06-11", "a", "b", role="guest")
    held(s, "2025-06-12", "a", "b", role="guest", body="h")
    assert s.figures("GP2") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.evidence("GP2") == ([9, 10, 11, 12], [])


def test_a_decision_reversed_by_its_due_date_is_left_out() -> None:
    s = Story()
    s.body("g", "2025-01-01")
    for id_, due in (("x", "2025-06-01"), ("y", "2025-06-01"), ("z", "2025-01-02"), ("o", "2025-01-01"), ("n", None)):
        s.add("decision.taken", "2024-12-01" if not due else "2025-01-01", body_id="g", decision_id=id_, due_on=due)
    s.add("decision.reversed", "2025-06-01", decision_id="x")
    s.add("decision.implemented", "2025-06-01", decision_id="y")
    s.add("decision.reversed", "2025-06-02", decision_id="y")
    assert s.figures("GP3") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("GP3") == ([8, 9, 13], [[7, "reversed"]])


def test_competence_counts_the_last_required_level_and_the_last_assessment() -> None:
    s = Story()
    s.add("competence.required", "2024-01-01", role="engineer", competence="welding", level=2)
    s.add("competence.required", "2024-01-01", role="engineer", competence="english", level=3)
    s.add("competence.required", "2025-01-01", role="engineer", competence="welding", level=4)
    for id_ in "xyz":
        s.add("role.assigned", "2024-01-01", role_id=id_, role="engineer", party="a", person="p")
    s.add("role.vacated", "2025-07-01", role_id="z")
    assess: Any = s.add
    for role, competence, level, until in (
        ("x", "welding", 3, "2025-07-01"),
        ("x", "english", 3, "2025-07-01"),
        ("y", "welding", 5, "2025-12-31"),
        ("y", "welding", 5, "2025-06-30"),
        ("z", "english", 5, "2025-12-31"),
    ):
        about = {"role_id": role, "competence": competence, "level": level, "valid_until": until}
        assess("competence.assessed", "2025-02-01", **about)
    assert s.figures("CB1") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.evidence("CB1") == ([7, 8, 9, 10, 13, 14], [])
    assert s.figures("CB2") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")
    assert s.evidence("CB2") == ([7, 8, 9, 13, 14], [])


def test_behaviour_needs_three_raters_of_every_party() -> None:
    s = Story()
    for about, by in (("a", "b"), ("b", "a")):
        for who in range(3):
            s.add("behaviour.rated", "2024-07-01", by, about_party=about, by_party=by, respondent=f"{who}", rating=4)
    assert s.figures("CB4") == ("SCORED", "4.0000", None, None)  # 365 days old
    assert s.figures("CB4", "2025-07-02") == NO_DATA
    s.add("behaviour.rated", "2024-08-01", about_party="b", by_party="a", respondent="0", rating=2)
    assert s.figures("CB4") == ("SCORED", "3.3333", None, None)
    assert s.evidence("CB4") == ([6, 7, 8, 10, 11, 12], [[9, "duplicate_answer"]])
    assert s.evidence("CB4", "2025-07-02") == ([], [[12, "too_few_respondents"]])


def approve(s: Story, id_: str, on: str, amount: str, start: str, end: str, **more: Any) -> int:
    target = {"amount": amount, "currency": "EUR"}
    return s.add("initiative.approved", on, initiative_id=id_, target=target, start_on=start, target_by=end, **more)


def proposal(s: Story, id_: str, on: str = "2024-01-01", by: str = "a") -> int:
    return s.add("initiative.proposed", on, by, initiative_id=id_, by_party=by)


def test_target_to_date_runs_straight_steps_with_phasing_and_freezes_when_stopped() -> None:
    s = Story()
    for id_ in "wxyz":
        proposal(s, id_)
    approve(s, "w", "2025-01-01", "99.00", "2025-06-01", "2025-08-31")  # replaced
    approve(s, "w", "2025-02-01", "100.00", "2025-06-01", "2025-08-31")  # 30/91 = 0.3297: 32.97
    steps = [{"by": "2025-07-01", "amount": "10.00"}, {"by": "2025-07-02", "amount": "30.00"}]
    approve(s, "x", "2025-01-01", "40.00", "2025-01-01", "2025-12-31", phasing=steps)  # 10.00
    approve(s, "y", "2025-01-01", "20.00", "2025-01-01", "2025-01-11")
    s.add("initiative.stopped", "2025-01-06", initiative_id="y")  # frozen at half: 10.00
    approve(s, "z", "2025-01-01", "5.00", "2025-07-01", "2025-07-01")  # equal and reached: 5.00
    s.claim("r", "w", "2025-06-15", "28.99", {"a": "28.99"})
    s.add("value.verified", "2025-07-01", "b", realisation_id="r", by_party="b")
    s.claim("q", "w", "2025-06-15", "11.00", {"a": "11.00"})
    assert s.figures("VC1") == ("SCORED", "0.5001", "28.9900", "57.9700")
    assert s.evidence("VC1") == ([11, 12, 13, 14, 15, 16, 17], [])
    assert s.figures("VC5") == ("SCORED", "0.7249", "28.9900", "39.9900")
    s.add("value.reversed", "2025-07-01", realisation_id="r")
    assert s.figures("VC1")[1] == "0.0000"
    assert s.figures("VC5") == ("SCORED", "0.0000", "0.0000", "11.0000")
    assert s.evidence("VC5") == ([18], [[16, "reversed"]])


def test_shares_are_weighed_over_initiatives_with_an_agreed_share_and_realised_value() -> None:
    s = Story()
    for id_ in "xyz":
        proposal(s, id_)
    approve(s, "x", "2025-01-01", "100.00", "2025-01-01", "2025-12-31", agreed_share={"a": "33.33", "b": "66.67"})
    approve(s, "y", "2025-01-01", "500.00", "2025-01-01", "2025-12-31", agreed_share={"a": "0", "b": "100"})
    approve(s, "z", "2025-01-01", "500.00", "2025-01-01", "2025-12-31")
    for id_, initiative in (("r", "x"), ("q", "z")):
        s.claim(id_, initiative, "2025-06-01", "3.00", {"a": "1.00", "b": "2.00"})
        s.add("value.verified", "2025-06-02", "b", realisation_id=id_, by_party="b")
    # realised and agreed alike: a third and two thirds, shown with four decimals
    assert s.figures("VC2") == ("SCORED", "1.0000", None, None)
    assert s.evidence("VC2") == ([9, 12, 13], [[14, "not_agreed"]])
    s.claim("p", "x", "2025-06-01", "1.00", {"a": "1.00", "b": "0"})
    s.add("value.verified", "2025-06-02", "b", realisation_id="p", by_party="b")
    # r = 0.5, 0.5: distances 0.1667 twice
    assert s.figures("VC2") == ("SCORED", "0.8333", None, None)


def test_ideas_of_the_party_with_fewest_are_weighed() -> None:
    s = Story("a", "b", "c")
    proposal(s, "p0", "2024-07-02", "a")
    proposal(s, "p1", "2025-01-01", "a")
    proposal(s, "p2", "2025-01-01", "b")
    proposal(s, "p3", "2024-07-01", "b")
    proposal(s, "p4", "2025-01-01", "c")
    assert s.figures("VC3") == ("SCORED", "0.7500", "3.0000", "4.0000")
    s.add("relationship.party_left", "2025-06-01", party="c")
    assert s.figures("VC3") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("VC3") == ([6, 7, 8], [[10, "left_party"]])
    assert s.figures("VC3", "2025-07-02") == NO_DATA
