"""IK2, IK3 and IK4: what is shared, by which rules, what went wrong. Rules: docs/principles.md A25, A62 to A64."""

from typing import Any

from story import NO_DATA, Story, Tell, uid


def shared(by: str = "a", to: str = "b", **rules: Any) -> dict[str, Any]:
    about: dict[str, Any] = {"topic": "x", "contains_personal_data": False, **rules}
    return {"from_party": uid(by), "to_parties": list(to), **about}


def share(s: Story, name: str, on: str, by: str = "a", to: str = "b", own: bool = False, **rules: Any) -> int:
    return s.add("knowledge.shared", on, by, own=own, share_id=name, **shared(by, to, **rules))


def acknowledge(s: Story, name: str, on: str, party: str = "b") -> int:
    return s.add("knowledge.acknowledged", on, party, share_id=name, party=party)


def given(s: Story, name: str, on: str, by: str, to: str) -> list[int]:
    """A share acknowledged on the same day by its first recipient."""
    return [share(s, name, on, by, to), acknowledge(s, name, on, to[0])]


def breach(s: Story, name: str, on: str, severity: int = 4) -> int:
    return s.add("information.breach_reported", on, breach_id=name, severity=severity, description="It went astray.")


# IK2


def test_the_fewest_acknowledged_shares_of_a_party_are_set_against_the_most(tell: Tell) -> None:
    s = tell("a", "b", "c")
    given(s, "o", "2025-01-02", "b", "a")  # the last day before the window
    counted = given(s, "p", "2025-01-03", "a", "b")
    for name in "qrs":
        counted += given(s, name, "2025-06-01", "a", "bc")
    counted += given(s, "t", "2025-07-01", "b", "a")
    counted += given(s, "u", "2025-06-01", "c", "a")
    counted += given(s, "v", "2025-06-01", "c", "a")
    share(s, "w", "2025-06-01", "b", "a")  # not acknowledged
    given(s, "x", "2025-07-02", "b", "a")
    assert s.figures("IK2") == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.score("IK2") == "37.50"
    assert s.result("IK2").weight == "0.50"
    assert s.evidence("IK2") == (counted, [])
    assert s.figures("IK2", "2025-07-02") == ("SCORED", "0.6667", "2.0000", "3.0000")


def test_fewer_than_five_acknowledged_shares_are_no_data(tell: Tell) -> None:
    s = tell()
    assert s.figures("IK2") == NO_DATA
    for name in "pqrs":
        given(s, name, "2025-06-01", "a", "b")
    fifth = share(s, "t", "2025-06-01")
    assert s.figures("IK2") == NO_DATA
    assert s.evidence("IK2") == ([], [])
    acknowledged = acknowledge(s, "t", "2025-07-01")
    assert s.figures("IK2", "2025-06-30") == NO_DATA
    assert s.figures("IK2", known_at=fifth) == NO_DATA
    assert s.figures("IK2") == ("SCORED", "0.0000", "0.0000", "5.0000")
    s.policy(IK2={"min_n": 6})
    assert s.figures("IK2") == NO_DATA
    assert s.figures("IK2", known_at=acknowledged) == ("SCORED", "0.0000", "0.0000", "5.0000")


def test_shares_of_a_party_that_has_left_are_left_out_and_the_first_receipt_is_listed(tell: Tell) -> None:
    s = tell("a", "b", "c")
    for name in "pqrs":
        given(s, name, "2025-06-01", "a", "b")
    back = share(s, "t", "2025-06-01", "b", "ac")
    second = acknowledge(s, "t", "2025-06-03", "a")
    first = acknowledge(s, "t", "2025-06-02", "c")
    gone = given(s, "u", "2025-06-01", "c", "a")
    s.add("relationship.party_left", "2025-07-01", party="c")
    assert s.figures("IK2") == ("SCORED", "0.2500", "1.0000", "4.0000")
    counted, left_out = s.evidence("IK2")
    assert back in counted
    assert first in counted
    assert second not in counted
    assert left_out == [(gone[0], "left_party")]
    s.void(first)
    assert second in s.evidence("IK2")[0]


def test_a_share_corrected_to_come_from_the_other_side_counts_there(tell: Tell) -> None:
    s = tell("a", "b", "c")
    for name in "pqrs":
        given(s, name, "2025-06-01", "a", "c")
    moved = share(s, "t", "2025-06-01", "a", "c")
    known = acknowledge(s, "t", "2025-06-02", "c")
    given(s, "u", "2025-06-01", "c", "a")
    assert s.figures("IK2") == ("SCORED", "0.0000", "0.0000", "5.0000")
    s.correct(moved, **shared("b", "c"))
    assert s.figures("IK2") == ("SCORED", "0.2500", "1.0000", "4.0000")
    assert s.figures("IK2", known_at=known) == ("SCORED", "0.0000", "0.0000", "5.0000")


# IK3


def test_rules_are_complete_with_classification_status_and_a_use_from_confidential_up(tell: Tell) -> None:
    s = tell()
    share(s, "o", "2024-07-01", classification="public", ip_status="none")  # the last day before the window
    shares = [
        share(s, "p", "2024-07-02", classification="internal", ip_status="none"),
        share(s, "q", "2025-07-01", classification="confidential", ip_status="background", permitted_use="x"),
        share(s, "r", "2025-06-01", classification="restricted", ip_status="foreground", permitted_use="x"),
        share(s, "s", "2025-06-01", classification="public", ip_status="third_party"),
        share(s, "t", "2025-06-01", classification="confidential", ip_status="none"),
        share(s, "u", "2025-06-01", classification="restricted", ip_status="none", permitted_use=""),
        share(s, "v", "2025-06-01", classification="public"),
        share(s, "w", "2025-06-01", ip_status="none", permitted_use="x"),
    ]
    share(s, "x", "2025-07-02")
    assert s.figures("IK3") == ("SCORED", "0.5000", "4.0000", "8.0000")
    assert s.score("IK3") == "0.00"
    assert s.evidence("IK3") == (shares, [])


def test_nothing_shared_is_no_data_and_nothing_in_order_zero(tell: Tell) -> None:
    s = tell()
    assert s.figures("IK3") == NO_DATA
    share(s, "p", "2025-06-01")
    second = share(s, "q", "2025-06-01")
    assert s.figures("IK3") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    third = share(s, "r", "2025-06-01")
    assert s.figures("IK3") == ("SCORED", "0.0000", "0.0000", "3.0000")
    assert s.figures("IK3", known_at=second) == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    s.correct(third, **shared(classification="public", ip_status="none"))
    assert s.figures("IK3") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.figures("IK3", known_at=third) == ("SCORED", "0.0000", "0.0000", "3.0000")
    s.void(second)
    assert s.figures("IK3") == ("LOW_SAMPLE", "0.5000", "1.0000", "2.0000")


def test_a_private_share_counts_in_the_view_of_its_party_alone(tell: Tell) -> None:
    s = tell()
    s.policy(IK3={"min_n": 1})
    share(s, "p", "2025-06-01", own=True)
    assert s.figures("IK3") == NO_DATA
    assert s.figures("IK3", party="a") == ("SCORED", "0.0000", "0.0000", "1.0000")


# IK4


def test_breaches_are_counted_for_every_hundred_shares(tell: Tell) -> None:
    s = tell()
    breach(s, "o", "2024-07-01")  # the last day before the window
    share(s, "o", "2024-07-01")
    counted = [share(s, "p", "2024-07-02"), share(s, "q", "2025-01-01"), share(s, "r", "2025-07-01")]
    counted.append(breach(s, "p", "2024-07-02"))
    assert s.figures("IK4") == ("SCORED", "33.3333", "1.0000", "3.0000")
    assert s.score("IK4") == "0.00"
    counted.append(breach(s, "q", "2025-07-01", 2))
    assert s.figures("IK4") == ("SCORED", "66.6667", "2.0000", "3.0000")
    assert s.evidence("IK4") == (counted, [])


def test_a_breach_without_any_share_is_one_of_one(tell: Tell) -> None:
    s = tell()
    assert s.figures("IK4") == NO_DATA
    reported = breach(s, "p", "2025-06-01")
    assert s.figures("IK4") == ("SCORED", "100.0000", "1.0000", "1.0000")
    breach(s, "q", "2025-06-01")
    assert s.figures("IK4") == ("SCORED", "200.0000", "2.0000", "1.0000")
    assert s.figures("IK4", known_at=reported) == ("SCORED", "100.0000", "1.0000", "1.0000")
    s.void(reported)
    s.void(reported + 1)
    assert s.figures("IK4") == NO_DATA


def test_shares_without_a_breach_reach_the_target(tell: Tell) -> None:
    s = tell()
    one = share(s, "p", "2025-06-01")
    assert s.figures("IK4") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.score("IK4") == "100.00"
    s.policy(IK4={"min_n": 2})
    assert s.figures("IK4") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")
    s.correct(one, "2024-07-01", **shared())
    assert s.figures("IK4") == NO_DATA
    assert s.figures("IK4", known_at=one) == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_one_breach_in_a_hundred_shares_is_half_of_the_way(tell: Tell) -> None:
    s = tell()
    for n in range(100):
        share(s, f"share {n}", "2025-06-01")
    breach(s, "p", "2025-06-01")
    assert s.figures("IK4") == ("SCORED", "1.0000", "1.0000", "100.0000")
    assert s.score("IK4") == "50.00"
