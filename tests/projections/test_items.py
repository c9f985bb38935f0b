"""Items as they stand at a date, as known at a position, in a view."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from domain.errors import IsMalformed, IsOutOfRange
from projections.items.actions import ACTION, Action
from projections.items.commitments import COMMITMENT, Commitment, commitment_outcomes
from projections.items.initiatives import INITIATIVE, AgreedShare, Initiative, Phase
from projections.items.issues import ISSUE, Issue
from projections.items.listing import Family, Wanted, pages
from projections.items.money import Amount
from projections.items.objectives import OBJECTIVE, Link, Objective
from projections.items.risks import RISK, Risk
from projections.items.shares import SHARE, Share
from projections.pages import Page, cursor
from projections.scorecards.question import Question
from recording import Recorded
from telling import Line, line, opening, relationship, tell, told, uid

A, B, C = (UUID(uid(name)) for name in "abc")
R = UUID(uid("r"))


@pytest.fixture
def register(database_url: str) -> Iterator[Recorded]:
    """Relationship "r" of a, b and c at position 7."""
    with told(database_url, opening("a", "b", "c")) as found:
        yield found


def ids(*names: str) -> list[str]:
    return [uid(name) for name in names]


def asked(on: str, known_at: int = 1000, party: UUID | None = None, rel: str = "r") -> Question:
    return Question(relationship_id=UUID(uid(rel)), as_of=date.fromisoformat(on), known_at=known_at, party=party)


def page(register: Recorded, family: Family[Any], on: str, **how: Any) -> Page[Any]:
    question = asked(on, how.pop("known_at", 1000), how.pop("party", None))
    with register.register.store.engine.connect() as connection:
        return pages(connection, family, [question], how.pop("wanted", Wanted()), **how)[0]


def rows(register: Recorded, family: Family[Any], on: str, **how: Any) -> tuple[Any, ...]:
    return page(register, family, on, **how).rows


def promise(name: str, due: str, by: str = "a", *to: str, on: str = "2024-02-01", own: bool = False) -> Line:
    data: Line = {"commitment_id": uid(name), "by_party": uid(by), "to_parties": ids(*(to or ("b",))), "due_on": due}
    return line("commitment.made", on, by, own=own, title=f"Promise {name}", ref=name, **data)


def about(kind: str, on: str, name: str, by: str = "a", **data: Any) -> Line:
    return line(f"commitment.{kind}", on, by, commitment_id=uid(name), **data)


def titles(found: tuple[Any, ...]) -> list[str]:
    return [each.title for each in found]


# Commitments


def test_a_commitment_shows_what_was_promised_and_what_came_of_it(register: Recorded) -> None:
    move: Line = {"new_due_on": "2024-03-10", "requested_on": "2024-02-20"}
    tell(
        register,
        promise("c1", "2024-03-01", "a", "b", "c"),
        about("accepted", "2024-02-02", "c1", "b", party=uid("b")),
        about("rescheduled", "2024-02-25", "c1", agreed_by=ids("b"), **move),
        about("rescheduled", "2024-02-28", "c1", agreed_by=ids("b", "c"), **move),
        about("fulfilled", "2024-03-12", "c1"),
        about("fulfilment_confirmed", "2024-03-13", "c1", "c", party=uid("c")),
    )
    (found,) = rows(register, COMMITMENT, "2024-03-31")
    assert isinstance(found, Commitment)
    assert (found.id, found.relationship_id, found.position) == (UUID(uid("c1")), R, 8)
    assert (found.made_on, found.by_party, found.to_parties) == (date(2024, 2, 1), A, (B, C))
    assert (found.title, found.weight, found.origin) == ("Promise c1", "1", None)
    assert (found.due_on, found.scored_due_on) == (date(2024, 3, 1), date(2024, 3, 10))
    assert (found.outcome, found.done_on, found.days_late, found.in_dispute) == ("LATE", date(2024, 3, 12), 2, False)
    assert (found.accepted_by, found.confirmed_by) == ((B,), (C,))
    first, second = found.reschedulings
    assert (first.position, first.on, first.effect, first.agreed_by) == (10, date(2024, 2, 25), "not_agreed", (B,))
    assert (second.effect, second.from_due_on, second.new_due_on) == (
        "moves_due_date",
        date(2024, 3, 1),
        date(2024, 3, 10),
    )
    assert second.requested_on == date(2024, 2, 20)


def test_a_commitment_is_as_at_the_date_asked_for(register: Recorded) -> None:
    tell(register, promise("c1", "2024-03-01"), about("fulfilled", "2024-04-10", "c1"))
    found = {}
    for on in ("2024-01-31", "2024-02-01", "2024-03-01", "2024-03-02", "2024-03-31", "2024-04-01", "2024-04-10"):
        some = rows(register, COMMITMENT, on)
        found[on] = (some[0].outcome, some[0].days_late) if some else None
    assert found == {
        "2024-01-31": None,
        "2024-02-01": ("PENDING", None),
        "2024-03-01": ("PENDING", None),
        "2024-03-02": ("OVERDUE", 1),
        "2024-03-31": ("OVERDUE", 30),
        "2024-04-01": ("BROKEN", 31),
        "2024-04-10": ("LATE", 40),
    }


def test_what_was_declared_broken_or_withdrawn_is_not_late(register: Recorded) -> None:
    tell(
        register,
        promise("c1", "2024-03-01"),
        promise("c2", "2024-03-01"),
        about("broken", "2024-02-10", "c1", reason_code="none"),
        about("withdrawn", "2024-02-10", "c2", agreed_by=ids("a", "b")),
    )
    with register.register.store.engine.connect() as connection:
        found = commitment_outcomes(connection, asked("2024-06-01"))
    assert {str(key): (c.outcome, c.days_late) for key, c in found.items()} == {
        uid("c1"): ("BROKEN", None),
        uid("c2"): ("WITHDRAWN", None),
    }


def test_all_outcomes_are_found_beyond_one_page(register: Recorded) -> None:
    tell(register, *(promise(f"c{n}", "2024-03-01") for n in range(101)))
    with register.register.store.engine.connect() as connection:
        assert len(commitment_outcomes(connection, asked("2024-06-01"))) == 101


def test_a_corrected_commitment_shows_its_correction_from_then_on(register: Recorded) -> None:
    """Positions: promise 8, correction 9, void of the correction 10, second correction 11."""
    right: Line = {"commitment_id": uid("c1"), "by_party": uid("a"), "to_parties": ids("b"), "due_on": "2024-04-01"}
    correction: Line = {"target_event_id": "c1", "reason": "typed wrongly"}
    tell(
        register,
        promise("c1", "2024-03-01"),
        line("entry.corrected", "2024-02-05", data={**right, "title": "Right"}, ref="fix", **correction),
        line("entry.voided", "2024-02-06", target_event_id="fix", reason="it was right before"),
        line("entry.corrected", "2024-02-07", data={**right, "title": "Third"}, on="2024-02-02", **correction),
    )
    found = {k: rows(register, COMMITMENT, "2024-02-28", known_at=k)[0] for k in (8, 9, 10, 11)}
    assert {k: (c.title, c.due_on, c.made_on) for k, c in found.items()} == {
        8: ("Promise c1", date(2024, 3, 1), date(2024, 2, 1)),
        9: ("Right", date(2024, 4, 1), date(2024, 2, 1)),
        10: ("Promise c1", date(2024, 3, 1), date(2024, 2, 1)),
        11: ("Third", date(2024, 4, 1), date(2024, 2, 2)),
    }
    assert {c.position for c in found.values()} == {8}


def test_a_voided_commitment_is_gone_from_then_on(register: Recorded) -> None:
    tell(
        register,
        promise("c1", "2024-03-01"),
        line("entry.voided", "2024-02-05", target_event_id="c1", reason="never promised"),
    )
    assert [len(rows(register, COMMITMENT, "2024-02-28", known_at=k)) for k in (7, 8, 9)] == [0, 1, 0]


def test_an_own_commitment_is_seen_by_its_party_alone(register: Recorded) -> None:
    tell(register, promise("c1", "2024-03-01"), promise("c2", "2024-03-02", own=True))
    seen = {party: titles(rows(register, COMMITMENT, "2024-02-28", party=party)) for party in (None, A, B)}
    assert seen == {None: ["Promise c1"], A: ["Promise c1", "Promise c2"], B: ["Promise c1"]}


# Pages


def some_promises(register: Recorded) -> None:
    tell(
        register,
        promise("c1", "2024-03-03", "b", "a"),
        promise("c2", "2024-03-01"),
        promise("c3", "2024-03-03"),
        promise("c4", "2024-03-02"),
        about("fulfilled", "2024-03-01", "c2"),
    )


def test_items_come_by_due_date_and_then_as_they_were_recorded(register: Recorded) -> None:
    some_promises(register)
    whole = page(register, COMMITMENT, "2024-03-10")
    assert titles(whole.rows) == ["Promise c2", "Promise c4", "Promise c1", "Promise c3"]
    assert not whole.has_more
    found: list[Any] = []
    after = None
    for n in range(4):
        one = page(register, COMMITMENT, "2024-03-10", first=1, after=after)
        assert one.has_more == (n < 3)
        found, after = [*found, *one.rows], one.cursors[0]
    assert tuple(found) == whole.rows
    assert rows(register, COMMITMENT, "2024-03-10", first=0) == ()


def test_items_are_filtered(register: Recorded) -> None:
    some_promises(register)

    def found(**wanted: Any) -> list[str]:
        return titles(rows(register, COMMITMENT, "2024-03-10", wanted=Wanted(**wanted)))

    assert found(states=("KEPT",)) == ["Promise c2"]
    assert found(states=("KEPT", "PENDING")) == ["Promise c2"]
    assert found(open_only=True) == ["Promise c4", "Promise c1", "Promise c3"]
    assert found(party=B) == ["Promise c1"]
    assert found(due_from=date(2024, 3, 2)) == ["Promise c4", "Promise c1", "Promise c3"]
    assert found(due_until=date(2024, 3, 2)) == ["Promise c2", "Promise c4"]
    assert found(due_from=date(2024, 3, 2), due_until=date(2024, 3, 2), party=A) == ["Promise c4"]
    assert found(item=UUID(uid("c3"))) == ["Promise c3"]
    assert found(item=UUID(uid("c9"))) == []


@pytest.mark.parametrize("after", ["x", cursor((1,)), cursor(("a", 1)), cursor((1, 2**62))])
def test_a_cursor_of_another_list_is_refused(register: Recorded, after: str) -> None:
    with pytest.raises(IsMalformed):
        page(register, COMMITMENT, "2024-03-10", after=after)


@pytest.mark.parametrize("first", [-1, 101])
def test_a_page_has_0_to_100_items(register: Recorded, first: int) -> None:
    with pytest.raises(IsOutOfRange):
        page(register, COMMITMENT, "2024-03-10", first=first)


def statements_of(connection: Connection) -> list[str]:
    found: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *args: found.append(args[2]))
    return found


def test_many_relationships_take_two_statements(register: Recorded) -> None:
    some_promises(register)
    other = {**promise("d1", "2024-03-05"), "relationship_id": uid("r2")}
    tell(register, relationship("r2", "a", "b"), relationship("r3", "a", "b"), other)
    questions = [asked("2024-03-10"), asked("2024-03-10", rel="r3"), asked("2024-03-10", rel="r2"), asked("2024-02-01")]
    with register.register.store.engine.connect() as connection:
        connection.begin()
        statements = statements_of(connection)
        found = pages(connection, COMMITMENT, questions, first=2)
    assert [titles(one.rows) for one in found] == [
        ["Promise c2", "Promise c4"],
        [],
        ["Promise d1"],
        ["Promise c2", "Promise c4"],
    ]
    assert [one.has_more for one in found] == [True, False, False, True]
    assert found[2].rows[0].relationship_id == UUID(uid("r2"))
    assert len(statements) == 2


# Actions


def test_actions_are_done_late_pending_or_overdue(register: Recorded) -> None:
    def raised(name: str, due: str) -> Line:
        data: Line = {"action_id": uid(name), "title": name, "origin": "review", "owner_party": uid("b"), "due_on": due}
        return line("improvement_action.raised", "2024-02-01", indicator="TC1", owner=uid("pb"), **data)

    def agreed(name: str, due: str) -> Line:
        return line("development_action.agreed", "2024-02-02", action_id=uid(name), title=name, due_on=due, joint=True)

    tell(
        register,
        raised("i1", "2024-03-01"),
        raised("i2", "2024-03-02"),
        raised("i3", "2024-03-10"),
        agreed("d1", "2024-03-05"),
        agreed("d2", "2024-03-09"),
        line("improvement_action.completed", "2024-03-01", action_id=uid("i1")),
        line("improvement_action.verified", "2024-03-04", action_id=uid("i1"), effective=False),
        line("improvement_action.verified", "2024-03-06", action_id=uid("i1"), effective=True),
        line("improvement_action.completed", "2024-03-04", action_id=uid("i2")),
        line("development_action.completed", "2024-03-06", action_id=uid("d1")),
    )
    found: dict[str, Action] = {a.title: a for a in rows(register, ACTION, "2024-03-10")}
    assert {name: (a.kind, a.state, a.days_late) for name, a in found.items()} == {
        "i1": ("IMPROVEMENT", "DONE", None),
        "i2": ("IMPROVEMENT", "LATE", 2),
        "d1": ("DEVELOPMENT", "LATE", 1),
        "d2": ("DEVELOPMENT", "OVERDUE", 1),
        "i3": ("IMPROVEMENT", "PENDING", None),
    }
    i1, d1 = found["i1"], found["d1"]
    assert (i1.owner_party, i1.owner, i1.origin, i1.indicator) == (B, UUID(uid("pb")), "review", "TC1")
    assert (i1.joint, i1.effective, i1.verified_on, i1.done_on) == (None, True, date(2024, 3, 6), date(2024, 3, 1))
    assert (d1.owner_party, d1.joint, d1.effective, d1.agreed_on) == (None, True, None, date(2024, 2, 2))
    assert titles(rows(register, ACTION, "2024-03-10", wanted=Wanted(open_only=True))) == ["d2", "i3"]
    assert titles(rows(register, ACTION, "2024-03-10", wanted=Wanted(party=B))) == ["i1", "i2", "i3"]


# Issues


def test_an_issue_is_to_be_settled_by_the_limit_of_its_severity(register: Recorded) -> None:
    def raised(name: str, severity: int) -> Line:
        data: Line = {"issue_id": uid(name), "by_party": uid("a"), "severity": severity, "title": name}
        return line("issue.raised", "2024-03-01", **data)

    tell(register, *(raised(f"s{severity}", severity) for severity in (4, 3, 2, 1)))
    found: tuple[Issue, ...] = rows(register, ISSUE, "2024-03-11")
    assert [(i.title, i.limit_on, i.days_late) for i in found] == [
        ("s1", date(2024, 3, 6), 5),
        ("s2", date(2024, 3, 11), None),
        ("s3", date(2024, 3, 21), None),
        ("s4", date(2024, 4, 10), None),
    ]


def test_an_issue_is_open_again_after_it_is_reopened(register: Recorded) -> None:
    data: Line = {"issue_id": uid("i"), "by_party": uid("b"), "severity": 1, "title": "Late parts"}
    tell(
        register,
        line("issue.raised", "2024-03-01", **data),
        line("issue.escalated", "2024-03-02", issue_id=uid("i"), level="management"),
        line("issue.escalated", "2024-03-03", issue_id=uid("i"), level="strategic"),
        line("issue.acknowledged", "2024-03-04", issue_id=uid("i"), level="strategic", by=uid("pa")),
        line("issue.resolved", "2024-03-08", issue_id=uid("i")),
        line("issue.reopened", "2024-03-10", issue_id=uid("i")),
    )
    days = ("2024-03-07", "2024-03-08", "2024-03-10")
    found: list[Issue] = [rows(register, ISSUE, day)[0] for day in days]
    assert [(i.state, i.resolved_on, i.days_late, i.reopened) for i in found] == [
        ("OPEN", None, 1, 0),
        ("RESOLVED", date(2024, 3, 8), 2, 0),
        ("OPEN", None, 4, 1),
    ]
    (issue,) = rows(register, ISSUE, "2024-03-09", wanted=Wanted(states=("RESOLVED",)))
    assert (issue.by_party, issue.escalated_to, issue.escalated_on) == (B, "strategic", date(2024, 3, 3))
    assert [(a.on, a.level, a.by) for a in issue.acknowledged] == [(date(2024, 3, 4), "strategic", UUID(uid("pa")))]
    assert rows(register, ISSUE, "2024-03-09", wanted=Wanted(open_only=True)) == ()


# Shares


def test_a_share_awaits_every_recipient_and_ends_or_expires(register: Recorded) -> None:
    def given(name: str, *to: str, **more: Any) -> Line:
        data: Line = {"share_id": uid(name), "from_party": uid("a"), "to_parties": ids(*to), "topic": name, **more}
        return line("knowledge.shared", "2024-03-01", contains_personal_data=False, **data)

    def of(kind: str, name: str, party: str) -> Line:
        return line(f"knowledge.{kind}", "2024-03-05", party, share_id=uid(name), party=uid(party))

    rules: Line = {"classification": "confidential", "ip_status": "background", "permitted_use": "tests"}
    tell(
        register,
        given("k1", "b", "c", expires_on="2024-04-01", **rules),
        given("k2", "b", "c"),
        given("k3", "b", "c"),
        of("acknowledged", "k1", "b"),
        of("acknowledged", "k2", "b"),
        of("acknowledged", "k2", "c"),
        of("access_revoked", "k3", "b"),
        of("returned", "k1", "c"),
        of("destroyed", "k3", "c"),
    )
    found: dict[str, Share] = {s.topic: s for s in rows(register, SHARE, "2024-04-01")}
    assert list(found) == ["k1", "k2", "k3"]
    assert {name: s.state for name, s in found.items()} == {"k1": "AWAITING", "k2": "ACKNOWLEDGED", "k3": "ENDED"}
    k1, k3 = found["k1"], found["k3"]
    assert (k1.from_party, k1.to_parties, k1.shared_on) == (A, (B, C), date(2024, 3, 1))
    assert (k1.classification, k1.ip_status, k1.permitted_use) == ("confidential", "background", "tests")
    assert (k1.expires_on, k1.contains_personal_data, k1.answers_request) == (date(2024, 4, 1), False, None)
    assert (k1.acknowledged_by, k1.returned_by) == ((B,), (C,))
    assert (k3.revoked_for, k3.destroyed_by) == ((B,), (C,))
    later = {s.topic: s.state for s in rows(register, SHARE, "2024-04-02")}
    assert later == {"k1": "EXPIRED", "k2": "ACKNOWLEDGED", "k3": "ENDED"}
    still = rows(register, SHARE, "2024-04-02", wanted=Wanted(open_only=True))
    assert [s.topic for s in still] == ["k2"]


# Objectives


def objective(name: str, due: str, **more: Any) -> Line:
    data: Line = {
        "objective_id": uid(name),
        "title": name,
        "measure": "share",
        "unit": "%",
        "baseline": "80",
        "target": "95",
    }
    return line("objective.agreed", "2024-02-01", **{**data, "due_on": due, "owner_party": uid("b"), **more})


def test_an_objective_shows_its_links_revisions_and_last_value(register: Recorded) -> None:
    def of(kind: str, on: str, by: str = "a", **data: Any) -> Line:
        return line(f"objective.{kind}", on, by, objective_id=uid("o1"), **data)

    tell(
        register,
        objective("o1", "2024-06-30", links=[{"party": uid("a"), "own_objective": "Less waste"}]),
        of("linked", "2024-02-02", party=uid("b"), own_objective="More output"),
        of("endorsed", "2024-02-03", "c", party=uid("c")),
        of("measured", "2024-03-01", value="85.5"),
        of("revised", "2024-03-02", target="99", due_on="2024-07-31", agreed_by=ids("a", "b")),
        of("revised", "2024-03-03", target="97", agreed_by=ids("a", "b", "c")),
        of("revised", "2024-03-04", due_on="2024-08-31", agreed_by=ids("a", "b", "c")),
        of("measured", "2024-04-01", value="90"),
    )
    found: Objective = rows(register, OBJECTIVE, "2024-04-01")[0]
    assert (found.title, found.measure, found.unit, found.owner_party) == ("o1", "share", "%", B)
    assert (found.baseline, found.target, found.value, found.measured_on) == ("80", "97", "90", date(2024, 4, 1))
    assert (found.due_on, found.scored_due_on, found.state) == (date(2024, 6, 30), date(2024, 8, 31), "ACTIVE")
    assert found.links == (Link(party=A, own_objective="Less waste"), Link(party=B, own_objective="More output"))
    assert found.endorsed_by == (C,)
    assert [(r.target, r.new_due_on, r.effect) for r in found.revisions] == [
        ("99", date(2024, 7, 31), "not_agreed"),
        ("97", None, "moves_due_date"),
        (None, date(2024, 8, 31), "moves_due_date"),
    ]
    before: Objective = rows(register, OBJECTIVE, "2024-03-02")[0]
    assert (before.target, before.value, before.scored_due_on) == ("95", "85.5", date(2024, 6, 30))


def test_an_objective_is_active_up_to_its_due_date_unless_all_withdrew_it(register: Recorded) -> None:
    withdrawn: Line = {"objective_id": uid("o2"), "agreed_by": ids("a", "b", "c")}
    tell(
        register,
        objective("o1", "2024-03-31"),
        objective("o2", "2024-03-31"),
        line("objective.withdrawn", "2024-03-01", **withdrawn),
    )
    states = {on: [o.state for o in rows(register, OBJECTIVE, on)] for on in ("2024-02-29", "2024-03-31", "2024-04-01")}
    assert states == {
        "2024-02-29": ["ACTIVE", "ACTIVE"],
        "2024-03-31": ["ACTIVE", "WITHDRAWN"],
        "2024-04-01": ["ENDED", "WITHDRAWN"],
    }
    assert titles(rows(register, OBJECTIVE, "2024-03-31", wanted=Wanted(open_only=True, party=B))) == ["o1"]


# Initiatives


def proposal(name: str, by: str = "a") -> Line:
    expected: Line = {"amount": "1000.00", "currency": "USD", "rate": "0.9"}
    data: Line = {
        "initiative_id": uid(name),
        "by_party": uid(by),
        "title": name,
        "value_type": "cost",
        "expected": expected,
    }
    return line("initiative.proposed", "2024-02-01", by, **data)


def approval(name: str, on: str, target: str = "1200.00", **more: Any) -> Line:
    data: Line = {"initiative_id": uid(name), "target": {"amount": target, "currency": "USD", "rate": "0.5"}}
    return line("initiative.approved", on, **data, start_on="2024-03-01", target_by="2024-12-31", **more)


def test_an_initiative_shows_its_plan_and_gains_in_the_currency_of_the_relationship(register: Recorded) -> None:
    def gain(name: str, amount: str) -> Line:
        money: Line = {"amount": amount, "currency": "EUR"}
        data: Line = {"realisation_id": uid(name), "initiative_id": uid("i1"), "money": money, "claimed_by": uid("a")}
        return line("value.realised", "2024-04-01", **data, shares={uid("a"): amount})

    phasing = [{"by": "2024-06-30", "amount": "400.00"}, {"by": "2024-12-31", "amount": "800.00"}]
    tell(
        register,
        proposal("i1"),
        approval("i1", "2024-02-10", "9.00"),
        approval("i1", "2024-02-20", agreed_share={uid("a"): "60", uid("b"): "40"}, phasing=phasing),
        gain("v1", "100.00"),
        gain("v2", "30.00"),
        gain("v3", "7.00"),
        line("value.verified", "2024-04-02", "b", realisation_id=uid("v1"), by_party=uid("b")),
        line("value.verified", "2024-04-02", "b", realisation_id=uid("v2"), by_party=uid("b")),
        line("value.reversed", "2024-04-03", realisation_id=uid("v2")),
    )
    found: Initiative = rows(register, INITIATIVE, "2024-04-03")[0]
    assert (found.title, found.by_party, found.value_type, found.state) == ("i1", A, "cost", "APPROVED")
    assert found.expected == Amount(amount="900.00", currency="EUR")
    assert (found.claimed.amount, found.verified.amount) == ("107.00", "100.00")
    assert (found.decided_on, found.due_on, found.stopped_on) == (date(2024, 2, 10), date(2024, 12, 31), None)
    assert found.plan is not None
    assert (found.plan.approved_on, found.plan.target.amount) == (date(2024, 2, 20), "600.00")
    assert found.plan.agreed_share == (AgreedShare(party=A, percent="60"), AgreedShare(party=B, percent="40"))
    assert found.plan.phasing == (
        Phase(by=date(2024, 6, 30), amount=Amount(amount="200.00", currency="EUR")),
        Phase(by=date(2024, 12, 31), amount=Amount(amount="400.00", currency="EUR")),
    )
    before: Initiative = rows(register, INITIATIVE, "2024-04-02")[0]
    assert (before.claimed.amount, before.verified.amount) == ("137.00", "130.00")


def test_a_proposal_is_to_be_decided_in_60_days_and_may_be_approved_after_a_rejection(register: Recorded) -> None:
    tell(
        register,
        proposal("i1"),
        proposal("i2", "b"),
        line("initiative.rejected", "2024-03-01", initiative_id=uid("i1")),
        approval("i1", "2024-04-01"),
        line("initiative.stopped", "2024-05-01", initiative_id=uid("i1")),
    )
    found = {}
    for on in ("2024-02-29", "2024-03-01", "2024-04-01", "2024-05-01"):
        found[on] = {i.title: (i.state, i.due_on) for i in rows(register, INITIATIVE, on)}
    limit, target = date(2024, 4, 1), date(2024, 12, 31)
    assert found == {
        "2024-02-29": {"i1": ("PROPOSED", limit), "i2": ("PROPOSED", limit)},
        "2024-03-01": {"i1": ("REJECTED", limit), "i2": ("PROPOSED", limit)},
        "2024-04-01": {"i2": ("PROPOSED", limit), "i1": ("APPROVED", target)},
        "2024-05-01": {"i2": ("PROPOSED", limit), "i1": ("STOPPED", target)},
    }
    assert titles(rows(register, INITIATIVE, "2024-05-01", wanted=Wanted(open_only=True))) == ["i2"]
    assert titles(rows(register, INITIATIVE, "2024-03-01", wanted=Wanted(open_only=True))) == ["i2"]
    assert titles(rows(register, INITIATIVE, "2024-03-01", wanted=Wanted(party=A))) == ["i1"]


# Risks


def test_a_risk_shows_its_owner_assessment_treatments_and_end(register: Recorded) -> None:
    def of(kind: str, on: str, **data: Any) -> Line:
        return line(f"risk.{kind}", on, risk_id=uid("k1"), **data)

    def treatment(name: str, due: str) -> Line:
        data: Line = {"treatment_id": uid(name), "action": name, "due_on": due, "owner_party": uid("b")}
        return of("treatment_planned", "2024-02-10", **data)

    named: Line = {
        "title": "Sole source",
        "category": "supply",
        "joint": True,
        "owner_party": uid("a"),
        "owner": uid("pa"),
    }
    money: Line = {"amount": "10.50", "currency": "EUR"}
    tell(
        register,
        of("identified", "2024-02-01", **named),
        of("assessed", "2024-02-02", probability=5, impact=5),
        of("assessed", "2024-02-03", probability=2, impact=4, exposure=money),
        of("reviewed", "2024-02-20"),
        of("owner_assigned", "2024-02-05", owner_party=uid("b")),
        treatment("t1", "2024-03-01"),
        treatment("t2", "2024-04-01"),
        of("treatment_completed", "2024-02-28", treatment_id=uid("t1")),
        of("accepted", "2024-02-21", by_parties=ids("a", "b"), until="2024-03-31"),
        of("materialised", "2024-03-05", loss=money),
        of("closed", "2024-05-01"),
    )
    found: Risk = rows(register, RISK, "2024-03-31")[0]
    assert (found.title, found.category, found.joint, found.identified_on) == (
        "Sole source",
        "supply",
        True,
        date(2024, 2, 1),
    )
    assert (found.owner_party, found.owner, found.state, found.due_on) == (B, None, "OPEN", date(2024, 4, 1))
    assert found.assessment is not None
    assert (found.assessment.probability, found.assessment.impact, found.assessment.rating) == (2, 4, 8)
    assert found.assessment.exposure == Amount(amount="10.50", currency="EUR")
    assert (found.assessment.on, found.looked_at_on) == (date(2024, 2, 3), date(2024, 2, 20))
    assert [(t.action, t.due_on, t.done_on) for t in found.treatments] == [
        ("t1", date(2024, 3, 1), date(2024, 2, 28)),
        ("t2", date(2024, 4, 1), None),
    ]
    assert [(a.by_parties, a.until) for a in found.accepted] == [((A, B), date(2024, 3, 31))]
    assert (found.materialised_on, found.closed_on) == (date(2024, 3, 5), None)
    assert [loss.amount for loss in found.losses] == ["10.50"]
    later: Risk = rows(register, RISK, "2024-05-01")[0]
    assert (later.state, later.closed_on, later.accepted) == ("CLOSED", date(2024, 5, 1), ())
    early: Risk = rows(register, RISK, "2024-02-01")[0]
    assert (early.owner_party, early.owner, early.assessment, early.looked_at_on, early.due_on) == (
        A,
        UUID(uid("pa")),
        None,
        None,
        None,
    )


def test_risks_without_a_due_treatment_come_last(register: Recorded) -> None:
    def identified(name: str) -> Line:
        return line("risk.identified", "2024-02-01", risk_id=uid(name), title=name, category="x", joint=False)

    planned: Line = {"risk_id": uid("k2"), "action": "t", "due_on": "2030-01-01", "owner_party": uid("c")}
    tell(
        register,
        identified("k1"),
        identified("k2"),
        line("risk.treatment_planned", "2024-02-01", **planned),
        line("risk.owner_assigned", "2024-02-01", risk_id=uid("k2"), owner_party=uid("c")),
    )
    first = page(register, RISK, "2024-03-01", first=1)
    assert titles(first.rows) == ["k2"]
    assert titles(rows(register, RISK, "2024-03-01", after=first.cursors[0])) == ["k1"]
    assert titles(rows(register, RISK, "2024-03-01", wanted=Wanted(party=C))) == ["k2"]
    assert titles(rows(register, RISK, "2024-03-01", wanted=Wanted(due_until=date(2030, 1, 1)))) == ["k2"]
