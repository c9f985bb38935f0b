"""What is promised or has a limit, and is not done yet."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.context import Info
from api.graphql.schema.events import Event, event_of, opened
from api.graphql.schema.fields import described
from api.graphql.schema.organisations import Organisation, organisation
from projections import due


@strawberry.enum
class DueKind(Enum):
    COMMITMENT = "COMMITMENT"
    OBJECTIVE = "OBJECTIVE"
    RESOURCE = "RESOURCE"
    DECISION = "DECISION"
    TREATMENT = "TREATMENT"
    IMPROVEMENT_ACTION = "IMPROVEMENT_ACTION"
    DEVELOPMENT_ACTION = "DEVELOPMENT_ACTION"
    VERIFICATION = "VERIFICATION"
    INFORMATION_REQUEST = "INFORMATION_REQUEST"
    EXIT_OBLIGATION = "EXIT_OBLIGATION"
    EXIT_TRIGGER = "EXIT_TRIGGER"
    ISSUE = "ISSUE"
    MEETING = "MEETING"
    HANDOVER = "HANDOVER"
    CONCERN = "CONCERN"
    PROPOSAL = "PROPOSAL"
    LESSON = "LESSON"


@strawberry.type(description="One thing to be done by a day.")
class DueItem:
    kind: DueKind
    item: strawberry.ID = strawberry.field(description="The id of the thing as it stands in facts.")
    due_on: date
    days_left: int = strawberry.field(description="Below 0 when it is overdue.")
    found: strawberry.Private[due.DueItem]

    @strawberry.field
    async def title(self, info: Info) -> str | None:
        return await opened(info, self.found.sealed_title or self.found.title)

    @described("Who owes it; null where that is nobody in particular.")
    async def party(self, info: Info) -> Organisation | None:
        return None if self.found.party is None else await organisation(info, self.found.party)

    @described("The entry that brought it.")
    async def event(self, info: Info) -> Event:
        envelope = await info.context.load.by_position.load(self.found.position)
        assert envelope is not None
        return event_of(envelope)


def due_item_of(found: due.DueItem) -> DueItem:
    return DueItem(
        kind=DueKind(found.kind),
        item=strawberry.ID(str(found.item)),
        due_on=found.due_on,
        days_left=found.days_left,
        found=found,
    )
