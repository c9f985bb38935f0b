"""Commitments: what one party promised to others by a day."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.enums import Effect
from api.graphql.schema.items.item import Item
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from api.graphql.schema.scalars import BigInt, Decimal
from projections.items.commitments import COMMITMENT


@strawberry.enum
class CommitmentOutcome(Enum):
    PENDING = "PENDING"
    KEPT = "KEPT"
    LATE = "LATE"
    DISPUTED = "DISPUTED"
    OVERDUE = "OVERDUE"
    BROKEN = "BROKEN"
    WITHDRAWN = "WITHDRAWN"


@strawberry.type(description="An attempt to move the due date, and what came of it.")
class Rescheduling:
    position: BigInt
    on: date
    requested_on: date
    from_due_on: date | None
    new_due_on: date
    agreed_by: list[Organisation]
    effect: Effect | None


@strawberry.type(description="What one party promised to others by a day.")
class Commitment(Item):
    made_on: date
    by_party: Organisation
    to_parties: list[Organisation]
    title: str
    weight: Decimal
    origin: str | None
    due_on: date = strawberry.field(description="As promised.")
    scored_due_on: date = strawberry.field(description="As moved in time by those concerned.")
    outcome: CommitmentOutcome
    done_on: date | None
    in_dispute: bool
    days_late: int | None
    reschedulings: list[Rescheduling]
    accepted_by: list[Organisation]
    confirmed_by: list[Organisation]


@strawberry.input(description="Which commitments are listed; what is left out lets everything through.")
class CommitmentFilter(ItemFilter):
    states: list[CommitmentOutcome] | None = None


COMMITMENTS = listed(Commitment, COMMITMENT, CommitmentFilter, "By scored due date.")
