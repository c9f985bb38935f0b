"""Commitments, reschedulings, withdrawals and disputes (docs/principles.md A8 to A16, A34)."""

import pytest

from oracle.compose import commitments
from oracle.story import REL, Story, T


def promised(done: str | None = None, *parties: str) -> Story:
    """A promise of a to b, position 6, due on 2025-05-31."""
    s = Story(*parties)
    s.promise("c", "2025-05-31", done)
    return s


def test_unfulfilled_is_pending_to_the_due_date_overdue_for_30_days_and_then_broken() -> None:
    s = promised()
    days = ["2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01"]
    assert [s.outcome("c", day) for day in days] == ["PENDING", "OVERDUE", "OVERDUE", "BROKEN"]


def test_lapsed_and_then_fulfilled_is_late_but_declared_broken_stays_broken() -> None:
    s = promised("2025-07-01")
    assert [s.outcome("c", "2025-06-30"), s.outcome("c", "2025-07-01")] == ["OVERDUE", "LATE"]
    s = promised()
    s.add("commitment.broken", "2025-05-20", commitment_id="c", reason_code="x")
    assert [s.outcome("c", "2025-05-19"), s.outcome("c", "2025-05-20")] == ["PENDING", "BROKEN"]


def test_a_dispute_is_open_until_it_is_settled_and_upheld_takes_the_fulfilment_away() -> None:
    s = promised("2025-05-31")
    s.add("commitment.fulfilment_disputed", "2025-06-02", "b", commitment_id="c", party="b")
    s.add("commitment.dispute_settled", "2025-06-10", commitment_id="c", outcome="upheld")
    s.add("commitment.fulfilled", "2025-06-12", commitment_id="c")
    days = ["2025-06-01", "2025-06-02", "2025-06-09", "2025-06-10", "2025-06-12"]
    assert [s.outcome("c", day) for day in days] == ["KEPT", "DISPUTED", "DISPUTED", "OVERDUE", "LATE"]
    assert s.evidence("TC1") == ([6, 9, 10], [])


def test_a_rejected_dispute_leaves_the_fulfilment_standing() -> None:
    s = promised("2025-05-31")
    s.add("commitment.fulfilment_disputed", "2025-06-02", "b", commitment_id="c", party="b")
    s.add("commitment.dispute_settled", "2025-06-10", commitment_id="c", outcome="rejected")
    assert s.outcome("c") == "KEPT"
    assert s.evidence("TC1") == ([6, 7, 9], [])


def test_tc3_counts_a_late_commitment_with_an_open_dispute() -> None:
    s = promised("2025-06-01")
    s.promise("d", "2025-06-01", "2025-06-01")
    s.promise("e", "2025-06-01", "2025-06-02")
    for id_ in ("c", "d"):
        s.add("commitment.fulfilment_disputed", "2025-06-03", "b", commitment_id=id_, party="b")
    assert [s.outcome(id_) for id_ in "cde"] == ["LATE", "DISPUTED", "LATE"]
    assert s.figures("TC3") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "3.0000")


@pytest.mark.parametrize(
    ("on", "agreed", "effect"),
    [
        ("2025-05-31", ["b"], "moves_due_date"),
        ("2025-06-01", ["b"], "late_replan"),
        ("2025-06-01", [], "late_replan"),
        ("2025-05-31", ["a"], "not_agreed"),
    ],
)
def test_a_rescheduling_is_late_before_it_is_not_agreed(on: str, agreed: list[str], effect: str) -> None:
    s = promised()
    s.add("commitment.rescheduled", on, commitment_id="c", new_due_on="2025-06-20", requested_on=on, agreed_by=agreed)
    found = commitments(s.log, REL, T)["c"]
    assert found["reschedules"] == [effect]
    assert found["scored_due"] == ("2025-06-20" if effect == "moves_due_date" else "2025-05-31")
    moved = effect == "moves_due_date"
    assert s.evidence("TC1") == ([6, 7] if moved else [6], [] if moved else [[7, effect]])


def test_whoever_records_a_rescheduling_agrees_to_it() -> None:
    s = promised()
    s.add(
        "commitment.rescheduled",
        "2025-05-01",
        "b",
        commitment_id="c",
        new_due_on="2025-06-20",
        requested_on="2025-05-01",
        agreed_by=[],
    )
    assert commitments(s.log, REL, T)["c"]["reschedules"] == ["moves_due_date"]


def test_a_beneficiary_that_has_left_need_not_agree() -> None:
    s = promised(None, "a", "b", "c")
    s.add("relationship.party_left", "2025-05-01", party="b")
    s.add(
        "commitment.rescheduled",
        "2025-04-30",
        commitment_id="c",
        new_due_on="2025-06-01",
        requested_on="2025-04-30",
        agreed_by=[],
    )
    s.add(
        "commitment.rescheduled",
        "2025-05-01",
        commitment_id="c",
        new_due_on="2025-06-20",
        requested_on="2025-05-01",
        agreed_by=[],
    )
    assert commitments(s.log, REL, T)["c"]["reschedules"] == ["not_agreed", "moves_due_date"]


@pytest.mark.parametrize(
    ("on", "agreed", "outcome", "excluded"),
    [
        ("2025-05-31", ["b"], "WITHDRAWN", [[6, "withdrawn"]]),
        ("2025-06-01", ["b"], "BROKEN", [[7, "late_replan"]]),
        ("2025-05-31", [], "BROKEN", [[7, "not_agreed"]]),
    ],
)
def test_a_withdrawal_counts_when_mutual_and_in_time(
    on: str, agreed: list[str], outcome: str, excluded: list[list[object]]
) -> None:
    s = promised()
    s.add("commitment.withdrawn", on, commitment_id="c", agreed_by=agreed)
    assert s.outcome("c") == outcome
    assert s.evidence("TC1") == ([] if outcome == "WITHDRAWN" else [6], excluded)


def test_the_page_example_lists_its_evidence() -> None:
    s = Story()
    s.promise("c1", "2025-04-02", "2025-04-02")  # 6, 7 kept
    s.promise("c2", "2025-06-30", "2025-07-01")  # 8, 9 late
    s.promise("c5", "2025-04-01")  # 10 outside
    s.promise("c6", "2025-07-01")  # 11 pending
    s.promise("c8", "2025-06-15")  # 12 overdue
    assert s.figures("TC1") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("TC1") == ([6, 7, 8, 9, 12], [[11, "not_due"]])


def test_a_party_without_enough_due_leaves_no_balance() -> None:
    s = Story()
    for i, day in enumerate(["2025-02-01", "2025-02-02", "2025-02-03"]):
        s.promise(f"a{i}", day, day)
        s.promise(f"b{i}", day, day if i else None, by="b", to="a")
    assert s.figures("TC2") == ("SCORED", "0.6667", "0.6667", "1.0000")
    s.add("relationship.party_joined", "2025-03-01", party="c")
    assert s.figures("TC2") == ("NO_DATA", None, None, None)
