"""Corrections, voids, views and known-at (docs/principles.md A2, A3, A76 to A79, A93)."""

from oracle.story import REL, Story

NO_DATA = ("NO_DATA", None, None, None)


def kept_three() -> Story:
    s = Story()
    s.promise("c1", "2025-06-01", "2025-06-01")
    s.promise("c2", "2025-06-02", "2025-06-02")
    s.promise("c3", "2025-06-03", "2025-06-05")
    return s


def test_a_correction_acts_from_its_position_on() -> None:
    s = kept_three()
    corrected = s.correct("done-c3", on="2025-06-03", commitment_id="c3")
    assert corrected == 12
    assert s.figures("TC1", known_at=11) == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.figures("TC1", known_at=12) == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.evidence("TC1", known_at=11) == ([6, 7, 8, 9, 10, 11], [])
    assert s.evidence("TC1", known_at=12) == ([6, 7, 8, 9, 10, 11, 12], [])


def test_the_last_correction_counts_and_a_date_left_out_stays_as_it_stood() -> None:
    s = kept_three()
    s.correct("done-c3", on="2025-06-03", commitment_id="c3")
    s.correct("done-c3")
    assert s.figures("TC1")[1] == "1.0000"


def test_a_voided_correction_has_no_effect() -> None:
    s = kept_three()
    s.correct("done-c3", ref="better", on="2025-06-03", commitment_id="c3")
    s.void("better")
    assert s.figures("TC1")[1] == "0.6667"
    assert s.evidence("TC1")[0] == [6, 7, 8, 9, 10, 11]


def test_a_voided_void_leaves_the_entry_standing_and_a_third_void_takes_it_away_again() -> None:
    s = kept_three()
    s.void("done-c3", ref="v1")
    s.void("v1", ref="v2")
    s.void("v2")
    assert s.outcome("c3", known_at=11) == "LATE"
    assert s.outcome("c3", known_at=12) == "OVERDUE"
    assert s.outcome("c3", known_at=13) == "LATE"
    assert s.outcome("c3", known_at=14) == "OVERDUE"


def test_a_correction_may_move_an_entry_out_of_the_time_looked_at() -> None:
    s = kept_three()
    s.correct("made-c3", on="2025-06-30", by_party="a", to_parties=["b"], due_on="2025-06-30")
    assert s.figures("TC1", "2025-06-29") == ("LOW_SAMPLE", "1.0000", "2.0000", "2.0000")
    assert s.outcome("c3", "2025-07-01") == "KEPT"


def test_an_instant_is_the_highest_position_recorded_by_then() -> None:
    s = kept_three()
    at = s.log[9]["recorded_at"]
    assert s.card(known_at=at)["known_at"] == 10


def test_a_private_entry_exists_for_its_own_party_alone() -> None:
    s = kept_three()
    s.add(
        "commitment.made",
        "2024-01-10",
        own=True,
        commitment_id="c4",
        by_party="a",
        to_parties=["b"],
        due_on="2025-06-04",
    )
    assert s.figures("TC1")[3] == "3.0000"
    assert s.figures("TC1", view="own", party="a")[3] == "4.0000"
    assert s.figures("TC1", view="own", party="b")[3] == "3.0000"
    card = s.card(view="own", party="a")
    assert (card["view"], card["party"], card["relationship"]) == ("own", "a", REL)


def test_an_entry_about_something_that_does_not_exist_in_the_view_is_ignored() -> None:
    s = Story()
    s.add("initiative.proposed", "2025-01-01", own=True, initiative_id="i", by_party="a")
    money = {"amount": "10.00", "currency": "EUR"}
    s.add(
        "value.realised",
        "2025-02-01",
        realisation_id="r",
        initiative_id="i",
        money=money,
        shares={"a": "10.00"},
        claimed_by="a",
    )
    s.add("value.verified", "2025-02-02", realisation_id="r", by_party="b")
    assert s.figures("VC5") == NO_DATA
    assert s.figures("VC5", view="own", party="a") == ("SCORED", "1.0000", "10.0000", "10.0000")
