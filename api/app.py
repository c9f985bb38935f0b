"""The HTTP application: GraphQL, pages, probes and figures, each behind the same door. Source: docs/contract.md 4."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.access import FOR_THE_FEED, NEEDED, Door, RequirePrincipal, bearer, wants_a_page
from api.failures import not_served
from api.feed.following import Feeding
from api.feed.serving import mount as bi
from api.graphql.cache import AnswerCache
from api.graphql.errors import FORBIDDEN, UNAUTHENTICATED, UserError
from api.graphql.graphiql import Page
from api.graphql.guard import Limits
from api.graphql.schema import make_schema
from api.graphql.schema.context import Context
from api.graphql.view import GraphQLView
from api.headers import SafeHeaders
from api.observing import Metrics, Observe, configure_logs
from api.odata.serving import routes as odata
from api.readiness import Readiness, RequireReadiness, prepare
from api.settings import load_settings
from api.trail.following import Publishing
from api.trail.serving import mount as tlog
from api.web.routes import routes
from api.web.site import Site
from api.wiring import Services, open_services

TODAY_CHANGES_EVERY = 15 * 60  # seconds: offsets of time zones are multiples of a quarter of an hour
LIMITS = Limits(
    list_sizes={
        "principles": 12,
        "PrincipleScore.indicators": 5,
        "Principle.indicators": 5,
        "ScoringPolicy.indicators": 54,
        "Relationship.trend": 36,
        "Relationship.parties": 4,
        "events": 100,
        "Relationship.due": 30,
        "policies": 5,
    },
    weights={"Event.proof": 2, "Relationship.scorecard": 10, "Relationship.trend": 10, "Scorecard.digest": 10},
)


def app() -> Starlette:
    """The application over the configured database, for Uvicorn."""
    settings = load_settings()
    configure_logs(settings.log_level)
    return create_app(open_services(settings, migrating=False))


def create_app(services: Services) -> Starlette:
    """The application over these services, which it closes at its end."""
    metrics, site, readiness = Metrics(), Site(services), Readiness(services)
    door = Door(site)

    async def missing(request: Request, error: Exception) -> Response:
        return site.not_found(request, error) if wants_a_page(request) else not_served(request, error)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        problem = await readiness.problem_now()
        return PlainTextResponse("ready\n" if problem is None else f"{problem}\n", 200 if problem is None else 503)

    async def figures(_: Request) -> Response:
        return Response(await run_in_threadpool(metrics.text, services.engine), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/graphql", graphql(services, metrics, door)),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", figures),
            tlog(services.engine),
            bi(services),
            *odata(services),
            *routes(services, site),
        ],
        middleware=[
            Middleware(Observe, metrics=metrics),
            Middleware(SafeHeaders),
            Middleware(RequireReadiness, readiness=readiness),
            Middleware(RequirePrincipal, door=door),
        ],
        exception_handlers={404: missing, HTTPException: not_served},
        lifespan=_lifespan(services),
    )


def graphql(services: Services, metrics: Metrics, door: Door) -> GraphQLView:
    """The GraphQL endpoint. Cookies mean nothing to it."""

    async def context(request: Request) -> Context:
        token = bearer(request.headers)
        if token is None:
            raise UserError(NEEDED, UNAUTHENTICATED)
        principal = await door.holder(token)
        if principal is None:
            raise UserError("The token is not known.", UNAUTHENTICATED)
        if principal.party is not None:
            raise UserError(FOR_THE_FEED, FORBIDDEN)
        return Context(services, principal.actor, metrics.recorded)

    cache = AnswerCache(principal=_principal, position=_moment, keeps=lambda context: context.keeps_answer)
    return GraphQLView(make_schema(), context, LIMITS, cache=cache, page=Page())


def _principal(context: Context) -> str:
    return context.actor


async def _moment(context: Context) -> tuple[int, int]:
    """All that an answer depends on beside its question: what is recorded, and which day it is anywhere."""
    return await context.size(), int(context.now.timestamp()) // TODAY_CHANGES_EVERY


def _lifespan(services: Services) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        """The tables are brought up to date while /readyz already answers; then the followers are at work."""
        followers = (Publishing(services), Feeding(services))

        def start() -> None:
            for follower in followers:
                follower.start()

        preparing = asyncio.create_task(run_in_threadpool(prepare, services, start))
        yield
        await preparing
        for follower in followers:
            await run_in_threadpool(follower.stop)
        services.close()

    return running
