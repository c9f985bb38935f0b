"""P5: GP1 to GP4 (docs/principles.md A47 to A50)."""

from datetime import timedelta

from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, kept_in_time, missing, quotient

SLA_DAYS = {1: 5, 2: 10, 3: 20, 4: 40}


def gp1(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    bodies_active = False
    for body in facts.of("governance_body.established"):
        dissolved = facts.first("governance_body.dissolved", body_id=body.data["body_id"])
        active_days = sum(
            1 for d_ in facts.days(setting.window) if body.on <= d_ and (dissolved is None or d_ < dissolved.on)
        )
        if active_days == 0:
            continue
        bodies_active = True
        due = active_days // int(body.data["cadence_days"])
        held = [
            e for e in facts.of("meeting.held", body_id=body.data["body_id"]) if facts.happened(e.on, setting.window)
        ]
        n += min(len(held), due)
        d += due
        if due >= 1:
            found.count(body, dissolved, *held)
    return quotient(found, n, d) if bodies_active else missing(found, 0)


def gp2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for held in facts.of("meeting.held"):
        if not facts.happened(held.on, setting.window):
            continue
        d += 1
        found.count(held)
        if _is_quorate(facts, held):
            n += 1
    return quotient(found, n, d)


def _is_quorate(facts: Facts, held: Entry) -> bool:
    body = facts.of("governance_body.established", body_id=held.data["body_id"])[0]
    required = body.data["required_roles"]
    present = {a["party"] for a in held.data["attendees"] if not required or a["role"] in required}
    return all(p in present for p in facts.active_parties(held.on))


def gp3(facts: Facts, setting: Setting) -> Found:
    items = []
    for taken in facts.of("decision.taken"):
        if taken.data.get("due_on") is None:
            continue
        due = day(taken.data["due_on"])
        implemented = facts.first("decision.implemented", decision_id=taken.data["decision_id"])
        reversals = facts.of("decision.reversed", decision_id=taken.data["decision_id"])
        reason = "reversed" if any(r.on <= due for r in reversals) else None
        kept = implemented is not None and implemented.on <= due
        items.append(DueItem(taken, due, kept, [implemented], reason))
    return kept_in_time(facts, setting.window, items)


def gp4(facts: Facts, setting: Setting) -> Found:
    items = []
    for issue in facts.of("issue.raised"):
        of_it = {"issue_id": issue.data["issue_id"]}
        limit = issue.on + timedelta(days=SLA_DAYS[issue.data["severity"]])
        in_time = [e for e in facts.of("issue.resolved", **of_it) if e.on <= limit]
        resolved = in_time[-1] if in_time else None
        reopened = None
        if resolved is not None:
            for e in facts.of("issue.reopened", **of_it):
                if e.order > resolved.order and e.on <= resolved.on + timedelta(days=30):
                    reopened = e
                    break
        items.append(DueItem(issue, limit, resolved is not None and reopened is None, [resolved, reopened]))
    return kept_in_time(facts, setting.window, items)
