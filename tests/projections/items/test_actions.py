"""Improvement and development actions."""

from datetime import date
from uuid import UUID

from item_pages import B, rows, titles
from projections.items.actions import ACTION, Action
from projections.items.listing import Wanted
from recording import Recorded
from telling import Line, line, tell, uid


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
