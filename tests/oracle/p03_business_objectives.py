"""P3: BO1 to BO4 (docs/principles.md A40 to A43)."""

from oracle.arithmetic import ONE, half_up, scaled
from oracle.entries import Entry
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, items_due, missing, quotient
from oracle.promises import Objective, objectives


def bo1(facts: Facts, setting: Setting) -> Found:
    return _touched_by_all(facts, "objective.linked")


def bo2(facts: Facts, setting: Setting) -> Found:
    return _touched_by_all(facts, "objective.endorsed")


def _touched_by_all(facts: Facts, touch_type: str) -> Found:
    found = Found()
    n = d = 0
    for objective in _active(facts, found):
        d += 1
        parties = set()
        if touch_type == "objective.linked":
            parties = {link["party"] for link in objective.made.data.get("links") or []}
        for touch in facts.of(touch_type, objective_id=objective.id):
            parties.add(touch.data["party"])
            if touch.data["party"] in facts.parties:
                found.count(touch)
            else:
                found.leave_out(touch, "left_party")
        if all(p in parties for p in facts.parties):
            n += 1
    return quotient(found, n, d) if d > 0 else missing(found, 0)


def _active(facts: Facts, found: Found, agreed_days_ago: int = 0) -> list[Objective]:
    """The objectives active at T and agreed that long ago; lists them and the withdrawn ones."""
    active = []
    for objective in objectives(facts):
        if objective.due < facts.today or facts.age(objective.made.on) < agreed_days_ago:
            continue
        if objective.withdrawn:
            found.leave_out(objective.made, "withdrawn")
            continue
        active.append(objective)
        found.count(objective.made, objective.mover)
        for entry, reason in objective.without_effect:
            found.leave_out(entry, reason)
    return active


def bo3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    items, attained = [], {}
    for objective in objectives(facts):
        measured = [e for e in facts.of("objective.measured", objective_id=objective.id) if e.on <= objective.due]
        v = measured[-1] if measured else None
        attained[objective.made.position] = _attainment(objective, v)
        items.append(
            DueItem(
                made=objective.made,
                limit=objective.due,
                kept=True,
                deciders=[objective.mover, objective.target_mover, v],
                reason="withdrawn" if objective.withdrawn else None,
                without_effect=objective.without_effect,
            )
        )
    judged = items_due(facts, found, setting.window, items)
    if judged:
        n = sum(attained[item.made.position] for item in judged)
        found.value, found.n = half_up(n, len(judged)), n
        found.d, found.items = len(judged) * ONE, len(judged)
    return found


def _attainment(objective: Objective, measured: Entry | None) -> int:
    """clamp((v − b)/(t − b), 0, 1) in ten-thousandths."""
    if measured is None:
        return 0
    v = scaled(measured.data["value"], 4)
    b, t = scaled(objective.made.data["baseline"], 4), scaled(objective.target, 4)
    if t == b:
        return ONE if v >= t else 0
    return max(0, min(ONE, half_up((v - b) * ONE, t - b)))


def bo4(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for objective in _active(facts, found, agreed_days_ago=setting.window):
        d += 1
        measured = [
            e for e in facts.of("objective.measured", objective_id=objective.id) if facts.happened(e.on, setting.window)
        ]
        if measured:
            n += 1
            found.count(measured[-1])
    return quotient(found, n, d)
