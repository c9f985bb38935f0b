"""Objectives: revisions, links, values."""

from datetime import date
from typing import Any

from item_pages import A, B, C, ids, rows, titles
from projections.items.listing import Wanted
from projections.items.objectives import OBJECTIVE, Link, Objective
from recording import Recorded
from telling import Line, line, tell, uid


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
