"""Initiatives: ideas for value beyond the deal, and what they gained."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.enums import InitiativeValueType
from api.graphql.schema.items.item import Item, Money
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from api.graphql.schema.scalars import Decimal
from projections.items.initiatives import INITIATIVE


@strawberry.enum
class InitiativeState(Enum):
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    STOPPED = "STOPPED"


@strawberry.type(description="What a party is to have of the gain, in percent.")
class AgreedShare:
    party: Organisation
    percent: Decimal


@strawberry.type(description="The part of the target that is to be reached by a day.")
class Phase:
    by: date
    amount: Money


@strawberry.type(description="What the last approval set.")
class Plan:
    approved_on: date
    target: Money
    start_on: date
    target_by: date
    agreed_share: list[AgreedShare]
    phasing: list[Phase]


@strawberry.type(description="An idea, what it is to gain and what it gained.")
class Initiative(Item):
    proposed_on: date
    by_party: Organisation
    title: str
    value_type: InitiativeValueType
    expected: Money
    state: InitiativeState
    due_on: date = strawberry.field(description="The target's day; before approval that by which it is to be decided.")
    decided_on: date | None
    plan: Plan | None
    stopped_on: date | None
    claimed: Money = strawberry.field(description="Without what was reversed.")
    verified: Money = strawberry.field(description="Without what was reversed.")


@strawberry.input(description="Which initiatives are listed; what is left out lets everything through.")
class InitiativeFilter(ItemFilter):
    states: list[InitiativeState] | None = None


INITIATIVES = listed(Initiative, INITIATIVE, InitiativeFilter, "By the target's day, or that of the decision.")
