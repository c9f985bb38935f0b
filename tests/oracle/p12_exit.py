"""P12: EX1 to EX5 (docs/principles.md A35, A36, A73, A74)."""

from datetime import timedelta

from oracle import versions
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, answered_items, kept_in_time, missing, quotient

PARTS = (
    "triggers",
    "transition",
    "information_assets",
    "intellectual_property",
    "people",
    "liabilities",
    "communication",
)


def ex1(facts: Facts, setting: Setting) -> Found:
    return versions.agreed_share(facts, "exit_strategy.issued", "exit_strategy.agreed")


def ex2(facts: Facts, setting: Setting) -> Found:
    return versions.currency(facts, "exit_strategy.issued", "exit_strategy.agreed", "exit_strategy.reviewed")


def ex3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    newest = versions.current(facts, "exit_strategy.issued")
    if newest is None:
        return missing(found, len(PARTS))
    found.count(newest)
    return quotient(found, sum(1 for part in PARTS if part in newest.data["parts"]), len(PARTS))


def ex4(facts: Facts, setting: Setting) -> Found:
    items = []
    for observed in facts.of("exit_trigger.observed"):
        limit = observed.on + timedelta(days=30)
        following = [
            e
            for e in facts.of("exit_trigger.assessed", trigger_id=observed.data["trigger_id"])
            if e.order > observed.order
        ]
        answer = following[0] if following else None
        items.append(DueItem(observed, limit, answer is not None and answer.on <= limit, [answer]))
    return kept_in_time(facts, setting.window, items)


def ex5(facts: Facts, setting: Setting) -> Found:
    items = answered_items(facts, "exit_obligation.added", "due_on", "exit_obligation.discharged", "obligation_id")
    return kept_in_time(facts, None, items)
