"""P7: TC1 to TC5 (docs/principles.md A9 to A16, A25, A53, A54)."""

from datetime import timedelta

from oracle import rounds
from oracle.arithmetic import ratio
from oracle.entries import day
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, items_due, kept_in_time, quotient
from oracle.promises import Commitment, commitments


def _item(commitment: Commitment, kept: bool) -> DueItem:
    return DueItem(
        made=commitment.made,
        limit=commitment.due,
        kept=kept,
        deciders=commitment.deciders,
        reason="withdrawn" if commitment.outcome == "WITHDRAWN" else None,
        without_effect=commitment.without_effect,
    )


def tc1(facts: Facts, setting: Setting) -> Found:
    items = [_item(c, c.outcome == "KEPT") for c in commitments(facts)]
    return kept_in_time(facts, setting.window, items)


def tc2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    items = []
    for c in commitments(facts):
        item = _item(c, c.outcome == "KEPT")
        if c.made.data["by_party"] not in facts.parties:
            item.reason = "left_party"
        items.append(item)
    judged = items_due(facts, found, setting.window, items)
    rates = []
    for party in facts.parties:
        of_party = [item for item in judged if item.made.data["by_party"] == party]
        if len(of_party) < setting.min_n:
            return found
        rates.append(ratio(sum(1 for item in of_party if item.kept), len(of_party)))
    if max(rates) > 0:
        found.value, found.n, found.d = ratio(min(rates), max(rates)), min(rates), max(rates)
    return found


def tc3(facts: Facts, setting: Setting) -> Found:
    items = []
    for c in commitments(facts):
        broken_or_disputed = c.outcome in ("BROKEN", "DISPUTED") or (c.outcome == "LATE" and c.disputed)
        items.append(_item(c, broken_or_disputed))
    return kept_in_time(facts, setting.window, items)


def tc4(facts: Facts, setting: Setting) -> Found:
    return rounds.newest_usable(facts, setting.window, rounds.recommendation, rounds.net_score)


def tc5(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for e in facts.of("commitment.rescheduled"):
        if not facts.happened(e.on, setting.window):
            continue
        d += 1
        found.count(e)
        if day(e.data["requested_on"]) <= day(e.data["from_due_on"]) - timedelta(days=5):
            n += 1
    return quotient(found, n, d)
