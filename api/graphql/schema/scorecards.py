"""Scorecards. Everything that many are asked for is a plain attribute; the entries behind a number are loaded apart."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.schema.connections import Connection, connection, listed
from api.graphql.schema.context import Info
from api.graphql.schema.enums import Band, Confidence, ExclusionReason, Gate, IndicatorStatus, Trend, View
from api.graphql.schema.events import Event, event_of
from api.graphql.schema.fields import described
from api.graphql.schema.loaders import Asked
from api.graphql.schema.principles import BY_ID, DEFINITIONS, IndicatorDefinition, Principle
from api.graphql.schema.scalars import BigInt, Decimal
from projections.pages import DEFAULT
from projections.scorecards import scorecard

if TYPE_CHECKING:
    from api.graphql.schema.relationships import Relationship

_BANDS = {band.value: band for band in Band}
_TRENDS = {trend.value: trend for trend in Trend}
_STATUSES = {status.value: status for status in IndicatorStatus}


@strawberry.type(description="An entry that was looked at and left out.")
class Exclusion:
    event: Event
    reason: ExclusionReason


@strawberry.type(description="One indicator on a scorecard.")
class IndicatorResult:
    id: strawberry.ID = strawberry.field(description="That of its definition, for example TC1.")
    definition: IndicatorDefinition
    status: IndicatorStatus
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    score: Decimal | None
    weight: Decimal
    contribution: Decimal | None
    asked: strawberry.Private[Asked]

    @described("The facts counted.")
    async def evidence(self, info: Info, first: int | None = DEFAULT, after: str | None = None) -> Connection[Event]:
        counted = [(position,) for position in (await self._explained(info)).counted]
        page = listed(counted, first, after, int)
        return connection(page, await _events(info, [position for (position,) in page.rows]), after)

    @described("The facts left out, each with its reason.")
    async def excluded(
        self, info: Info, first: int | None = DEFAULT, after: str | None = None
    ) -> Connection[Exclusion]:
        page = listed((await self._explained(info)).excluded, first, after, int, str)
        events = await _events(info, [position for position, _ in page.rows])
        reasons = [ExclusionReason(reason) for _, reason in page.rows]
        exclusions = [Exclusion(event=event, reason=reason) for event, reason in zip(events, reasons, strict=True)]
        return connection(page, exclusions, after)

    async def _explained(self, info: Info) -> scorecard.IndicatorResult:
        card = await info.context.load.explained.load(self.asked)
        return next(result for p in card.principles for result in p.indicators if result.id == self.id)


@strawberry.type(description="One of the twelve principles on a scorecard.")
class PrincipleScore:
    principle: Principle
    score: Decimal | None
    band: Band
    coverage: Decimal
    trend: Trend
    trend_delta: Decimal | None
    weight: Decimal
    contribution: Decimal | None
    indicators: list[IndicatorResult]


@strawberry.type(description="The lowest and highest overall score when one principle's weight is halved or doubled.")
class Sensitivity:
    low: Decimal
    high: Decimal


@strawberry.type(description="A relationship as at a date, as known at a position of the log.")
class Scorecard:
    relationship: Annotated["Relationship", strawberry.lazy("api.graphql.schema.relationships")]
    as_of: date
    known_at: BigInt
    policy_version: int
    restated: bool = strawberry.field(description="Scored by another policy version than that of its date.")
    view: View
    score: Decimal | None
    band: Band
    coverage: Decimal
    confidence: Confidence
    rated_principles: int
    trend: Trend
    trend_delta: Decimal | None
    gates: list[Gate]
    sensitivity: Sensitivity | None
    principles: list[PrincipleScore] = strawberry.field(description="Always twelve.")
    engine_version: str
    asked: strawberry.Private[Asked]

    @described("SHA-256 over the canonical JSON of the scorecard, its evidence included.")
    async def digest(self, info: Info) -> str:
        card = await info.context.load.explained.load(self.asked)
        return card.digest()


def scorecard_of(card: scorecard.Scorecard, relationship: "Relationship", asked: Asked) -> Scorecard:
    return Scorecard(
        relationship=relationship,
        as_of=card.as_of,
        known_at=card.known_at,
        policy_version=card.policy_version,
        restated=card.restated,
        view=View(card.view),
        score=card.score,
        band=_BANDS[card.band],
        coverage=card.coverage,
        confidence=Confidence(card.confidence),
        rated_principles=card.rated_principles,
        trend=_TRENDS[card.trend.direction],
        trend_delta=card.trend.delta,
        gates=[Gate(gate) for gate in card.gates],
        sensitivity=_sensitivity(card.sensitivity),
        principles=[_principle(score, asked) for score in card.principles],
        engine_version=card.engine_version,
        asked=asked,
    )


def _sensitivity(found: scorecard.Sensitivity | None) -> Sensitivity | None:
    return None if found is None else Sensitivity(low=found.low, high=found.high)


def _principle(score: scorecard.PrincipleScore, asked: Asked) -> PrincipleScore:
    return PrincipleScore(
        principle=BY_ID[score.principle],
        score=score.score,
        band=_BANDS[score.band],
        coverage=score.coverage,
        trend=_TRENDS[score.trend.direction],
        trend_delta=score.trend.delta,
        weight=score.weight,
        contribution=score.contribution,
        indicators=[_result(result, asked) for result in score.indicators],
    )


def _result(result: scorecard.IndicatorResult, asked: Asked) -> IndicatorResult:
    return IndicatorResult(
        id=strawberry.ID(result.id),
        definition=DEFINITIONS[result.id],
        status=_STATUSES[result.status],
        value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        score=result.score,
        weight=result.weight,
        contribution=result.contribution,
        asked=asked,
    )


async def _events(info: Info, positions: list[int]) -> list[Event]:
    """The events at these positions, all of which are recorded."""
    found = await info.context.load.by_position.load_many(positions)
    return [event_of(envelope) for envelope in found if envelope is not None]
