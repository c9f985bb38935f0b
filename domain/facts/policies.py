"""The scoring policy: recorded like everything else, in versions. Rules: docs/principles.md 3.9, A28, A29, A88, A92."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from domain.errors import IsOutOfOrder, IsOutOfRange, unknown
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import Days, DueOn, Figure, FreeText, Hundredths, PrincipleId, Version

GateName = Literal["plan_not_agreed", "exit_strategy_not_agreed", "severe_breach", "principle_red"]


class IndicatorChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a policy version changes of one indicator; what is left out stays as the version below has it."""

    floor: Figure | None = None
    target: Figure | None = None
    weight: Hundredths | None = None
    window_days: Days | None = None
    min_n: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    enabled: bool | None = None


class Bands(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scores from which a result is AMBER and GREEN."""

    amber_from: Hundredths
    green_from: Hundredths


class PolicyChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The changes of one policy version on top of the version one lower."""

    indicators: dict[str, IndicatorChange] = {}
    principles: dict[PrincipleId, Hundredths] = {}
    bands: Bands | None = None
    gates: dict[GateName, bool] = {}


# Facts


class ScoringPolicyPublished(Fact, frozen=True, kw_only=True, tag="scoring_policy.published"):
    """From `effective_from` on, dates are scored by this version unless the caller names another."""

    policy_version: Version
    effective_from: DueOn
    changes: PolicyChanges
    reason: FreeText


# State


class Policies(Struct, frozen=True, kw_only=True):
    """The highest version so far, and the floors and targets that the versions up to it have set."""

    version: int = 0
    floors: Mapping[str, str] = {}
    targets: Mapping[str, str] = {}


# Decisions


def decide(state: Policies | None, entry: Entry, world: World) -> Fact | None:
    state = state or Policies()
    fact = entry.fact
    assert isinstance(fact, ScoringPolicyPublished)
    if fact.policy_version != state.version + 1:
        raise IsOutOfOrder(f"Policy version {fact.policy_version} does not follow {state.version}.", "policy_version")
    check(fact.changes, state, world.goalposts)
    return fact


def check(changes: PolicyChanges, state: Policies, goalposts: Mapping[str, tuple[str, str]]) -> None:
    """Raises UnknownId or IsOutOfRange unless the next version could say that; `goalposts`: floors and targets of 0."""
    for indicator, change in changes.indicators.items():
        if indicator not in goalposts:
            raise unknown("indicator", indicator, f"changes.indicators.{indicator}")
        for bound in (change.floor, change.target):
            if bound is not None and abs(Decimal(bound)) > 10**9:
                raise IsOutOfRange(f"{bound} is beyond 10^9.", f"changes.indicators.{indicator}")
        default_floor, default_target = goalposts[indicator]
        floor = _changed(change.floor, state.floors.get(indicator, default_floor))
        target = _changed(change.target, state.targets.get(indicator, default_target))
        if Decimal(floor) == Decimal(target):
            raise IsOutOfRange(f"Floor and target are both {floor}.", f"changes.indicators.{indicator}")
    bands = changes.bands
    if bands and not 0 < Decimal(bands.amber_from) < Decimal(bands.green_from) <= 100:
        raise IsOutOfRange(
            f"Bands need 0 < amber_from < green_from <= 100, not {bands.amber_from} and {bands.green_from}.",
            "changes.bands",
        )


def _changed(value: str | None, before: str) -> str:
    return before if value is None else value


# State from facts


def evolve(state: Policies | None, entry: Entry) -> Policies:
    state = state or Policies()
    fact = entry.fact
    assert isinstance(fact, ScoringPolicyPublished)
    changes = fact.changes.indicators.items()
    return Policies(
        version=fact.policy_version,
        floors={**state.floors, **{i: c.floor for i, c in changes if c.floor is not None}},
        targets={**state.targets, **{i: c.target for i, c in changes if c.target is not None}},
    )


policies = Aggregate(
    name="scoring policy", key=None, facts=(ScoringPolicyPublished,), decide=decide, evolve=evolve, register_wide=True
)
