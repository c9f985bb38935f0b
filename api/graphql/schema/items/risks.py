"""Risks, and what is done about them."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.items.item import Item, Money
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from api.graphql.schema.scalars import BigInt
from projections.items.risks import RISK


@strawberry.enum
class RiskState(Enum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@strawberry.type(description="What a party does about a risk.")
class Treatment:
    id: strawberry.ID | None = strawberry.field(description="As it stands in facts.")
    position: BigInt
    action: str
    owner_party: Organisation
    due_on: date
    done_on: date | None


@strawberry.type(description="How a risk was judged.")
class Assessment:
    on: date
    probability: int
    impact: int
    rating: int = strawberry.field(description="Probability times impact.")
    exposure: Money | None


@strawberry.type(description="Parties live with the risk until a day.")
class Acceptance:
    by_parties: list[Organisation]
    until: date


@strawberry.type(description="Something that may go wrong.")
class Risk(Item):
    identified_on: date
    title: str
    category: str
    joint: bool
    owner_party: Organisation | None
    owner: strawberry.ID | None = strawberry.field(description="The person, by a pseudonym.")
    state: RiskState
    due_on: date | None = strawberry.field(description="The first due date of a treatment that is not completed.")
    assessment: Assessment | None = strawberry.field(description="The last one.")
    looked_at_on: date | None = strawberry.field(description="The day of the last assessment or review.")
    treatments: list[Treatment]
    accepted: list[Acceptance] = strawberry.field(description="The acceptances that still hold.")
    materialised_on: date | None
    losses: list[Money]
    closed_on: date | None


@strawberry.input(description="Which risks are listed; what is left out lets everything through.")
class RiskFilter(ItemFilter):
    states: list[RiskState] | None = None


RISKS = listed(Risk, RISK, RiskFilter, "By the first due date of an open treatment.")
