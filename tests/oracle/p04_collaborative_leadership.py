"""P4: CL1 to CL4 (docs/principles.md A44 to A46)."""

from datetime import timedelta

from oracle.arithmetic import ONE, half_up, ratio
from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, answered_items, kept_in_time
from oracle.roles import in_office, vacation

SPONSOR = "executive_sponsor"


def cl1(facts: Facts, setting: Setting) -> Found:
    found = Found()
    lowest: tuple[int, int, int] | None = None
    for party in facts.parties:
        sponsors = facts.of("role.assigned", party=party, role=SPONSOR)
        n = d = 0
        for d_ in facts.days(setting.window):
            if not facts.is_active(party, d_):
                continue
            d += 1
            sitting = [s for s in sponsors if in_office(facts, s, d_)]
            if sitting:
                n += 1
            for s in sitting:
                found.count(s, vacation(facts, s))
        # of equal shown ratios the one with the larger d
        candidate = (ratio(n, d), -d, n)
        if lowest is None or candidate < lowest:
            lowest = candidate
    assert lowest is not None
    found.value, found.n, found.d = lowest[0], lowest[2] * ONE, -lowest[1] * ONE
    return found


def cl2(facts: Facts, setting: Setting) -> Found:
    items = []
    for meeting in facts.of("meeting.scheduled"):
        body = facts.of("governance_body.established", body_id=meeting.data["body_id"])[0]
        if body.data["level"] != "strategic":
            continue
        scheduled_for = day(meeting.data["scheduled_for"])
        reason = None
        without_effect = []
        for cancelled in facts.of("meeting.cancelled", meeting_id=meeting.data["meeting_id"]):
            if cancelled.data["effect"] == "not_agreed":
                without_effect.append((cancelled, "not_agreed"))
            elif cancelled.on <= scheduled_for - timedelta(days=7):
                reason = "cancelled"
            else:
                without_effect.append((cancelled, "late_replan"))
        held = facts.of("meeting.held", meeting_id=meeting.data["meeting_id"])
        kept = any(_sponsors_present(facts, h) for h in held)
        items.append(DueItem(meeting, scheduled_for, kept, [held[0] if held else None], reason, without_effect))
    return kept_in_time(facts, setting.window, items)


def _sponsors_present(facts: Facts, held: Entry) -> bool:
    present = {a["party"] for a in held.data["attendees"] if a["role"] == SPONSOR}
    return all(p in present for p in facts.active_parties(held.on))


def cl3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    waits = []
    for escalated in facts.of("issue.escalated", level="strategic"):
        if not facts.happened(escalated.on, setting.window):
            continue
        issue = escalated.data["issue_id"]
        answers = facts.of("issue.acknowledged", issue_id=issue, level="strategic")
        answers += facts.of("issue.resolved", issue_id=issue)
        later = sorted((a for a in answers if a.order > escalated.order), key=lambda a: a.order)
        found.count(escalated, later[0] if later else None)
        waits.append((later[0].on - escalated.on).days if later else facts.age(escalated.on))
    if waits:
        waits.sort()
        low, high = waits[(len(waits) - 1) // 2], waits[len(waits) // 2]
        found.value, found.d, found.items = half_up((low + high) * ONE, 2), len(waits) * ONE, len(waits)
    return found


def cl4(facts: Facts, setting: Setting) -> Found:
    items = answered_items(facts, "resource.committed", "needed_by", "resource.provided", "resource_id")
    return kept_in_time(facts, setting.window, items)
