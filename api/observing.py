"""What is seen of requests from outside: an id for each, one JSON line in the log, counts and times for Prometheus."""

import logging
import re
import sys
import time
import uuid
from collections.abc import Sequence

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Engine
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.tracebacks import ExceptionDictTransformer

from api.failures import failure
from domain.facts.fact import Envelope
from domain.store import checkpoints
from domain.store.engine import reading
from domain.store.head import read_only_reason, size_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_log = structlog.get_logger(__name__)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "counterfoil_requests", "HTTP requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "counterfoil_request_seconds", "Time taken to answer them.", ("method", "route"), registry=self.registry
        )
        self.events = Counter(
            "counterfoil_events_recorded", "Events recorded by this process.", ("type",), registry=self.registry
        )
        self.size = Gauge("counterfoil_log_size", "The position of the newest event.", registry=self.registry)
        self.checkpoint = Gauge(
            "counterfoil_checkpoint_size", "Events in the newest checkpoint.", ("kind",), registry=self.registry
        )
        self.read_only = Gauge(
            "counterfoil_read_only", "1 where nothing may be recorded, otherwise 0.", registry=self.registry
        )
        self.halted = Gauge(
            "counterfoil_halted_at",
            "The position a follower stopped at, 0 while it runs.",
            ("name",),
            registry=self.registry,
        )

    def recorded(self, events: Sequence[Envelope]) -> None:
        for event in events:
            self.events.labels(event.type).inc()

    def text(self, engine: Engine) -> bytes:
        with reading(engine) as connection:
            signed, final = checkpoints.newest(connection), checkpoints.newest(connection, final=True)
            self.size.set(size_of(connection))
            self.checkpoint.labels("signed").set(signed.size if signed else 0)
            self.checkpoint.labels("final").set(final.size if final else 0)
            self.read_only.set(read_only_reason(connection) is not None)
            self.halted.clear()
            self.halted.labels("publisher").set(0)
            for halt in checkpoints.halts(connection):
                self.halted.labels(halt.name).set(halt.position)
        return generate_latest(self.registry)


class Observe:
    """The outermost layer. What nothing else has caught is answered with 500, and logged under the request's id."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, sending)
            except Exception as error:  # noqa: BLE001 - masked and logged, whatever it is
                _log.error("unexpected_error", exc_info=error)
                if not status:
                    await failure(500, "Unexpected error.")(scope, receive, sending)
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """A route is named by its pattern: addresses would be without number, and may hold a token."""
        method, route = scope["method"], getattr(scope.get("route"), "path", "other")
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def configure_logs(level: str) -> None:
    """Everything that is logged, by us and by libraries, is a line of JSON on standard error.

    Of an exception the frames are logged and never their variables, which may hold tokens and personal data.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for library in ("alembic", "httpx"):
        logging.getLogger(library).setLevel(logging.WARNING)
