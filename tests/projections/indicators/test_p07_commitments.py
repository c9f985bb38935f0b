"""TC1 and TC3: commitments kept, broken and disputed. Rules: docs/principles.md 1, A9 to A16, A34."""

import pytest

from promises_told import declare_broken, dispute, fulfil, kept, promise, reschedule, settle, withdraw
from story import NO_DATA, NOT_APPLICABLE, Tell


def test_the_example_of_the_page(tell: Tell) -> None:
    s = tell()
    c1 = kept(s, "c1", "2025-04-02")
    c2 = [promise(s, "c2", "2025-06-30"), fulfil(s, "c2", "2025-07-01")]
    c3 = [
        promise(s, "c3", "2025-05-10"),
        reschedule(s, "c3", "2025-05-09", "2025-05-20"),
        fulfil(s, "c3", "2025-05-20"),
    ]
    c4 = promise(s, "c4", "2025-05-10")
    replan = reschedule(s, "c4", "2025-05-11", "2025-05-20")
    c4_done = fulfil(s, "c4", "2025-05-15")
    kept(s, "c5", "2025-04-01")
    c6 = promise(s, "c6", "2025-07-01")
    c7 = promise(s, "c7", "2025-06-01")
    withdraw(s, "c7", "2025-05-28")
    c8 = promise(s, "c8", "2025-06-15")
    assert s.figures("TC1") == ("SCORED", "0.4000", "2.0000", "5.0000")
    assert s.score("TC1") == "0.00"
    excluded = [(replan, "late_replan"), (c6, "not_due"), (c7, "withdrawn")]
    assert s.evidence("TC1") == ([*c1, *c2, *c3, c4, c4_done, c8], excluded)
    assert s.figures("TC3") == ("SCORED", "0.0000", "0.0000", "6.0000")
    assert s.score("TC3") == "100.00"


def test_what_is_due_today_is_pending_and_what_was_due_yesterday_is_judged(tell: Tell) -> None:
    s = tell()
    told = [promise(s, id_, "2025-06-30") for id_ in "xyz"]
    assert s.figures("TC1", "2025-06-30") == NO_DATA
    assert s.evidence("TC1", "2025-06-30") == ([], [(position, "not_due") for position in told])
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("TC1", "2025-09-28") == ("SCORED", "0.0000", "0.0000", "3.0000")  # 90 days after
    assert s.figures("TC1", "2025-09-29") == NO_DATA
    assert s.evidence("TC1", "2025-09-29") == ([], [])
    s.policy(TC1={"window_days": 91, "min_n": 4})
    assert s.figures("TC1", "2025-09-29") == ("LOW_SAMPLE", "0.0000", "0.0000", "3.0000")


def test_eight_of_ten_kept_score_by_the_goalposts(tell: Tell) -> None:
    s = tell()
    for n in range(8):
        kept(s, f"k{n}", "2025-06-01")
    for n in range(2):
        promise(s, f"o{n}", "2025-06-01")
    assert s.figures("TC1") == ("SCORED", "0.8000", "8.0000", "10.0000")
    assert s.score("TC1") == "85.71"  # 0.3 / 0.35


def test_unfulfilled_for_more_than_thirty_days_is_broken_until_it_is_fulfilled_late(tell: Tell) -> None:
    s = tell()
    told = [promise(s, id_, "2025-06-01") for id_ in "xyz"]
    late = fulfil(s, "x", "2025-07-03")
    assert s.figures("TC3") == ("SCORED", "0.0000", "0.0000", "3.0000")  # 30 days
    assert s.figures("TC3", "2025-07-02") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.score("TC3", "2025-07-02") == "0.00"
    assert s.figures("TC3", "2025-07-03") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.evidence("TC3", "2025-07-03") == ([*told, late], [])
    assert s.figures("TC1", "2025-07-03") == ("SCORED", "0.0000", "0.0000", "3.0000")


def test_declared_broken_counts_from_its_due_date_on_and_one_in_ten_is_part_of_the_way(tell: Tell) -> None:
    s = tell()
    for n in range(9):
        kept(s, f"k{n}", "2025-06-01")
    made = promise(s, "b", "2025-06-30")
    broken = declare_broken(s, "b", "2025-06-01")
    assert s.figures("TC3", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "9.0000")
    assert (made, "not_due") in s.evidence("TC3", "2025-06-30")[1]
    assert s.figures("TC3") == ("SCORED", "0.1000", "1.0000", "10.0000")
    assert s.score("TC3") == "38.46"  # 0.05 / 0.13
    assert s.evidence("TC3")[0][-2:] == [made, broken]


def test_the_first_breach_is_listed_where_one_party_had_noted_it_before(tell: Tell) -> None:
    """docs/evidence.md: TC1 and TC3 list the first `.broken`."""
    s = tell()
    made = promise(s, "b", "2025-06-30")
    own, shared = declare_broken(s, "b", "2025-06-01", own=True), declare_broken(s, "b", "2025-06-02")
    assert s.evidence("TC3") == ([made, shared], [])
    assert s.evidence("TC3", party="a") == ([made, own], [])


def test_attempts_at_commitments_that_are_not_counted_are_not_listed(tell: Tell) -> None:
    """docs/evidence.md, rule 6."""
    s = tell()
    counted = kept(s, "counted", "2025-06-01")
    pending = promise(s, "pending", "2025-08-01")
    reschedule(s, "pending", "2025-06-01", "2025-09-01", agreed_by="a")
    promise(s, "before", "2025-03-01")  # in the window of 90 days ago
    reschedule(s, "before", "2025-03-05", "2025-03-20")
    assert s.evidence("TC1") == (counted, [(pending, "not_due")])


def test_a_disputed_fulfilment_is_not_kept_until_the_dispute_is_rejected(tell: Tell) -> None:
    s = tell()
    told = [*kept(s, "x", "2025-06-01"), *kept(s, "y", "2025-06-01"), *kept(s, "z", "2025-06-01")]
    disputed = dispute(s, "x", "2025-06-10")
    settled = settle(s, "x", "2025-06-20", "rejected")
    assert s.figures("TC1", "2025-06-09") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.figures("TC1", "2025-06-19") == ("SCORED", "0.6667", "2.0000", "3.0000")
    assert s.figures("TC3", "2025-06-19") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("TC3", "2025-06-19") == ([*told, disputed], [])
    assert s.figures("TC1") == ("SCORED", "1.0000", "3.0000", "3.0000")
    assert s.figures("TC3") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.evidence("TC1") == ([*told, settled], [])
    again = dispute(s, "x", "2025-06-25")
    assert s.figures("TC3") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("TC3") == ([*told, again], [])


def test_an_upheld_dispute_cancels_the_fulfilment_and_another_may_follow(tell: Tell) -> None:
    s = tell()
    s.policy(TC1={"min_n": 1}, TC3={"min_n": 1})
    made, _ = kept(s, "x", "2025-06-10")
    dispute(s, "x", "2025-06-11")
    dispute(s, "x", "2025-06-11", party="a")
    upheld = settle(s, "x", "2025-06-12", "upheld")
    assert s.figures("TC1", "2025-06-12") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("TC3", "2025-06-12") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("TC1", "2025-06-12") == ([made, upheld], [])
    assert s.figures("TC3", "2025-07-11") == ("SCORED", "1.0000", "1.0000", "1.0000")
    done = fulfil(s, "x", "2025-06-30")
    assert s.figures("TC3", "2025-07-11") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("TC1") == ([made, upheld, done], [])


def test_a_second_fulfilment_in_time_is_kept(tell: Tell) -> None:
    s = tell()
    s.policy(TC1={"min_n": 1})
    promise(s, "x", "2025-06-10")
    fulfil(s, "x", "2025-06-01")
    dispute(s, "x", "2025-06-02")
    settle(s, "x", "2025-06-03", "upheld")
    fulfil(s, "x", "2025-06-10")
    assert s.figures("TC1") == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_fulfilled_late_and_disputed_counts_as_disputed_too(tell: Tell) -> None:
    s = tell()
    s.policy(TC1={"min_n": 1}, TC3={"min_n": 1})
    told = [promise(s, "x", "2025-06-01"), fulfil(s, "x", "2025-06-02"), dispute(s, "x", "2025-06-03")]
    assert s.figures("TC3") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("TC3") == (told, [])


def test_only_a_rescheduling_in_time_and_agreed_by_all_beneficiaries_moves_the_date(tell: Tell) -> None:
    s = tell("a", "b", "c")
    in_time = promise(s, "in time", "2025-06-10", to="bc")
    mover = reschedule(s, "in time", "2025-06-10", "2025-07-01", agreed_by="bc")
    late = promise(s, "late", "2025-06-10", to="bc")
    replan = reschedule(s, "late", "2025-06-11", "2025-07-01", agreed_by="bc")
    alone = promise(s, "alone", "2025-06-10", to="bc")
    refused = reschedule(s, "alone", "2025-06-10", "2025-07-01", agreed_by="b")
    done = [fulfil(s, id_, "2025-06-20") for id_ in ("in time", "late", "alone")]
    s.policy(TC1={"min_n": 1})
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "2.0000")
    excluded = [(in_time, "not_due"), (replan, "late_replan"), (refused, "not_agreed")]
    assert s.evidence("TC1") == ([late, alone, *done[1:]], excluded)
    assert s.figures("TC1", "2025-07-02") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.evidence("TC1", "2025-07-02")[0] == [in_time, mover, late, alone, *done]


def test_a_beneficiary_that_has_left_need_not_agree(tell: Tell) -> None:
    s = tell("a", "b", "c")
    promise(s, "x", "2025-06-10", to="bc")
    s.add("relationship.party_left", "2025-06-01", party="c")
    reschedule(s, "x", "2025-06-02", "2025-06-20", agreed_by="b")
    fulfil(s, "x", "2025-06-20")
    s.policy(TC1={"min_n": 1})
    assert s.figures("TC1") == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_only_a_withdrawal_in_time_and_agreed_by_all_takes_a_promise_out(tell: Tell) -> None:
    s = tell("a", "b", "c")
    gone, late, alone, ahead = (promise(s, id_, "2025-06-10", to="bc") for id_ in ("gone", "late", "alone", "ahead"))
    withdraw(s, "gone", "2025-06-10", agreed_by="bc")
    too_late = withdraw(s, "late", "2025-06-11", agreed_by="bc")
    refused = withdraw(s, "alone", "2025-06-10", agreed_by="b")
    reschedule(s, "ahead", "2025-06-01", "2025-12-31", agreed_by="bc")
    withdraw(s, "ahead", "2025-06-02", agreed_by="bc")
    s.policy(TC1={"min_n": 1})
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "2.0000")
    excluded = [(gone, "withdrawn"), (ahead, "withdrawn"), (too_late, "late_replan"), (refused, "not_agreed")]
    assert s.evidence("TC1") == ([late, alone], excluded)
    assert s.figures("TC3") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")


def test_a_promise_of_a_party_that_has_left_is_still_judged(tell: Tell) -> None:
    s = tell("a", "b", "c")
    s.policy(TC1={"min_n": 1})
    promise(s, "x", "2025-06-10", by="c", to="a")
    s.add("relationship.party_left", "2025-06-01", party="c")
    assert s.figures("TC1") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_acceptance_and_confirmation_change_nothing(tell: Tell) -> None:
    s = tell()
    s.policy(TC1={"min_n": 1})
    told = kept(s, "x", "2025-06-10")
    s.add("commitment.accepted", "2024-02-01", "b", commitment_id="x", party="b")
    s.add("commitment.fulfilment_confirmed", "2025-06-11", "b", commitment_id="x", party="b")
    assert s.figures("TC1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("TC1") == (told, [])


def test_a_fulfilment_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    s.policy(TC1={"min_n": 1}, TC3={"min_n": 1})
    made = promise(s, "x", "2025-05-01")
    done = fulfil(s, "x", "2025-05-01")
    moved = s.correct(done, "2025-05-02", commitment_id="x")
    gone = s.void(done)
    assert s.figures("TC1", known_at=made) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("TC3", known_at=made) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("TC1", known_at=done) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("TC1", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("TC3", known_at=moved) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("TC1", known_at=moved) == ([made, done, moved], [])
    assert s.figures("TC3", known_at=gone) == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_a_corrected_due_date_is_the_date_from_the_start(tell: Tell) -> None:
    s = tell()
    s.policy(TC1={"min_n": 1})
    made = promise(s, "x", "2025-05-01")
    done = fulfil(s, "x", "2025-05-10")
    fixed = s.correct(made, by_party="a", to_parties=["b"], title="t", due_on="2025-05-10")
    assert s.figures("TC1", known_at=done) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("TC1", known_at=fixed) == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("TC1", known_at=fixed) == ([made, done, fixed], [])


@pytest.mark.parametrize("indicator", ["TC1", "TC3"])
def test_neither_applies_when_switched_off_or_with_one_party_left(tell: Tell, indicator: str) -> None:
    s = tell(stage=1)
    for id_ in "xyz":
        kept(s, id_, "2025-06-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures(indicator, "2025-06-30")[0] == "SCORED"
    assert s.figures(indicator) == NOT_APPLICABLE
    assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False}})
    assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
