"""P9: IK1 to IK5 (docs/principles.md A61 to A64)."""

from datetime import date

from oracle.arithmetic import ONE, half_up, ratio
from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, kept_in_time, limited_items, quotient


def ik1(facts: Facts, setting: Setting) -> Found:
    items = []
    for requested in facts.of("information.requested"):
        request = requested.data["request_id"]
        needed_by = day(requested.data["needed_by"])
        answer = facts.first("knowledge.shared", answers_request=request)
        reason = None
        for declined in facts.of("information.request_declined", request_id=request, permitted=True):
            if _excuses(declined, needed_by, answer):
                reason = "declined_permitted"
        for withdrawn in facts.of("information.request_withdrawn", request_id=request):
            if _excuses(withdrawn, needed_by, answer):
                reason = "request_withdrawn"
        kept = answer is not None and answer.on <= needed_by
        items.append(DueItem(requested, needed_by, kept, [answer], reason))
    return kept_in_time(facts, setting.window, items)


def _excuses(entry: Entry, needed_by: date, answer: Entry | None) -> bool:
    """Dated on or before needed_by and not after the answer: dates are compared, not positions."""
    return entry.on <= needed_by and (answer is None or entry.on <= answer.on)


def _shares(facts: Facts, window: int) -> list[Entry]:
    return [e for e in facts.of("knowledge.shared") if facts.happened(e.on, window)]


def ik2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    given = dict.fromkeys(facts.parties, 0)
    for share in _shares(facts, setting.window):
        acknowledged = [
            a
            for a in facts.of("knowledge.acknowledged", share_id=share.data["share_id"])
            if a.data["party"] in share.data["to_parties"]
        ]
        if not acknowledged:
            continue
        if share.data["from_party"] in given:
            given[share.data["from_party"]] += 1
            found.count(share, acknowledged[0])
        else:
            found.leave_out(share, "left_party")
    if sum(given.values()) >= setting.min_n:
        low, high = min(given.values()), max(given.values())
        found.value, found.n, found.d = ratio(low, high), low * ONE, high * ONE
    return found


def ik3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for share in _shares(facts, setting.window):
        d += 1
        found.count(share)
        has_rules = bool(share.data.get("classification")) and bool(share.data.get("ip_status"))
        if share.data.get("classification") in ("confidential", "restricted"):
            has_rules = has_rules and bool(share.data.get("permitted_use"))
        n += has_rules
    return quotient(found, n, d)


def ik4(facts: Facts, setting: Setting) -> Found:
    found = Found()
    shares = _shares(facts, setting.window)
    breaches = [e for e in facts.of("information.breach_reported") if facts.happened(e.on, setting.window)]
    if shares or breaches:
        d = max(len(shares), 1)
        found.value, found.n, found.d = half_up(100 * len(breaches) * ONE, d), len(breaches) * ONE, d * ONE
        found.items = d
        found.count(*breaches, *shares)
    return found


def ik5(facts: Facts, setting: Setting) -> Found:
    items = limited_items(facts, "lesson.recorded", 180, ["lesson.applied"], "lesson_id")
    return kept_in_time(facts, setting.window, items)
