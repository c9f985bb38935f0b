"""The twelve principles and their indicator definitions: made once, as they never change while the program runs."""

import strawberry

from api.graphql.schema.enums import IndicatorKind
from api.graphql.schema.scalars import Decimal
from projections import indicators
from projections.indicators.definition import Indicator
from projections.scorecards.scorecard import fixed


@strawberry.type(description="One of the twelve principles of ISO/TR 44000.")
class Principle:
    id: strawberry.ID = strawberry.field(description="P1 to P12.")
    number: int
    title: str
    clause: int = strawberry.field(description="Its clause in ISO/TR 44000:2019.")
    purpose: str
    indicators: "list[IndicatorDefinition]"


@strawberry.type(description="What an indicator measures, and how it is scored by default.")
class IndicatorDefinition:
    id: strawberry.ID = strawberry.field(description="For example TC1.")
    principle: Principle
    title: str
    unit: str
    kind: IndicatorKind
    formula: str
    no_data: str = strawberry.field(description="What it means when there is nothing to measure.")
    source: str = strawberry.field(description="Where the indicator and its target come from.")
    floor: Decimal = strawberry.field(description="The value that scores 0.")
    target: Decimal = strawberry.field(description="The value that scores 100: a default, not a norm.")
    higher_is_better: bool
    window_days: int | None
    from_stage: int = strawberry.field(description="The first life-cycle stage at which it applies.")
    min_n: int
    weight: Decimal


def _principle(principle: indicators.Principle) -> Principle:
    made = Principle(
        id=strawberry.ID(principle.id),
        number=principle.number,
        title=principle.title,
        clause=principle.clause,
        purpose=principle.purpose,
        indicators=[],
    )
    made.indicators.extend(_definition(indicator, made) for indicator in principle.indicators)
    return made


def _definition(indicator: Indicator, principle: Principle) -> IndicatorDefinition:
    return IndicatorDefinition(
        id=strawberry.ID(indicator.id),
        principle=principle,
        title=indicator.title,
        unit=indicator.unit,
        kind=IndicatorKind(indicator.kind),
        formula=indicator.formula,
        no_data=indicator.no_data,
        source=indicator.source,
        floor=fixed(indicator.floor, 4) or "",
        target=fixed(indicator.target, 4) or "",
        higher_is_better=indicator.higher_is_better,
        window_days=indicator.window,
        from_stage=indicator.from_stage,
        min_n=indicator.min_n,
        weight=fixed(indicator.weight, 2) or "",
    )


PRINCIPLES = [_principle(principle) for principle in indicators.PRINCIPLES]
BY_ID = {str(principle.id): principle for principle in PRINCIPLES}
DEFINITIONS = {str(definition.id): definition for principle in PRINCIPLES for definition in principle.indicators}
