"""VC1, VC2 and VC5: value planned, realised, shared and verified. Rules: docs/principles.md A55 to A57, A60."""

from typing import Any

from story import NO_DATA, NOT_APPLICABLE, Story, Tell, uid

Money = dict[str, str]
ALL = ("VC1", "VC2", "VC3", "VC4", "VC5")


def eur(amount: str) -> Money:
    return {"amount": amount, "currency": "EUR"}


def usd(amount: str, rate: str) -> Money:
    return {"amount": amount, "currency": "USD", "rate": rate}


def propose(s: Story, name: str, on: str = "2024-01-01") -> int:
    idea: dict[str, Any] = {"initiative_id": name, "by_party": "a", "title": "x", "value_type": "cost"}
    return s.add("initiative.proposed", on, **idea, expected=eur("1.00"))


def approve(
    s: Story, name: str, target: Money, start_on: str, target_by: str, on: str = "2024-01-02", **more: Any
) -> int:
    plan: dict[str, Any] = {"start_on": start_on, "target_by": target_by, **more}
    return s.add("initiative.approved", on, initiative_id=name, target=target, **plan)


def plan(s: Story, name: str, amount: str, **more: Any) -> int:
    """An idea approved with a target that is due as a whole since 2024-02-01; the position of the approval."""
    propose(s, name)
    return approve(s, name, eur(amount), "2024-02-01", "2024-02-01", **more)


def claimed(name: str, initiative: str, money: Money, shares: dict[str, str] | None = None) -> dict[str, Any]:
    split = {uid(party): amount for party, amount in (shares or {"a": money["amount"]}).items()}
    return {
        "realisation_id": name,
        "initiative_id": initiative,
        "money": money,
        "shares": split,
        "claimed_by": uid("a"),
    }


def claim(
    s: Story, name: str, initiative: str, on: str, money: Money, shares: dict[str, str] | None = None, own: bool = False
) -> int:
    return s.add("value.realised", on, own=own, **claimed(name, initiative, money, shares))


def verify(s: Story, name: str, on: str) -> int:
    return s.add("value.verified", on, "b", realisation_id=name, by_party="b")


def turn_back(s: Story, name: str, on: str) -> int:
    return s.add("value.reversed", on, realisation_id=name)


# VC1


def test_without_steps_the_target_grows_in_a_straight_line_from_start_to_end(tell: Tell) -> None:
    s = tell()
    propose(s, "x")
    approve(s, "x", eur("100.00"), "2025-06-01", "2025-08-31")  # 91 days
    claim(s, "r", "x", "2025-06-01", eur("28.99"))
    verify(s, "r", "2025-06-01")
    assert s.figures("VC1", "2025-06-01") == NO_DATA
    assert s.figures("VC1", "2025-06-02")[3] == "1.1000"  # 1/91 is shown as 0.0110
    assert s.figures("VC1") == ("SCORED", "0.8793", "28.9900", "32.9700")  # 30/91 is shown as 0.3297
    assert s.score("VC1") == "82.76"
    assert s.figures("VC1", "2025-08-30")[3] == "98.9000"
    assert s.figures("VC1", "2025-08-31")[3] == "100.0000"
    assert s.figures("VC1", "2025-12-31")[3] == "100.0000"


def test_a_target_that_begins_and_ends_on_one_day_is_reached_on_that_day(tell: Tell) -> None:
    s = tell()
    propose(s, "x")
    approve(s, "x", eur("5.00"), "2025-07-01", "2025-07-01")
    assert s.figures("VC1", "2025-06-30") == NO_DATA
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "5.0000")


def test_agreed_steps_count_in_full_from_their_day_on(tell: Tell) -> None:
    s = tell()
    propose(s, "x")
    steps = [{"by": "2025-06-30", "amount": "10.00"}, {"by": "2025-07-02", "amount": "30.00"}]
    approve(s, "x", eur("40.00"), "2025-01-01", "2025-12-31", phasing=steps)
    claim(s, "r", "x", "2025-06-01", eur("4.00"))
    verify(s, "r", "2025-06-02")
    assert s.figures("VC1", "2025-06-29") == NO_DATA
    assert s.figures("VC1", "2025-06-30") == ("SCORED", "0.4000", "4.0000", "10.0000")
    assert s.figures("VC1", "2025-07-01") == ("SCORED", "0.4000", "4.0000", "10.0000")
    assert s.figures("VC1", "2025-07-02") == ("SCORED", "0.1000", "4.0000", "40.0000")


def test_a_stopped_initiative_grows_no_further(tell: Tell) -> None:
    s = tell()
    for name in "xyz":
        propose(s, name)
    x = approve(s, "x", eur("20.00"), "2025-01-01", "2025-01-11")
    steps = [{"by": "2025-01-06", "amount": "3.00"}, {"by": "2025-01-07", "amount": "4.00"}]
    y = approve(s, "y", eur("7.00"), "2025-01-01", "2025-01-31", phasing=steps)
    stopped = [s.add("initiative.stopped", "2025-01-06", initiative_id=name) for name in "xy"]
    s.add("initiative.stopped", "2025-01-06", initiative_id="z")
    assert s.figures("VC1", "2025-01-05") == ("SCORED", "0.0000", "0.0000", "8.0000")
    assert s.evidence("VC1", "2025-01-05") == ([x, y], [])
    assert s.figures("VC1", "2025-01-06") == ("SCORED", "0.0000", "0.0000", "13.0000")
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "13.0000")
    assert s.evidence("VC1") == ([x, y, *stopped], [])


def test_an_initiative_that_one_party_noted_as_stopped_grows_no_further_in_its_own_view(tell: Tell) -> None:
    """docs/principles.md A56: T is replaced by the day on which it was stopped."""
    s = tell()
    propose(s, "x")
    approved = approve(s, "x", eur("20.00"), "2025-01-01", "2025-01-11")
    own = s.add("initiative.stopped", "2025-01-06", own=True, initiative_id="x")
    shared = s.add("initiative.stopped", "2025-01-08", initiative_id="x")
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "14.0000")
    assert s.evidence("VC1") == ([approved, shared], [])
    assert s.figures("VC1", party="a") == ("SCORED", "0.0000", "0.0000", "10.0000")
    assert s.evidence("VC1", party="a") == ([approved, own], [])


def test_the_approval_of_an_initiative_that_does_not_stand_is_ignored(tell: Tell) -> None:
    """docs/principles.md A79."""
    s = tell()
    proposed = propose(s, "x")
    approve(s, "x", eur("20.00"), "2025-01-01", "2025-01-11", own=True)
    assert s.figures("VC1", party="a") == ("SCORED", "0.0000", "0.0000", "20.0000")
    s.void(proposed)
    assert s.figures("VC1", party="a") == NO_DATA


def test_a_second_approval_replaces_the_first(tell: Tell) -> None:
    s = tell()
    propose(s, "x")
    approve(s, "x", eur("99.00"), "2025-01-01", "2025-01-01", phasing=[{"by": "2025-01-01", "amount": "99.00"}])
    second = approve(s, "x", eur("60.00"), "2025-01-01", "2025-01-01")
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "60.0000")
    assert s.evidence("VC1") == ([second], [])


def test_only_verified_value_counts_until_it_is_reversed(tell: Tell) -> None:
    s = tell()
    approved = plan(s, "x", "100.00")
    kept = [claim(s, "r", "x", "2025-06-01", eur("40.00")), verify(s, "r", "2025-06-02")]
    lost = [claim(s, "q", "x", "2025-06-01", eur("10.00")), verify(s, "q", "2025-06-30")]
    open_claim = claim(s, "p", "x", "2025-06-01", eur("5.00"))
    turn_back(s, "q", "2025-07-01")
    assert s.figures("VC1", "2025-06-29") == ("SCORED", "0.4000", "40.0000", "100.0000")
    assert s.figures("VC1", "2025-06-30") == ("SCORED", "0.5000", "50.0000", "100.0000")
    assert s.evidence("VC1", "2025-06-30") == ([approved, *kept, *lost], [])
    assert s.figures("VC1") == ("SCORED", "0.4000", "40.0000", "100.0000")
    assert s.evidence("VC1") == ([approved, *kept], [(lost[0], "reversed")])
    assert open_claim == lost[1] + 1


def test_value_is_set_against_the_plans_of_all_initiatives_together(tell: Tell) -> None:
    """docs/principles.md A56: pooled over all of them, with value or without."""
    s = tell()
    propose(s, "new", "2025-06-01")
    approve(s, "new", eur("60.00"), "2025-06-01", "2025-06-01", "2025-06-01")
    plan(s, "idle", "100.00")
    claim(s, "r", "new", "2025-06-02", eur("40.00"))
    verify(s, "r", "2025-06-02")
    assert s.figures("VC1") == ("SCORED", "0.2500", "40.0000", "160.0000")
    assert s.figures("VC5") == ("SCORED", "1.0000", "40.0000", "40.0000")


def test_the_first_verification_is_listed(tell: Tell) -> None:
    """docs/evidence.md: VC1 and VC5 list the first `value.verified`."""
    s = tell()
    approved = plan(s, "x", "100.00")
    made = claim(s, "r", "x", "2025-06-01", eur("40.00"))
    own = s.add("value.verified", "2025-06-02", "b", own=True, realisation_id="r", by_party="b")
    verify(s, "r", "2025-06-03")
    assert s.evidence("VC1", party="b") == ([approved, made, own], [])
    assert s.evidence("VC5", party="b") == ([made, own], [])


def test_nothing_planned_is_no_data_and_nothing_realised_is_zero(tell: Tell) -> None:
    s = tell()
    assert s.figures("VC1") == NO_DATA
    propose(s, "x")
    assert s.figures("VC1") == NO_DATA
    approve(s, "x", eur("1.00"), "2025-01-01", "2025-01-01")
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.score("VC1") == "0.00"


def test_money_is_converted_at_the_rate_of_its_entry_and_rounded_half_up(tell: Tell) -> None:
    s = tell()
    propose(s, "x")
    steps = [{"by": "2025-01-01", "amount": "10.01"}, {"by": "2025-01-02", "amount": "189.99"}]
    approve(s, "x", usd("200.00", "0.5"), "2025-01-01", "2025-12-31", phasing=steps)
    claim(s, "r", "x", "2025-01-01", usd("1.01", "0.9"))  # 0.909
    verify(s, "r", "2025-01-01")
    assert s.figures("VC1", "2025-01-01") == ("SCORED", "0.1816", "0.9100", "5.0100")


def test_a_verification_recorded_late_counts_from_its_own_day_once_it_is_known(tell: Tell) -> None:
    s = tell()
    plan(s, "x", "100.00")
    before = claim(s, "r", "x", "2025-03-01", eur("50.00"))
    verified = verify(s, "r", "2025-03-02")
    assert s.figures("VC1", "2025-03-01") == ("SCORED", "0.0000", "0.0000", "100.0000")
    assert s.figures("VC1", "2025-03-02") == ("SCORED", "0.5000", "50.0000", "100.0000")
    assert s.figures("VC1", "2025-03-02", known_at=before) == ("SCORED", "0.0000", "0.0000", "100.0000")
    corrected = s.correct(before, **claimed("r", "x", eur("60.00")))
    assert s.figures("VC1") == ("SCORED", "0.6000", "60.0000", "100.0000")
    assert s.figures("VC5") == ("SCORED", "1.0000", "60.0000", "60.0000")
    assert s.figures("VC1", known_at=corrected - 1) == ("SCORED", "0.5000", "50.0000", "100.0000")
    assert s.evidence("VC1")[0][1:] == [before, verified, corrected]
    s.void(verified)
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "100.0000")
    assert s.figures("VC5") == ("SCORED", "0.0000", "0.0000", "60.0000")


def test_a_private_claim_counts_in_the_view_of_its_party_alone(tell: Tell) -> None:
    s = tell()
    plan(s, "x", "100.00")
    claim(s, "r", "x", "2025-03-01", eur("50.00"), own=True)
    assert s.figures("VC5") == NO_DATA
    assert s.figures("VC5", party="b") == NO_DATA
    assert s.figures("VC5", party="a") == ("SCORED", "0.0000", "0.0000", "50.0000")


# VC2


def test_balance_is_one_less_half_the_distance_of_realised_and_agreed_shares(tell: Tell) -> None:
    s = tell("a", "b", "c")
    x = plan(s, "x", "100.00", agreed_share={uid("a"): "60", uid("b"): "40"})
    y = plan(s, "y", "300.00", agreed_share={uid("a"): "50", uid("b"): "25", uid("c"): "25"})
    plan(s, "z", "900.00", agreed_share={uid("a"): "0", uid("b"): "100"})  # nothing realised
    used = [claim(s, "r", "x", "2025-06-01", eur("50.00"), {"a": "40.00", "b": "10.00"}), verify(s, "r", "2025-06-01")]
    used += [claim(s, "q", "y", "2025-06-01", eur("50.00"), {"a": "10.00", "b": "40.00"}), verify(s, "q", "2025-07-01")]
    # By 06-30 of x alone: a 0.8 for 0.6, b 0.2 for 0.4.
    assert s.figures("VC2", "2025-06-30") == ("SCORED", "0.8000", None, None)
    assert s.evidence("VC2", "2025-06-30") == ([x, *used[:2]], [])
    # a 50/100 for (60 + 150)/400 = 0.525, b 50/100 for (40 + 75)/400 = 0.2875, c 0 for 75/400 = 0.1875.
    assert s.figures("VC2") == ("SCORED", "0.7875", None, None)
    assert s.score("VC2") == "53.57"
    assert s.evidence("VC2") == ([x, y, *used], [])


def test_each_share_is_rounded_and_so_is_half_the_distance(tell: Tell) -> None:
    s = tell("a", "b", "c")
    plan(s, "x", "1.00", agreed_share={uid("a"): "50", uid("b"): "50"})
    claim(s, "r", "x", "2025-06-01", eur("3.00"), {"a": "1.00", "b": "1.00", "c": "1.00"})
    verify(s, "r", "2025-06-01")
    # 0.1667 + 0.1667 + 0.3333 = 0.6667; half of 2 - 0.6667 is 0.66665
    assert s.figures("VC2") == ("SCORED", "0.6667", None, None)


def test_all_value_on_the_wrong_side_is_zero_and_unshared_value_no_data(tell: Tell) -> None:
    s = tell()
    approved = plan(s, "x", "1.00")
    claim_x = claim(s, "r", "x", "2025-06-01", eur("3.00"))
    verify(s, "r", "2025-06-01")
    assert s.figures("VC2") == NO_DATA
    assert s.evidence("VC2") == ([], [(claim_x, "not_agreed")])
    y = plan(s, "y", "1.00", agreed_share={uid("b"): "100"})
    claim(s, "q", "y", "2025-06-01", eur("3.00"))
    assert s.figures("VC2") == NO_DATA  # not verified
    verified = verify(s, "q", "2025-06-01")
    assert s.figures("VC2") == ("SCORED", "0.0000", None, None)
    assert s.evidence("VC2") == ([y, verified - 1, verified], [(claim_x, "not_agreed")])
    s.correct(
        approved,
        initiative_id="x",
        target=eur("1.00"),
        start_on="2025-01-01",
        target_by="2025-01-01",
        agreed_share={uid("a"): "100"},
    )
    # a 3/6 for 1/2, b 0 for 1/2, of which a has 6/6: r = (1, 0), q = (0.5, 0.5)
    assert s.figures("VC2") == ("SCORED", "0.5000", None, None)
    assert s.figures("VC2", known_at=verified) == ("SCORED", "0.0000", None, None)
    turn_back(s, "q", "2025-06-02")
    assert s.figures("VC2") == ("SCORED", "1.0000", None, None)
    assert s.evidence("VC2")[1] == [(verified - 1, "reversed")]
    assert s.figures("VC2", "2025-06-01") == ("SCORED", "0.5000", None, None)


def test_a_target_worth_less_than_half_a_cent_has_no_shares(tell: Tell) -> None:
    """docs/principles.md A55, A57: converted it is 0.00, and nothing can be divided by it."""
    s = tell()
    propose(s, "x")
    approve(s, "x", usd("0.01", "0.4"), "2024-02-01", "2024-02-01", agreed_share={uid("a"): "100"})
    claim(s, "r", "x", "2025-06-01", eur("3.00"))
    verify(s, "r", "2025-06-01")
    assert s.figures("VC2") == NO_DATA


# VC5


def test_claims_of_the_window_are_weighed_by_what_was_ever_verified(tell: Tell) -> None:
    s = tell()
    plan(s, "x", "100.00")
    claim(s, "o", "x", "2024-07-01", eur("70.00"))  # the last day before the window
    first = [claim(s, "r", "x", "2024-07-02", eur("30.00")), verify(s, "r", "2025-07-01")]
    last = claim(s, "q", "x", "2025-07-01", eur("10.00"))
    claim(s, "p", "x", "2025-07-02", eur("1.00"))
    assert s.figures("VC5") == ("SCORED", "0.7500", "30.0000", "40.0000")
    assert s.score("VC5") == "50.00"
    assert s.evidence("VC5") == ([*first, last], [])
    assert s.figures("VC5", "2025-06-30") == ("SCORED", "0.0000", "0.0000", "100.0000")
    turn_back(s, "r", "2025-07-02")
    assert s.figures("VC5") == ("SCORED", "0.7500", "30.0000", "40.0000")
    assert s.figures("VC5", "2025-07-02") == ("SCORED", "0.0000", "0.0000", "11.0000")


def test_a_reversed_claim_leaves_both_sums(tell: Tell) -> None:
    s = tell()
    plan(s, "x", "100.00")
    assert s.figures("VC5") == NO_DATA
    claimed_on = claim(s, "r", "x", "2025-06-01", eur("30.00"))
    assert s.figures("VC5") == ("SCORED", "0.0000", "0.0000", "30.0000")
    verify(s, "r", "2025-06-01")
    gone = turn_back(s, "r", "2025-06-02")
    assert s.figures("VC5") == NO_DATA
    assert s.evidence("VC5") == ([], [(claimed_on, "reversed")])
    s.void(gone)
    assert s.figures("VC5") == ("SCORED", "1.0000", "30.0000", "30.0000")


def test_a_policy_shortens_the_window_of_claims(tell: Tell) -> None:
    s = tell()
    plan(s, "x", "100.00")
    claim(s, "r", "x", "2025-06-21", eur("30.00"))
    claim(s, "q", "x", "2025-06-22", eur("20.00"))
    s.policy(VC5={"window_days": 10}, VC1={"window_days": 10})
    assert s.figures("VC5") == ("SCORED", "0.0000", "0.0000", "20.0000")
    assert s.figures("VC1") == ("SCORED", "0.0000", "0.0000", "100.0000")  # life to date


# All of P8


def test_value_indicators_want_two_parties_and_can_be_switched_off(tell: Tell) -> None:
    s = tell()
    plan(s, "x", "100.00", agreed_share={uid("a"): "100"})
    claim(s, "r", "x", "2025-06-01", eur("30.00"))
    verify(s, "r", "2025-06-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    for indicator in ALL:
        assert s.figures(indicator, "2025-06-30") != NOT_APPLICABLE
        assert s.figures(indicator) == NOT_APPLICABLE
        assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False} for indicator in ALL})
    for indicator in ALL:
        assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
