"""BO1 and BO2: objectives that serve every side and that all stand behind. Rules: docs/principles.md A40, A41."""

from typing import Any

import pytest

from story import NOT_APPLICABLE, Story, Tell


def objective(s: Story, id_: str, due: str = "2025-12-31", on: str = "2025-01-01", linked: str = "") -> int:
    links = [{"party": party, "own_objective": "Grow."} for party in linked]
    said: dict[str, Any] = {"title": "t", "measure": "m", "unit": "u", "baseline": "0", "target": "1", "due_on": due}
    return s.add("objective.agreed", on, objective_id=id_, **said, owner_party="a", links=links)


def link(s: Story, id_: str, party: str, on: str = "2025-01-02") -> int:
    return s.add("objective.linked", on, party, objective_id=id_, party=party, own_objective="Grow.")


def endorse(s: Story, id_: str, party: str, on: str = "2025-01-02") -> int:
    return s.add("objective.endorsed", on, party, objective_id=id_, party=party)


def test_links_given_at_once_and_later_count_alike(tell: Tell) -> None:
    s = tell()
    both = objective(s, "both", linked="ab")
    mixed, later = objective(s, "mixed", linked="a"), link(s, "mixed", "b", "2025-07-01")
    twice = objective(s, "twice", linked="a")
    again = s.add("objective.linked", "2025-02-01", objective_id="twice", party="a", own_objective="Shrink.")
    none = objective(s, "none")
    assert s.figures("BO1", "2025-06-30") == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.figures("BO1") == ("SCORED", "0.5000", "2.0000", "4.0000")
    assert s.score("BO1") == "0.00"
    assert s.evidence("BO1") == ([both, mixed, later, twice, again, none], [])


def test_only_an_endorsement_endorses(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = [objective(s, "all", linked="abc"), *(endorse(s, "all", party) for party in "abc")]
    told += [objective(s, "most", linked="abc"), endorse(s, "most", "a"), endorse(s, "most", "b")]
    told += [objective(s, "some"), endorse(s, "some", "c"), objective(s, "every")]
    told += [endorse(s, "every", party) for party in "abc"]
    told += [objective(s, "whole"), *(endorse(s, "whole", party) for party in "abc")]
    assert s.figures("BO2") == ("SCORED", "0.6000", "3.0000", "5.0000")
    assert s.score("BO2") == "20.00"
    assert s.evidence("BO2") == (told, [])
    assert s.figures("BO1") == ("SCORED", "0.4000", "2.0000", "5.0000")


@pytest.mark.parametrize("indicator", ["BO1", "BO2"])
def test_no_active_objective_is_zero_of_zero(tell: Tell, indicator: str) -> None:
    s = tell()
    assert s.figures(indicator) == ("SCORED", "0.0000", "0.0000", "0.0000")
    objective(s, "o", due="2025-06-30")
    assert s.figures(indicator) == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.score(indicator) == "0.00"
    assert s.evidence(indicator) == ([], [])


def test_an_objective_is_active_from_its_agreement_to_its_due_date(tell: Tell) -> None:
    s = tell()
    o = objective(s, "o", on="2025-06-01", due="2025-06-30", linked="ab")
    assert s.figures("BO1", "2025-05-31") == ("SCORED", "0.0000", "0.0000", "0.0000")
    assert s.figures("BO1", "2025-06-01") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.score("BO1", "2025-06-01") == "100.00"
    assert s.evidence("BO1", "2025-06-30") == ([o], [])
    assert s.figures("BO1", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("BO1", "2025-07-01") == ("SCORED", "0.0000", "0.0000", "0.0000")
    s.policy(BO1={"min_n": 2})
    assert s.figures("BO1", "2025-06-30") == ("LOW_SAMPLE", "1.0000", "1.0000", "1.0000")
    assert s.figures("BO1", "2025-07-01") == ("SCORED", "0.0000", "0.0000", "0.0000")


def revise(s: Story, id_: str, on: str, due: str | None, target: str | None = None, agreed_by: str = "b") -> int:
    said: dict[str, Any] = {name: value for name, value in (("due_on", due), ("target", target)) if value is not None}
    return s.add("objective.revised", on, objective_id=id_, agreed_by=list(agreed_by), **said)


def withdraw(s: Story, id_: str, on: str, agreed_by: str = "b") -> int:
    return s.add("objective.withdrawn", on, objective_id=id_, agreed_by=list(agreed_by))


def test_a_revision_that_all_agree_to_in_time_keeps_an_objective_active(tell: Tell) -> None:
    s = tell()
    moved = objective(s, "moved", due="2025-06-01")
    revise(s, "moved", "2025-05-01", due="2025-06-20")
    mover = revise(s, "moved", "2025-06-20", due="2025-07-01")
    aimed = revise(s, "moved", "2025-06-21", due=None, target="2")
    late = objective(s, "late", due="2025-06-01")
    revise(s, "late", "2025-06-02", due="2025-12-31")
    alone = objective(s, "alone")
    tried = [
        revise(s, "alone", "2025-02-01", due="2025-03-01", agreed_by=""),
        withdraw(s, "alone", "2025-02-02", agreed_by=""),
    ]
    assert s.figures("BO1") == ("SCORED", "0.0000", "0.0000", "2.0000")
    assert s.evidence("BO1") == ([moved, mover, alone], [(position, "not_agreed") for position in tried])
    assert s.evidence("BO1", "2025-05-31")[0] == [moved, moved + 1, late, alone]
    assert aimed not in s.evidence("BO1")[0]
    assert s.figures("BO1", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_an_objective_withdrawn_by_all_in_time_is_left_out(tell: Tell) -> None:
    s = tell()
    gone, kept = objective(s, "gone", linked="ab"), objective(s, "kept", due="2025-07-01", linked="ab")
    withdraw(s, "gone", "2025-07-01")
    touch = endorse(s, "kept", "a")
    assert s.figures("BO1", "2025-06-30") == ("SCORED", "1.0000", "2.0000", "2.0000")
    assert s.figures("BO1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO1") == ([kept], [(gone, "withdrawn")])
    assert s.evidence("BO2") == ([kept, touch], [(gone, "withdrawn")])


def test_what_a_party_said_before_it_left_is_listed_and_does_not_count(tell: Tell) -> None:
    s = tell("a", "b", "c")
    o = objective(s, "o", linked="a")
    of_b, of_c = link(s, "o", "b"), link(s, "o", "c")
    backed = [endorse(s, "o", party) for party in "abc"]
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("BO1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO1", "2025-06-30") == ([o, of_b, of_c], [])
    assert s.evidence("BO1") == ([o, of_b], [(of_c, "left_party")])
    assert s.figures("BO2") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO2") == ([o, *backed[:2]], [(backed[2], "left_party")])


def test_a_party_that_joins_has_still_to_be_linked(tell: Tell) -> None:
    s = tell()
    objective(s, "o", linked="ab")
    s.add("relationship.party_joined", "2025-07-01", party="c")
    assert s.figures("BO1", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("BO1") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_links_and_endorsements_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    o = objective(s, "o", linked="a")
    linked, backed = link(s, "o", "b"), endorse(s, "o", "a")
    other = endorse(s, "o", "b", "2025-01-03")
    moved = s.correct(linked, "2025-07-01", objective_id="o", party="b", own_objective="Grow.")
    gone = s.void(other)
    assert s.figures("BO1", "2025-06-30", known_at=o) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO1", "2025-06-30", known_at=linked) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("BO1", "2025-06-30", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO1", known_at=moved) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO1", known_at=moved) == ([o, linked, moved], [])
    assert s.figures("BO2", known_at=backed) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO2", known_at=other) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("BO2", known_at=gone) == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_links_in_a_corrected_objective_are_those_of_the_correction(tell: Tell) -> None:
    s = tell()
    o = objective(s, "o", linked="a")
    said: dict[str, Any] = {"title": "t", "measure": "m", "unit": "u", "baseline": "0", "target": "1"}
    links = [{"party": party, "own_objective": "Grow."} for party in "ab"]
    fixed = s.correct(o, **said, due_on="2025-12-31", owner_party="a", links=links)
    assert s.figures("BO1", known_at=o) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("BO1", known_at=fixed) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("BO1", known_at=fixed) == ([o, fixed], [])


@pytest.mark.parametrize("indicator", ["BO1", "BO2"])
def test_neither_applies_before_stage_5_or_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=4)
    objective(s, "o", linked="ab")
    s.add("lifecycle.stage_entered", "2025-06-01", stage=5, gate="proceed")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-05-31") == NOT_APPLICABLE
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
