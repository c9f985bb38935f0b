"""Initiatives: plans and gains."""

from datetime import date
from typing import Any

from item_pages import A, B, rows, titles
from projections.items.initiatives import INITIATIVE, AgreedShare, Initiative, Phase
from projections.items.listing import Wanted
from projections.items.money import Amount
from recording import Recorded
from telling import Line, line, tell, uid


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
