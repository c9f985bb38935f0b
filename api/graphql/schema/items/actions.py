"""Actions by which the relationship is to get better."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.items.item import Item
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from projections.items.actions import ACTION


@strawberry.enum
class ActionKind(Enum):
    IMPROVEMENT = "IMPROVEMENT"
    DEVELOPMENT = "DEVELOPMENT"


@strawberry.enum
class ActionState(Enum):
    PENDING = "PENDING"
    OVERDUE = "OVERDUE"
    DONE = "DONE"
    LATE = "LATE"


@strawberry.type(description="Something to be done by a day so that the relationship gets better.")
class Action(Item):
    kind: ActionKind
    agreed_on: date
    title: str
    owner_party: Organisation | None
    owner: strawberry.ID | None = strawberry.field(description="The person, by a pseudonym.")
    origin: str | None
    indicator: str | None
    joint: bool | None
    due_on: date
    state: ActionState
    done_on: date | None
    days_late: int | None
    effective: bool | None = strawberry.field(description="What the last verification says.")
    verified_on: date | None


@strawberry.input(description="Which actions are listed; what is left out lets everything through.")
class ActionFilter(ItemFilter):
    states: list[ActionState] | None = None


ACTIONS = listed(Action, ACTION, ActionFilter, "By due date.")
