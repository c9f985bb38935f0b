"""Whether the register can be asked: not while its tables are being brought up to date."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.failures import failure
from api.feed.freshness import kind_of
from api.wiring import Services
from domain.store.checkpoints import halts
from domain.store.engine import reading
from domain.store.migrate import is_current, migrate
from projections.bi.follower import NAME as FEED
from projections.bi.sql import keep_up
from projections.scorecards import statements

PROBES = ("/healthz", "/readyz")
_log = structlog.get_logger(__name__)


class Readiness:
    """What stands in the way of answering, found out anew until nothing does."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tables_are_current = False

    async def problem(self) -> str | None:
        """None where the register can be asked."""
        if self._tables_are_current:
            return None
        try:
            self._tables_are_current = await run_in_threadpool(is_current, self._services.engine)
        except SQLAlchemyError as error:
            _log.warning("database_does_not_answer", exc_info=error)
            return "The database does not answer."
        return None if self._tables_are_current else "The tables are being brought up to date."

    async def problem_now(self) -> str | None:
        """As `problem`, with a look at the database each time, and whether a follower stands still."""
        try:
            await run_in_threadpool(self._services.store.size)
        except SQLAlchemyError:
            self._tables_are_current = False
        return await self.problem() or await run_in_threadpool(self._halted)

    def _halted(self) -> str | None:
        with reading(self._services.engine) as connection:
            for halt in halts(connection):
                # Anyone may ask. The publisher's reasons are sentences of ours; the feed's quote the database.
                why = f"{kind_of(halt)}." if halt.name == FEED else halt.reason
                return f"The {halt.name} has halted at position {halt.position}: {why}"
        return None


def prepare(services: Services, then: Callable[[], None]) -> None:
    """The tables are up to date, `then` is called, and the large statements are planned: nobody waits for them."""
    try:
        migrate(services.engine)
    except Exception as error:  # noqa: BLE001 - the server stays up and says on /readyz that it is not ready
        _log.error("migration_failed", exc_info=error)
        return
    if (problem := keep_up(services.engine)) is not None:
        _log.warning("views_are_not_current", reason=problem)
    then()
    engine = services.engine.dialect.name
    for plan in (
        statements.measure_statement,
        statements.context_statement,
        statements.scorecard_statement,
        statements.evidence_statement,
    ):
        plan(engine)


class RequireReadiness:
    """Answers 503 to everything but the probes for as long as the register cannot be asked."""

    def __init__(self, app: ASGIApp, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in PROBES:
            problem = await self._readiness.problem()
            if problem is not None:
                await failure(503, problem, {"Retry-After": "5"})(scope, receive, send)
                return
        await self._app(scope, receive, send)
