"""From indicators to a scorecard (docs/principles.md 3; the shape is docs/contract.md 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from oracle.arithmetic import fixed, half_up, ratio
from oracle.confidence import confidence, countersigned_share
from oracle.entries import Entry, Line, effective, position_known_at
from oracle.facts import Facts
from oracle.measures import INDICATORS, PRINCIPLES, Result, result_of
from oracle.policies import Policy, policy
from oracle.promises import commitments as commitments_of


@dataclass
class Principle:
    """Weights in hundredths, the score in hundredths of a point."""

    id: str
    results: list[Result]
    scored: int
    applicable: int
    score: int | None
    weight: int


@dataclass
class Scores:
    principles: list[Principle]
    overall: int | None

    @property
    def rated(self) -> list[Principle]:
        return [p for p in self.principles if p.score is not None]


def weighted(pairs: list[tuple[int, int]]) -> int | None:
    """half_up(Σ w·s, Σ w); none where the weights sum to 0."""
    total = sum(w for w, _ in pairs)
    return half_up(sum(w * s for w, s in pairs), total) if total > 0 else None


def scores(facts: Facts, rules: Policy) -> Scores:
    principles = []
    for id_ in PRINCIPLES:
        results = [result_of(facts, i, rules.indicators[i.id]) for i in INDICATORS if i.principle == id_]
        scored = sum(r.setting.weight for r in results if r.status == "SCORED")
        applicable = sum(r.setting.weight for r in results if r.status != "NOT_APPLICABLE")
        is_rated = scored > 0 and scored * 2 >= applicable
        score = weighted([(r.setting.weight, r.score) for r in results if r.score is not None]) if is_rated else None
        principles.append(Principle(id_, results, scored, applicable, score, rules.principles[id_]))
    rated = [(p.weight, p.score) for p in principles if p.score is not None]
    return Scores(principles, weighted(rated) if len(rated) >= 8 else None)


def band_of(score: int | None, rules: Policy) -> str:
    if score is None:
        return "NOT_RATED"
    if score < rules.amber_from:
        return "RED"
    return "AMBER" if score < rules.green_from else "GREEN"


def gates_of(facts: Facts, now: Scores, rules: Policy) -> list[str]:
    at_zero = {r.indicator.id for p in now.principles for r in p.results if r.status == "SCORED" and r.found.value == 0}
    severe = [e for e in facts.of("information.breach_reported", severity=1) if facts.happened(e.on, 365)]
    conditions = {
        "plan_not_agreed": "RM1" in at_zero,
        "exit_strategy_not_agreed": "EX1" in at_zero,
        "severe_breach": bool(severe),
        "principle_red": any(band_of(p.score, rules) == "RED" for p in now.principles),
    }
    return [name for name, holds in conditions.items() if holds and rules.gates[name]]


def trend_of(now: int | None, before: int | None) -> dict[str, str | None]:
    if now is None or before is None:
        return {"direction": "UNKNOWN", "delta": None}
    delta = now - before
    direction = "FLAT" if abs(delta) < 300 else "UP" if delta > 0 else "DOWN"
    return {"direction": direction, "delta": fixed(delta, 2)}


def sensitivity_of(now: Scores) -> dict[str, str | None] | None:
    """Lowest and highest score with one weight halved or doubled; all weights are doubled to keep halves whole."""
    if now.overall is None:
        return None
    variants = [now.overall]
    for varied in now.rated:
        for factor in (1, 4):
            pairs = [(p.weight * (factor if p is varied else 2), p.score) for p in now.rated if p.score is not None]
            score = weighted(pairs)
            assert score is not None
            variants.append(score)
    return {"low": fixed(min(variants), 2), "high": fixed(max(variants), 2)}


def _coverage(scored: int, applicable: int) -> str | None:
    return fixed(ratio(scored, applicable) if applicable > 0 else 0, 4)


def _contribution(score_above: int | None, weight: int, score: int | None, total: int) -> str | None:
    if score_above is None or score is None:
        return None
    return fixed(half_up(weight * score, total), 2)


def _indicator(result: Result, principle: Principle) -> dict[str, Any]:
    return {
        "id": result.indicator.id,
        "status": result.status,
        "value": fixed(result.found.value, 4),
        "numerator": fixed(result.found.n, 4),
        "denominator": fixed(result.found.d, 4),
        "score": fixed(result.score, 2),
        "weight": fixed(result.setting.weight, 2),
        "contribution": _contribution(principle.score, result.setting.weight, result.score, principle.scored),
        "counted": sorted(result.found.counted),
        "excluded": [[position, reason] for position, reason in sorted(result.found.excluded)],
    }


def _effective(
    log: Sequence[Line], relationship_id: str, known_at: int | str | None, view: str, party: str | None
) -> tuple[int, list[Entry]]:
    k = position_known_at(log, known_at)
    return k, effective(log, relationship_id, k, view, party)


def scorecard(
    log: Sequence[Line],
    relationship_id: str,
    as_of: date | str,
    known_at: int | str | None = None,
    policy_version: int | None = None,
    view: str = "shared",
    party: str | None = None,
) -> dict[str, Any]:
    """The object of docs/contract.md 6, with `countersigned` beside `confidence`."""
    today = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    k, entries = _effective(log, relationship_id, known_at, view, party)
    rules = policy(log, k, today, policy_version)
    facts = Facts(entries, today)
    now = scores(facts, rules)
    earlier = today - timedelta(days=90)
    before = scores(Facts(entries, earlier), rules) if earlier >= facts.registration.on else None

    gates = gates_of(facts, now, rules)
    band = band_of(now.overall, rules)
    scored = sum(p.scored for p in now.principles)
    applicable = sum(p.applicable for p in now.principles)
    countersigned, counted = countersigned_share(facts)
    weight_rated = sum(p.weight for p in now.rated)
    principles = []
    for i, p in enumerate(now.principles):
        principles.append(
            {
                "principle": p.id,
                "score": fixed(p.score, 2),
                "band": band_of(p.score, rules),
                "coverage": _coverage(p.scored, p.applicable),
                "trend": trend_of(p.score, before.principles[i].score if before else None),
                "weight": fixed(p.weight, 2),
                "contribution": _contribution(now.overall, p.weight, p.score, weight_rated),
                "indicators": [_indicator(r, p) for r in p.results],
            }
        )
    return {
        "engine_version": "1",
        "relationship": relationship_id,
        "as_of": today.isoformat(),
        "known_at": k,
        "policy_version": rules.version,
        "restated": rules.restated,
        "view": view,
        "party": party if view == "own" else None,
        "score": fixed(now.overall, 2),
        "band": "AMBER" if gates and band == "GREEN" else band,
        "coverage": _coverage(scored, applicable),
        "confidence": confidence(scored, applicable, countersigned, counted),
        "countersigned": fixed(ratio(countersigned, counted), 4) if counted else None,
        "rated_principles": len(now.rated),
        "trend": trend_of(now.overall, before.overall if before else None),
        "gates": gates,
        "sensitivity": sensitivity_of(now),
        "principles": principles,
    }


def commitments(
    log: Sequence[Line],
    relationship_id: str,
    as_of: date | str,
    known_at: int | str | None = None,
    view: str = "shared",
    party: str | None = None,
) -> dict[str, dict[str, Any]]:
    """Outcome, scored due date, days late and the effects of the reschedulings, by commitment."""
    today = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    facts = Facts(_effective(log, relationship_id, known_at, view, party)[1], today)
    found = {}
    for c in commitments_of(facts):
        late = None
        if c.outcome == "LATE" and c.fulfilment is not None:
            late = (c.fulfilment.on - c.due).days
        elif c.outcome in ("OVERDUE", "BROKEN") and c.breach is None:
            late = facts.age(c.due)
        found[c.id] = {
            "outcome": c.outcome,
            "scored_due": c.due.isoformat(),
            "days_late": late,
            "reschedules": c.reschedules,
        }
    return found


def parties(
    log: Sequence[Line], relationship_id: str, as_of: date | str, known_at: int | str | None = None
) -> list[str]:
    """The active parties at T, ascending."""
    today = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return Facts(_effective(log, relationship_id, known_at, "shared", None)[1], today).parties
