"""`/bi`: every table of the feed as a file, whole or from a position on. Source: docs/contract.md 4."""

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from api.access import principal_of
from api.failures import failure
from api.feed import formats
from api.feed.exporting import refuse_future
from api.feed.formats import FORMATS, MEDIA_TYPES, Format
from api.feed.freshness import FeedHasHalted, fresh
from api.feed.package import package
from api.wiring import Services
from domain.errors import IsOutOfRange
from domain.store.engine import reading
from projections.bi.catalogue import TABLES, table_named
from projections.bi.feed import Wanted, rows
from projections.bi.follower import last_turn
from projections.bi.tables import FeedTable

POSITION = "Counterfoil-Position"
"""The header that holds the watermark to give as `after` the next time."""
LONGEST_POSITION = 20  # digits
_CACHE = {"Cache-Control": "private, no-cache"}


def mount(services: Services) -> Mount:
    """`/bi/datapackage.json` and `/bi/<table>.<format>?after=POS`."""

    async def described(request: Request) -> Response:
        return await run_in_threadpool(_answer, services, request, None, "parquet")

    async def table(request: Request) -> Response:
        name, _, ending = request.path_params["file"].rpartition(".")
        found = table_named(name)
        if found is None or ending not in FORMATS:
            return failure(404, f"There is no such table; /bi/datapackage.json lists them, as {', '.join(FORMATS)}.")
        return await run_in_threadpool(_answer, services, request, found, ending)

    return Mount("/bi", routes=[Route("/datapackage.json", described), Route("/{file}", table)])


def _answer(services: Services, request: Request, table: FeedTable | None, format: Format) -> Response:
    """The file, 304 where the caller has it already."""
    try:
        after = _after(request)
        refuse_future(after, services.store.size())
        at = fresh(services)
    except IsOutOfRange as error:
        return failure(400, str(error))
    except FeedHasHalted as error:
        return failure(503, str(error))
    party = principal_of(request).party
    with reading(services.engine) as connection:
        turn = last_turn(connection)
        headers = {**_CACHE, POSITION: str(at), "ETag": _tag(table and table.name, format, at, turn, after, party)}
        if _has(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        if table is None:
            described = msgspec.json.encode(package(TABLES, format, at, party=party))
            return Response(described, 200, headers, "application/json")
        path = _spooled(connection, Wanted(table=table, after=after, party=party), at, format)
    return _Spooled(path, headers=headers, media_type=MEDIA_TYPES[format])


def _has(request: Request, tag: str) -> bool:
    """Whether the caller has it already: a proxy that compresses makes tags weak (RFC 9110 13.1.2)."""
    held = ",".join(request.headers.getlist("if-none-match")).split(",")
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in held)


class _Spooled(FileResponse):
    """A file that is gone once it has been sent, or a part of it has been refused."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(Path(self.path).unlink, missing_ok=True)


def _after(request: Request) -> int | None:
    text = request.query_params.get("after")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_POSITION):
        raise IsOutOfRange(f"{text[:100]!r} is not a position of the log.", "after")
    return int(text)


def _tag(*parts: object) -> str:
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _spooled(connection: Connection, wanted: Wanted, at: int, format: Format) -> Path:
    """The rows in a file of their own: memory stays bounded and the answer has a length."""
    handle, name = tempfile.mkstemp(prefix="counterfoil-bi-")
    os.close(handle)
    path = Path(name)
    try:
        with path.open("wb") as file:
            formats.write(wanted.table, rows(connection, wanted, at), format, file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
