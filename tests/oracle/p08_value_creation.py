"""P8: VC1 to VC5 (docs/principles.md A55 to A60)."""

from datetime import date

from oracle.arithmetic import half_up, ratio, scaled
from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import Found, Setting, kept_in_time, limited_items, quotient
from oracle.money import converted, shown


def _currency(facts: Facts) -> str:
    return str(facts.registration.data["currency"])


def _amount(facts: Facts, realised: Entry) -> int:
    money = realised.data["money"]
    return converted(money["amount"], money, _currency(facts))


def _target(facts: Facts, approved: Entry) -> int:
    money = approved.data["target"]
    return converted(money["amount"], money, _currency(facts))


def _verified(facts: Facts, realised: Entry) -> Entry | None:
    return facts.first("value.verified", realisation_id=realised.data["realisation_id"])


def _is_reversed(facts: Facts, realised: Entry) -> bool:
    return facts.first("value.reversed", realisation_id=realised.data["realisation_id"]) is not None


def _money_quotient(facts: Facts, found: Found, n: int, d: int) -> Found:
    if d > 0:
        currency = _currency(facts)
        found.value, found.n, found.d = ratio(n, d), shown(n, currency), shown(d, currency)
    return found


def vc1(facts: Facts, setting: Setting) -> Found:
    found = Found()
    planned = 0
    for initiative in facts.of("initiative.proposed"):
        of_it = {"initiative_id": initiative.data["initiative_id"]}
        approved = facts.last("initiative.approved", **of_it)
        if approved is not None:
            stopped = facts.first("initiative.stopped", **of_it)
            until = min(facts.today, stopped.on) if stopped is not None else facts.today
            planned += _target_to_date(facts, approved, until)
            found.count(approved, stopped)
    realised_sum = 0
    for realised in facts.of("value.realised"):
        verified = _verified(facts, realised)
        if _is_reversed(facts, realised):
            found.leave_out(realised, "reversed")
        elif verified is not None:
            realised_sum += _amount(facts, realised)
            found.count(realised, verified)
    return _money_quotient(facts, found, realised_sum, planned)


def _target_to_date(facts: Facts, approved: Entry, until: date) -> int:
    data = approved.data
    if data.get("phasing"):
        return sum(
            converted(step["amount"], data["target"], _currency(facts))
            for step in data["phasing"]
            if day(step["by"]) <= until
        )
    start, end = day(data["start_on"]), day(data["target_by"])
    if start == end:
        share = 10_000 if until >= start else 0
    else:
        share = max(0, min(10_000, ratio((until - start).days, (end - start).days)))
    return half_up(_target(facts, approved) * share, 10_000)


def vc2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    realised_sum = target_sum = 0
    received: dict[str, int] = {}
    agreed: dict[str, int] = {}
    used = set()
    for realised in facts.of("value.realised"):
        initiative = realised.data["initiative_id"]
        approved = facts.last("initiative.approved", initiative_id=initiative)
        verified = _verified(facts, realised)
        if _is_reversed(facts, realised):
            found.leave_out(realised, "reversed")
            continue
        if verified is None:
            continue
        if approved is None or not approved.data.get("agreed_share"):
            found.leave_out(realised, "not_agreed")
            continue
        found.count(approved, realised, verified)
        realised_sum += _amount(facts, realised)
        for party, amount in realised.data["shares"].items():
            money = realised.data["money"]
            received[party] = received.get(party, 0) + converted(amount, money, _currency(facts))
        if initiative not in used:
            used.add(initiative)
            target_sum += _target(facts, approved)
            for party, percent in approved.data["agreed_share"].items():
                agreed[party] = agreed.get(party, 0) + _target(facts, approved) * scaled(percent, 2)
    if realised_sum == 0 or target_sum == 0:
        found.counted.clear()
        return found
    distance = 0
    for party in sorted(set(received) | set(agreed)):
        r = ratio(received.get(party, 0), realised_sum)
        q = half_up(agreed.get(party, 0), target_sum)
        distance += abs(r - q)
    found.value = half_up(20_000 - distance, 2)
    return found


def vc3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    by_party = dict.fromkeys(facts.parties, 0)
    for proposed in facts.of("initiative.proposed"):
        if not facts.happened(proposed.on, setting.window):
            continue
        party = proposed.data["by_party"]
        if party in by_party:
            by_party[party] += 1
            found.count(proposed)
        else:
            found.leave_out(proposed, "left_party")
    total = sum(by_party.values())
    if total >= setting.min_n:
        quotient(found, len(facts.parties) * min(by_party.values()), total)
        found.items = None
    return found


def vc4(facts: Facts, setting: Setting) -> Found:
    decisions = ["initiative.approved", "initiative.rejected"]
    items = limited_items(facts, "initiative.proposed", 60, decisions, "initiative_id")
    return kept_in_time(facts, setting.window, items)


def vc5(facts: Facts, setting: Setting) -> Found:
    found = Found()
    claimed = verified_sum = 0
    for realised in facts.of("value.realised"):
        if not facts.happened(realised.on, setting.window):
            continue
        if _is_reversed(facts, realised):
            found.leave_out(realised, "reversed")
            continue
        verified = _verified(facts, realised)
        found.count(realised, verified)
        claimed += _amount(facts, realised)
        if verified is not None:
            verified_sum += _amount(facts, realised)
    return _money_quotient(facts, found, verified_sum, claimed)
