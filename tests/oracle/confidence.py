"""How far the number can be relied on (docs/principles.md 3.6, A80 to A82)."""

from oracle.entries import Entry
from oracle.facts import Facts


def countersigned_share(facts: Facts) -> tuple[int, int]:
    """Countersigned and counted events of the last 365 days."""
    counted = [e for e in facts.entries if not e.type.startswith("entry.") and facts.happened(e.on, 365)]
    return sum(1 for e in counted if _is_countersigned(facts, e)), len(counted)


def _is_countersigned(facts: Facts, entry: Entry) -> bool:
    return _is_accepted(facts, entry) or _is_agreed_by_all(facts, entry)


def _is_accepted(facts: Facts, entry: Entry) -> bool:
    last: dict[str, Entry] = {}
    for e in facts.of("entry.countersigned", target_event_id=entry.event_id):
        if entry.corrected_at is None or e.position > entry.corrected_at:
            last[e.data["party"]] = e
    settled = facts.of("entry.dispute_settled", target_event_id=entry.event_id)
    accepted = [p for p, e in last.items() if e.data["decision"] == "accepted" and p != entry.on_behalf_of]
    disputed = [
        p for p, e in last.items() if e.data["decision"] == "disputed" and not any(s.order > e.order for s in settled)
    ]
    return bool(accepted) and not disputed


def _is_agreed_by_all(facts: Facts, entry: Entry) -> bool:
    if entry.data.get("agreed_by") is None:
        return False
    agreed = {*entry.data["agreed_by"], entry.on_behalf_of}
    return all(p in agreed for p in facts.active_parties(entry.on))


def confidence(scored: int, applicable: int, countersigned: int, counted: int) -> str:
    """Σ weights scored and applicable; counts of events. Thresholds are compared exactly."""
    if counted == 0 or applicable == 0 or scored * 2 < applicable or countersigned * 100 < counted * 20:
        return "LOW"
    if scored * 10 >= applicable * 8 and countersigned * 100 >= counted * 60:
        return "HIGH"
    return "MEDIUM"
