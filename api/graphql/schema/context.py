"""What the resolvers of one request share: who asks, the register's services, and what has been loaded so far.

SQL runs in threads of the pool, each read in a transaction of its own; resolvers never block the event loop.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeAlias, TypeVar

import strawberry
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.graphql.errors import LOG_IS_NOT_SIGNED, UserError
from api.graphql.schema.loaders import Loaders
from api.trail.publisher import TrailRefuses
from api.wiring import Services
from domain.errors import Refusal
from domain.facts.fact import Envelope
from domain.store.checkpoints import CheckpointRow
from domain.store.engine import reading

P = ParamSpec("P")
R = TypeVar("R")


def nobody_counts(_: tuple[Envelope, ...]) -> None:
    """What was recorded is not counted."""


class Context:
    """One request; `recorded` is told what its mutations append.

    `keeps_answer` until something is asked for that changes while the log stands still.
    """

    keeps_answer = True

    def __init__(
        self,
        services: Services,
        actor: str,
        recorded: Callable[[tuple[Envelope, ...]], None] = nobody_counts,
    ) -> None:
        self.services = services
        self.actor = actor
        self.recorded = recorded
        self.now: datetime = services.clock()
        self.load = Loaders(self.read, services.vault, self.covering)

    async def read(self, ask: Callable[Concatenate[Connection, P], R], *arguments: P.args, **named: P.kwargs) -> R:
        """The answer to a question about the register. What it refuses is the asker's fault: BAD_USER_INPUT."""

        def answer() -> R:
            with reading(self.services.engine) as connection:
                return ask(connection, *arguments, **named)

        try:
            return await run_in_threadpool(answer)
        except Refusal as refusal:
            raise UserError(refusal.message) from refusal

    async def covering(self, position: int) -> CheckpointRow:
        """A signed checkpoint with the event in it. Raises UserError where the log cannot be signed."""
        try:
            return await run_in_threadpool(self.services.publisher.covering, position)
        except (TrailRefuses, Refusal) as error:
            raise UserError(str(error), LOG_IS_NOT_SIGNED) from error

    async def size(self) -> int:
        """The newest position: the same throughout the request, but for what the request itself records."""
        return await self.load.sizes.load("log")

    def has_recorded(self, events: tuple[Envelope, ...]) -> None:
        """Everything is loaded anew from now on, so that the rest of the request sees the events."""
        self.recorded(events)
        self.load = Loaders(self.read, self.services.vault, self.covering)


if TYPE_CHECKING:
    Info: TypeAlias = strawberry.Info[Context, None]
else:
    Info = strawberry.Info
