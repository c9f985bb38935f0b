"""Shares: knowledge that a party gave others."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.schema.enums import KnowledgeClassification, KnowledgeIpStatus
from api.graphql.schema.items.item import Item
from api.graphql.schema.items.listing import ItemFilter, listed
from api.graphql.schema.organisations import Organisation
from projections.items.shares import SHARE


@strawberry.enum
class ShareState(Enum):
    AWAITING = "AWAITING"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


@strawberry.type(description="What a party gave others to know.")
class Share(Item):
    shared_on: date
    from_party: Organisation
    to_parties: list[Organisation]
    topic: str
    classification: KnowledgeClassification | None
    ip_status: KnowledgeIpStatus | None
    permitted_use: str | None
    expires_on: date | None
    contains_personal_data: bool
    answers_request: strawberry.ID | None = strawberry.field(description="As it stands in facts.")
    state: ShareState
    acknowledged_by: list[Organisation]
    revoked_for: list[Organisation]
    returned_by: list[Organisation]
    destroyed_by: list[Organisation]


@strawberry.input(description="Which shares are listed; what is left out lets everything through.")
class ShareFilter(ItemFilter):
    states: list[ShareState] | None = None


SHARES = listed(Share, SHARE, ShareFilter, "By the day on which they expire.")
