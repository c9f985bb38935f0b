"""Documents that are issued in versions and agreed by each party (docs/principles.md A35, A36)."""

from oracle.arithmetic import ONE
from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import Found, missing, quotient


def current(facts: Facts, issued: str) -> Entry | None:
    """The highest version issued by T, for a plan among those in effect."""
    newest: Entry | None = None
    for e in facts.of(issued):
        if issued == "joint_plan.issued" and day(e.data["effective_on"]) > facts.today:
            continue
        if newest is None or e.data["version"] > newest.data["version"]:
            newest = e
    return newest


def first_agreements(facts: Facts, agreed: str, version: int) -> dict[str, Entry]:
    """The first agreement of the version by each party that ever gave one."""
    first: dict[str, Entry] = {}
    for e in facts.of(agreed, version=version):
        first.setdefault(e.data["party"], e)
    return first


def agreed_share(facts: Facts, issued: str, agreed: str) -> Found:
    """RM1, VV1, EX1."""
    found = Found()
    newest = current(facts, issued)
    if newest is None:
        return missing(found, len(facts.parties))
    first = first_agreements(facts, agreed, newest.data["version"])
    found.count(newest)
    for party, e in first.items():
        if party in facts.parties:
            found.count(e)
        else:
            found.leave_out(e, "left_party")
    return quotient(found, sum(1 for p in facts.parties if p in first), len(facts.parties))


def currency(facts: Facts, issued: str, agreed: str, reviewed: str) -> Found:
    """RM2, EX2: days since the later of full agreement and last review."""
    found = Found()
    newest = current(facts, issued)
    if newest is None:
        return found
    first = first_agreements(facts, agreed, newest.data["version"])
    for party, e in first.items():
        if party not in facts.parties:
            found.leave_out(e, "left_party")
    dates = []
    used: list[Entry | None] = []
    if all(p in first for p in facts.parties):
        dates.append(max(first[p].on for p in facts.parties))
        used += [first[p] for p in facts.parties]
    review = facts.last(reviewed, version=newest.data["version"])
    if review is not None:
        dates.append(review.on)
        used.append(review)
    if not dates:
        return found
    found.count(newest, *used)
    return aged(found, facts.age(max(dates)))


def aged(found: Found, days: int) -> Found:
    """Kind G: n is the age, d is 1."""
    found.value, found.n, found.d = days * ONE, days * ONE, ONE
    return found
