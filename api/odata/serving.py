"""`/odata/`: the service document, `$metadata`, and every table of the feed in pages, as its reader may see it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.access import principal_of
from api.feed.freshness import FeedHasHalted, fresh
from api.odata import answers
from api.odata.answers import HEADERS, Form
from api.odata.filters import condition
from api.odata.metadata import metadata, service_document
from api.odata.options import PAGE, Options, further, given, options, page_size
from api.odata.paging import beyond, in_order, read_token, whole_order, write_token
from api.odata.paths import resource
from api.odata.refusals import ODataRefusal, not_found
from api.wiring import Services
from domain.store.engine import reading
from projections.bi.columns import Field
from projections.bi.feed import visible
from projections.bi.tables import FeedTable
from projections.bi.views import shown

PREFIX = "/odata"


def routes(services: Services) -> list[Route]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_answer, services, request)

    return [Route(PREFIX, endpoint), Route(f"{PREFIX}/{{path:path}}", endpoint)]


def _answer(services: Services, request: Request) -> Response:
    try:
        return _found(services, request)
    except ODataRefusal as refusal:
        return answers.error(refusal)
    except FeedHasHalted as halted:
        return answers.error(ODataRefusal(str(halted), 503, "FEED_HAS_HALTED"))


def _found(services: Services, request: Request) -> Response:
    answers.check_version(request.headers)
    asked, path = given(request.scope["query_string"]), request.path_params.get("path", "")
    if path == "$metadata":
        return Response(metadata(), 200, {**HEADERS, "Content-Type": "application/xml;charset=utf-8"})
    root, wanted = f"{request.base_url}{PREFIX[1:]}/", resource(path) if path else None
    is_text = wanted is not None and wanted.counted
    form = Form() if is_text else answers.form(request.headers, asked.get("$format"))
    if wanted is None:
        return answers.json(service_document(root), form)
    chosen = options(wanted.table, asked)
    preferred = page_size(request.headers.get("prefer", ""))
    at = fresh(services)
    with reading(services.engine) as connection:
        look = _Look(connection, wanted.table, principal_of(request).party, at)
        if wanted.counted:
            return PlainTextResponse(str(look.count(look.matching(chosen))), headers=HEADERS)
        if wanted.key is not None:
            return answers.json(_one(look, wanted.key, chosen, form, root), form)
        content = _page(look, chosen, min(preferred or PAGE, PAGE), form, root)
    applied = {} if preferred is None else {"Preference-Applied": f"odata.maxpagesize={preferred}"}
    return answers.json(content, form, applied)


class _Look:
    """A table as one reader may see it, at one moment."""

    def __init__(self, connection: Connection, table: FeedTable, party: UUID | None, at: int) -> None:
        self.table = table
        self.source = table.source(at)
        self._connection = connection
        self._visible = and_(visible(table, self.source, party), self.source.c.is_deleted.is_(False))

    def matching(self, chosen: Options) -> ColumnElement[bool]:
        if chosen.filter is None:
            return self._visible
        return and_(self._visible, condition(self.table, self.source, chosen.filter))

    def count(self, where: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(self.source).where(where)
        found: int = self._connection.execute(statement).scalar_one()
        return found

    def row(self, key: Mapping[str, Any], fields: Sequence[Field]) -> Sequence[Any] | None:
        its = (self.source.c[name] == value for name, value in key.items())
        columns = (self.source.c[field.name] for field in fields)
        return self._connection.execute(select(*columns).where(self._visible, *its)).first()

    def rows(self, chosen: Options, limit: int) -> tuple[list[Sequence[Any]], str | None]:
        """At most `limit` rows, and the token of those behind them where there are any."""
        order = whole_order(self.table, chosen.order)
        columns = [self.source.c[field.name] for field in (*chosen.select, *(one.field for one in order))]
        statement = select(*columns).where(self.matching(chosen)).order_by(*in_order(self.source, order))
        if chosen.token is not None:
            statement = statement.where(beyond(self.source, order, read_token(chosen.token, order)))
        else:
            statement = statement.offset(chosen.skip)
        found = self._connection.execute(statement.limit(limit + 1)).all()
        width = len(chosen.select)
        token = write_token(found[limit - 1][width:]) if limit and len(found) > limit else None
        return [each[:width] for each in found[:limit]], token


def _one(look: _Look, key: Mapping[str, Any], chosen: Options, form: Form, root: str) -> dict[str, Any]:
    if chosen.given.keys() - {"$select", "$format"}:
        raise ODataRefusal("One row takes $select and $format alone.")
    found = look.row(key, chosen.select)
    if found is None:
        raise not_found(f"There is no such row of {look.table.name}.")
    context = f"{_context(look.table, chosen, root)}/$entity"
    return {"@odata.context": context, **answers.row(chosen.select, found, form)}


def _page(look: _Look, chosen: Options, size: int, form: Form, root: str) -> dict[str, Any]:
    limit = size if chosen.top is None else min(size, chosen.top)
    rows, token = look.rows(chosen, limit)
    content: dict[str, Any] = {"@odata.context": _context(look.table, chosen, root)}
    if chosen.count:
        count = look.count(look.matching(chosen))
        content["@odata.count"] = str(count) if form.strings else count
    content["value"] = [answers.row(chosen.select, each, form) for each in rows]
    if token is not None and (chosen.top is None or chosen.top > limit):
        content["@odata.nextLink"] = f"{root}{look.table.name}?{further(chosen, token, limit)}"
    return content


def _context(table: FeedTable, chosen: Options, root: str) -> str:
    named = ",".join(field.name for field in chosen.select)
    some = "" if len(chosen.select) == len(shown(table)) else f"({named})"
    return f"{root}$metadata#{table.name}{some}"
