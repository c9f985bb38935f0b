"""Risks: owners, assessments, treatments."""

from datetime import date
from typing import Any
from uuid import UUID

from item_pages import A, B, C, ids, page, rows, titles
from projections.items.listing import Wanted
from projections.items.money import Amount
from projections.items.risks import RISK, Risk
from recording import Recorded
from telling import Line, line, tell, uid


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
