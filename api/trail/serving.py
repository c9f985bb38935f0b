"""The log over HTTP, for whoever checks it with tools of their own. Source: c2sp.org/tlog-tiles."""

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from api.failures import failure
from domain.log.tiles import exists, parse_path
from domain.store import checkpoints
from domain.store.engine import reading
from domain.store.tiles import tile_bytes

UNCHANGING = {"Cache-Control": "private, max-age=31536000, immutable"}
CHANGING = {"Cache-Control": "private, no-cache"}


def mount(engine: Engine) -> Mount:
    """`/tlog/checkpoint` and `/tlog/tile/…`, compressed for those who ask."""

    async def checkpoint(_: Request) -> Response:
        note = await run_in_threadpool(_newest_note, engine)
        if note is None:
            return failure(404, "No checkpoint has been published yet.")
        return PlainTextResponse(note, headers=CHANGING)

    async def tile(request: Request) -> Response:
        data = await run_in_threadpool(_tile, engine, request.path_params["path"])
        if data is None:
            return failure(404, "There is no such tile in the newest checkpoint.")
        return Response(data, media_type="application/octet-stream", headers=UNCHANGING)

    routes = [Route("/checkpoint", checkpoint), Route("/tile/{path:path}", tile)]
    return Mount("/tlog", routes=routes, middleware=[Middleware(GZipMiddleware)])


def _newest_note(engine: Engine) -> str | None:
    with reading(engine) as connection:
        newest = checkpoints.newest(connection)
    return None if newest is None else newest.note


def _tile(engine: Engine, path: str) -> bytes | None:
    """None where the newest checkpoint does not cover such a tile."""
    tile = parse_path(path)
    if tile is None:
        return None
    with reading(engine) as connection:
        newest = checkpoints.newest(connection)
        if newest is None or not exists(tile, newest.size):
            return None
        return tile_bytes(connection, tile)
