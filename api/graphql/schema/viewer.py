"""Who asks."""

from enum import Enum

import strawberry

from api.graphql.schema.events import Actor
from api.graphql.schema.scalars import BigInt


@strawberry.enum(description="What a principal may do.")
class Role(Enum):
    OPERATOR = "operator"
    RECORDER = "recorder"
    READER = "reader"
    AUDITOR = "auditor"


@strawberry.type(description="The principal of this request.")
class Viewer:
    actor: Actor
    roles: list[Role]
    position: BigInt = strawberry.field(description="The newest position of the log that the request sees.")
