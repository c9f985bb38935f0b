"""Issues: problems that a party named."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.enums import IssueLevel
from api.graphql.schema.items.item import Item
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from projections.items.issues import ISSUE


@strawberry.enum
class IssueState(Enum):
    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


@strawberry.type(description="Someone of a level answered for the issue.")
class Acknowledgement:
    on: date
    level: IssueLevel
    by: strawberry.ID = strawberry.field(description="The person, by a pseudonym.")


@strawberry.type(description="A problem that a party named.")
class Issue(Item):
    raised_on: date
    by_party: Organisation
    severity: int = strawberry.field(description="1 is the worst, 4 the least.")
    title: str
    linked_risk: strawberry.ID | None = strawberry.field(description="As it stands in facts.")
    limit_on: date = strawberry.field(description="The day by which one of its severity is to be settled.")
    state: IssueState
    resolved_on: date | None
    days_late: int | None
    reopened: int = strawberry.field(description="How often.")
    escalated_to: IssueLevel | None
    escalated_on: date | None
    acknowledged: list[Acknowledgement]


@strawberry.input(description="Which issues are listed; what is left out lets everything through.")
class IssueFilter(ItemFilter):
    states: list[IssueState] | None = None


ISSUES = listed(Issue, ISSUE, IssueFilter, "By the day by which one of its severity is to be settled.")
