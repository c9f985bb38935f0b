"""The scoring policy in force: a chain of changes on the page's defaults (docs/principles.md 3.9, A28, A29, A88)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oracle.arithmetic import scaled
from oracle.entries import Entry, Line, day, effective
from oracle.found import Setting
from oracle.measures import INDICATORS, PRINCIPLES

GATES = ("plan_not_agreed", "exit_strategy_not_agreed", "severe_breach", "principle_red")


@dataclass
class Policy:
    """Weights and bands in hundredths."""

    version: int
    restated: bool
    indicators: dict[str, Setting]
    principles: dict[str, int]
    amber_from: int
    green_from: int
    gates: dict[str, bool]


def policy(log: Sequence[Line], known_at: int, as_of: date, named: int | None) -> Policy:
    """The policy of T, or the one the caller names; one not recorded by K is refused."""
    published = {
        e.data["policy_version"]: e
        for e in effective(log, None, known_at, "shared", None)
        if e.type == "scoring_policy.published"
    }
    in_force = max((v for v, e in published.items() if day(e.data["effective_from"]) <= as_of), default=0)
    version = in_force if named is None else named
    if version != 0 and version not in published:
        raise ValueError(f"Scoring policy {version} is not recorded by position {known_at}.")
    chosen = Policy(
        version=version,
        restated=version != in_force,
        indicators={i.id: i.default() for i in INDICATORS},
        principles=dict.fromkeys(PRINCIPLES, 100),
        amber_from=5000,
        green_from=7500,
        gates=dict.fromkeys(GATES, True),
    )
    for lower in sorted(published):
        if lower <= version:
            _change(chosen, published[lower])
    return chosen


def _change(chosen: Policy, published: Entry) -> None:
    changes = published.data["changes"]
    for id_, change in (changes.get("indicators") or {}).items():
        setting = chosen.indicators[id_]
        if change.get("floor") is not None:
            setting.floor = scaled(change["floor"], 4)
        if change.get("target") is not None:
            setting.target = scaled(change["target"], 4)
        if change.get("weight") is not None:
            setting.weight = scaled(change["weight"], 2)
        if change.get("window_days") is not None:
            setting.window = change["window_days"]
        if change.get("min_n") is not None:
            setting.min_n = change["min_n"]
        if change.get("enabled") is not None:
            setting.enabled = change["enabled"]
    for principle, weight in (changes.get("principles") or {}).items():
        chosen.principles[principle] = scaled(weight, 2)
    bands = changes.get("bands") or {}
    if bands.get("amber_from") is not None:
        chosen.amber_from = scaled(bands["amber_from"], 2)
    if bands.get("green_from") is not None:
        chosen.green_from = scaled(bands["green_from"], 2)
    chosen.gates.update(changes.get("gates") or {})
