"""P10: RK1 to RK5 (docs/principles.md A65 to A69)."""

from datetime import date, timedelta

from oracle.arithmetic import ONE, ratio
from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, kept_in_time, missing, quotient

APPETITE = 10


def _of(risk: Entry) -> dict[str, str]:
    return {"risk_id": risk.data["risk_id"]}


def _is_open(facts: Facts, risk: Entry, on: date) -> bool:
    return risk.on <= on and not any(e.on <= on for e in facts.of("risk.closed", **_of(risk)))


def _exposure(assessed: Entry) -> int:
    return int(assessed.data["probability"]) * int(assessed.data["impact"])


def _open_risks(facts: Facts) -> list[Entry]:
    return [r for r in facts.of("risk.identified") if _is_open(facts, r, facts.today)]


def rk1(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for risk in _open_risks(facts):
        assessed = facts.last("risk.assessed", **_of(risk))
        if assessed is None or _exposure(assessed) < APPETITE:
            continue
        d += 1
        assigned = facts.last("risk.owner_assigned", **_of(risk))
        has_owner = assigned is not None or risk.data.get("owner_party") is not None
        planned = facts.of("risk.treatment_planned", **_of(risk))
        overdue = [t for t in planned if day(t.data["due_on"]) < facts.today and _completion(facts, t) is None]
        accepted = [a for a in facts.of("risk.accepted", **_of(risk)) if day(a.data["until"]) >= facts.today]
        accepting = {p for a in accepted for p in a.data["by_parties"]}
        is_accepted = all(p in accepting for p in facts.parties)
        if has_owner and (is_accepted or (planned and not overdue)):
            n += 1
        completed = facts.of("risk.treatment_completed", **_of(risk))
        found.count(risk, assessed, assigned, *planned, *completed, *accepted)
    return quotient(found, n, d)


def _completion(facts: Facts, planned: Entry) -> Entry | None:
    return facts.first("risk.treatment_completed", treatment_id=planned.data["treatment_id"])


def rk2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    if not facts.of("risk.identified"):
        return missing(found, 0)
    n = d = 0
    for risk in _open_risks(facts):
        d += 1
        looked_at = [
            e for e in facts.of("risk.assessed", "risk.reviewed", **_of(risk)) if facts.happened(e.on, setting.window)
        ]
        n += bool(looked_at)
        found.count(risk, looked_at[-1] if looked_at else None)
    return quotient(found, n, d)


def rk3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    before = facts.today - timedelta(days=setting.window)
    x0 = added = x1 = 0
    for risk in facts.of("risk.identified"):
        assessments = facts.of("risk.assessed", **_of(risk))
        if not assessments:
            continue
        used: list[Entry] = []
        by_then = [a for a in assessments if a.on <= before]
        if by_then and _is_open(facts, risk, before):
            x0 += _exposure(by_then[-1])
            used.append(by_then[-1])
        if facts.happened(assessments[0].on, setting.window):
            added += _exposure(assessments[0])
            used.append(assessments[0])
        if _is_open(facts, risk, facts.today):
            x1 += _exposure(assessments[-1])
            used.append(assessments[-1])
        if used:
            found.count(risk, *used, facts.first("risk.closed", **_of(risk)))
    d = x0 + added
    if d > 0:
        found.value, found.n, found.d = ratio(d - x1, d), (d - x1) * ONE, d * ONE
    return found


def rk4(facts: Facts, setting: Setting) -> Found:
    items = []
    for planned in facts.of("risk.treatment_planned"):
        due = day(planned.data["due_on"])
        completed = _completion(facts, planned)
        closed = [e for e in facts.of("risk.closed", risk_id=planned.data["risk_id"]) if e.on <= due]
        reason = "risk_closed" if completed is None and closed else None
        items.append(DueItem(planned, due, completed is not None and completed.on <= due, [completed], reason))
    return kept_in_time(facts, setting.window, items)


def rk5(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for issue in facts.of("issue.raised"):
        if issue.data["severity"] > 2 or not facts.happened(issue.on, setting.window):
            continue
        d += 1
        materialised = facts.of("risk.materialised", issue_id=issue.data["issue_id"])
        linked = {e.data["risk_id"] for e in materialised}
        if issue.data.get("linked_risk") is not None:
            linked.add(issue.data["linked_risk"])
        foreseen = [
            r
            for r in facts.of("risk.identified")
            if r.data["risk_id"] in linked and r.on <= issue.on - timedelta(days=1)
        ]
        n += bool(foreseen)
        found.count(issue, *materialised, *foreseen)
    return quotient(found, n, d)
