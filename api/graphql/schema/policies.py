"""Scoring policies: the built-in version 0 and every published one, each with everything below it applied."""

from datetime import date
from typing import Any

import strawberry
from msgspec import to_builtins
from sqlalchemy import Connection

from api.graphql.schema.enums import Gate
from api.graphql.schema.principles import BY_ID, DEFINITIONS, IndicatorDefinition, Principle
from api.graphql.schema.scalars import JSON, Decimal
from domain.facts.policies import ScoringPolicyPublished
from projections.scorecards import policy
from projections.scorecards.scorecard import fixed


@strawberry.type(description="How a policy version scores one indicator.")
class IndicatorSetting:
    definition: IndicatorDefinition
    floor: Decimal
    target: Decimal
    weight: Decimal
    window_days: int | None
    min_n: int
    enabled: bool


@strawberry.type(description="How much a principle weighs under a policy version.")
class PrincipleSetting:
    principle: Principle
    weight: Decimal


@strawberry.type(description="Whether a gate holds under a policy version.")
class GateSetting:
    gate: Gate
    enabled: bool


@strawberry.type(description="One version of the scoring policy, with those below it applied.")
class ScoringPolicy:
    version: int = strawberry.field(description="0 is built in.")
    effective_from: date | None = strawberry.field(description="Dates from this one on are scored by it; null for 0.")
    reason: str | None
    changes: JSON = strawberry.field(description="What it changes of the version one lower, by stored names.")
    indicators: list[IndicatorSetting]
    principles: list[PrincipleSetting]
    amber_from: Decimal
    green_from: Decimal
    gates: list[GateSetting]


def all_policies(connection: Connection, known_at: int) -> list[ScoringPolicy]:
    """In the order of their versions, from 0."""
    in_force = policy.DEFAULT
    found = [_shown(in_force, None)]
    for published in policy.versions(connection, known_at):
        in_force = policy.apply(in_force, published)
        found.append(_shown(in_force, published))
    return found


def _shown(in_force: policy.Policy, published: ScoringPolicyPublished | None) -> ScoringPolicy:
    changes: Any = {} if published is None else to_builtins(published.changes)
    return ScoringPolicy(
        version=in_force.version,
        effective_from=None if published is None else published.effective_from,
        reason=None if published is None else published.reason,
        changes=changes,
        indicators=[
            IndicatorSetting(
                definition=DEFINITIONS[key],
                floor=fixed(setting.floor, 4) or "",
                target=fixed(setting.target, 4) or "",
                weight=fixed(setting.weight, 2) or "",
                window_days=setting.window,
                min_n=setting.min_n,
                enabled=setting.enabled,
            )
            for key, setting in in_force.indicators.items()
        ],
        principles=[
            PrincipleSetting(principle=BY_ID[key], weight=fixed(weight, 2) or "")
            for key, weight in in_force.principles.items()
        ],
        amber_from=fixed(in_force.amber_from, 2) or "",
        green_from=fixed(in_force.green_from, 2) or "",
        gates=[GateSetting(gate=Gate(key), enabled=enabled) for key, enabled in in_force.gates.items()],
    )
