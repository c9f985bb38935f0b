"""TC2: balance of reliability. Rules: docs/principles.md A5, A25, A86."""

from promises_told import fulfil, kept, promise, reschedule, withdraw
from story import NO_DATA, NOT_APPLICABLE, Story, Tell


def promises(s: Story, by: str, *in_time: bool, due: str = "2025-06-01") -> list[int]:
    """Promises by a party to another, kept or open; all positions."""
    told = []
    to = "b" if by == "a" else "a"
    for n, is_kept in enumerate(in_time):
        told += kept(s, f"{by}{n}", due, by, to) if is_kept else [promise(s, f"{by}{n}", due, by, to)]
    return told


def test_the_lowest_rate_over_the_highest(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = promises(s, "a", True, True, False)  # 0.6667
    told += promises(s, "b", True, True, True, True, False)  # 0.8
    told += promises(s, "c", True, False, True, False)  # 0.5
    assert s.figures("TC2") == ("SCORED", "0.6250", "0.5000", "0.8000")
    assert s.score("TC2") == "31.25"
    assert s.evidence("TC2") == (told, [])


def test_the_rates_are_compared_as_shown(tell: Tell) -> None:
    s = tell()
    promises(s, "a", True, False, False)  # 0.3333
    promises(s, "b", True, True, False)  # 0.6667
    assert s.figures("TC2") == ("SCORED", "0.4999", "0.3333", "0.6667")


def test_a_party_with_two_promises_due_makes_it_no_data(tell: Tell) -> None:
    s = tell()
    told = promises(s, "a", True, True, True) + promises(s, "b", True, True)
    today = promise(s, "today", "2025-07-01", "b", "a")
    gone = promise(s, "gone", "2025-06-15", "b", "a")
    withdraw(s, "gone", "2025-06-15", agreed_by="b")
    assert s.figures("TC2") == NO_DATA
    assert s.evidence("TC2") == ([], [(today, "not_due"), (gone, "withdrawn")])
    assert s.figures("TC2", "2025-07-02") == ("SCORED", "0.6667", "0.6667", "1.0000")
    assert s.evidence("TC2", "2025-07-02") == ([*told, today], [(gone, "withdrawn")])
    s.policy(TC2={"min_n": 2})
    assert s.figures("TC2") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.score("TC2") == "100.00"


def test_nobody_keeping_any_is_no_data_and_one_party_keeping_none_is_zero(tell: Tell) -> None:
    s = tell()
    promises(s, "a", False, False, False)
    promises(s, "b", False, False, False)
    assert s.figures("TC2") == NO_DATA
    fulfil(s, "a0", "2025-06-01")
    assert s.figures("TC2") == ("SCORED", "0.0000", "0.0000", "0.3333")
    assert s.score("TC2") == "0.00"


def test_a_promise_leaves_the_window_after_a_year(tell: Tell) -> None:
    s = tell()
    promises(s, "a", True, True, True, due="2024-07-01")
    promises(s, "b", True, True, True)
    assert s.figures("TC2") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("TC2", "2025-07-02") == NO_DATA
    s.policy(TC2={"window_days": 366})
    assert s.figures("TC2", "2025-07-02") == ("SCORED", "1.0000", "1.0000", "1.0000")


def test_promises_of_a_party_that_left_are_listed_and_not_compared(tell: Tell) -> None:
    s = tell("a", "b", "c")
    told = promises(s, "a", True, True, True) + promises(s, "b", True, True, False)
    left = [promise(s, f"c{n}", due, "c", "a") for n, due in enumerate(["2025-06-01", "2025-12-31"])]
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("TC2", "2025-06-30") == NO_DATA
    assert s.figures("TC2") == ("SCORED", "0.6667", "0.6667", "1.0000")
    assert s.evidence("TC2") == (told, [(position, "left_party") for position in left])


def test_a_promise_that_a_party_received_is_not_its_own(tell: Tell) -> None:
    s = tell()
    promises(s, "a", True, True, True, True, True, True)
    assert s.figures("TC2") == NO_DATA


def test_a_fulfilment_recorded_late_corrected_and_voided(tell: Tell) -> None:
    s = tell()
    promises(s, "a", True, True, False)
    promises(s, "b", True, True, True)
    known = promise(s, "x", "2025-06-20", "b", "a")
    done = fulfil(s, "x", "2025-06-20", "b")
    moved = s.correct(done, "2025-06-21", commitment_id="x")
    gone = s.void(done)
    assert s.figures("TC2", known_at=known) == ("SCORED", "0.8889", "0.6667", "0.7500")
    assert s.figures("TC2", known_at=done) == ("SCORED", "0.6667", "0.6667", "1.0000")
    assert s.figures("TC2", known_at=moved) == ("SCORED", "0.8889", "0.6667", "0.7500")
    assert s.evidence("TC2", known_at=moved)[0][-3:] == [known, done, moved]
    assert s.figures("TC2", known_at=gone) == ("SCORED", "0.8889", "0.6667", "0.7500")


def test_what_did_not_move_a_date_is_listed(tell: Tell) -> None:
    s = tell()
    promises(s, "a", True, True, False)
    promises(s, "b", True, True, True)
    late = reschedule(s, "a2", "2025-06-02", "2025-06-30")
    assert s.figures("TC2") == ("SCORED", "0.6667", "0.6667", "1.0000")
    assert s.evidence("TC2")[1] == [(late, "late_replan")]


def test_it_does_not_apply_when_switched_off_or_with_one_party_left(tell: Tell) -> None:
    s = tell()
    promises(s, "a", True, True, True)
    promises(s, "b", True, True, True)
    s.add("relationship.party_left", "2025-07-01", party="b")
    assert s.figures("TC2", "2025-06-30") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("TC2") == NOT_APPLICABLE
    assert s.evidence("TC2") == ([], [])
    s.policy(TC2={"enabled": False})
    assert s.figures("TC2", "2025-06-30") == NOT_APPLICABLE
