"""Objectives: what the parties want to reach by a day."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.enums import Effect
from api.graphql.schema.items.item import Item
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from api.graphql.schema.scalars import BigInt, Decimal
from projections.items.objectives import OBJECTIVE


@strawberry.enum
class ObjectiveState(Enum):
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"


@strawberry.type(description="The objective of its own that a party serves with it.")
class ObjectiveLink:
    party: Organisation
    own_objective: str


@strawberry.type(description="An attempt to change the target, the due date or both, and what came of it.")
class Revision:
    position: BigInt
    on: date
    target: Decimal | None
    from_due_on: date | None
    new_due_on: date | None
    agreed_by: list[Organisation]
    effect: Effect | None


@strawberry.type(description="What the parties want to reach by a day.")
class Objective(Item):
    agreed_on: date
    title: str
    measure: str
    unit: str
    baseline: Decimal
    target: Decimal = strawberry.field(description="As revised in time by all.")
    due_on: date = strawberry.field(description="As first agreed.")
    scored_due_on: date = strawberry.field(description="As revised in time by all.")
    owner_party: Organisation
    state: ObjectiveState
    links: list[ObjectiveLink]
    endorsed_by: list[Organisation]
    value: Decimal | None = strawberry.field(description="The last measurement.")
    measured_on: date | None
    revisions: list[Revision]


@strawberry.input(description="Which objectives are listed; what is left out lets everything through.")
class ObjectiveFilter(ItemFilter):
    states: list[ObjectiveState] | None = None


OBJECTIVES = listed(Objective, OBJECTIVE, ObjectiveFilter, "By scored due date.")
