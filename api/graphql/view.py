"""GraphQL over HTTP: one ASGI endpoint that runs a Strawberry schema.

It follows the GraphQL-over-HTTP specification as the public `graphql-http` audits read it: a request error is answered
with status 400 as `application/graphql-response+json`, and with 200 as `application/json` for older clients.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any, TypeGuard, cast

import msgspec
from graphql import DocumentNode, ExecutionResult, GraphQLError, OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from api.graphql.cache import Answer, AnswerCache, entity_tag, is_current
from api.graphql.compiled import CompiledExecutor
from api.graphql.documents import Documents
from api.graphql.errors import (
    BAD_REQUEST,
    BAD_USER_INPUT,
    FORBIDDEN,
    OPERATION_RESOLUTION_FAILURE,
    UNAUTHENTICATED,
    HttpRefusal,
    RequestRefused,
    UserError,
    shown_field_errors,
    unexpected,
)
from api.graphql.graphiql import Page
from api.graphql.guard import Limits
from api.graphql.incoming import GraphQLRequest, read
from api.graphql.negotiation import GRAPHQL_RESPONSE, HTML, JSON, preferred

ContextMaker = Callable[[Request], Any | Awaitable[Any]]

SAFE_METHODS = ("GET", "HEAD")
HEADERS = {"Vary": "Accept, Authorization", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)
REFUSED_STATUS = {UNAUTHENTICATED: 401, FORBIDDEN: 403}


class GraphQLView:
    """An ASGI application for one path, POST for every operation and GET for queries.

    `context` makes the context of one request, the principal in it; it refuses the asker with a `UserError` whose code
    is UNAUTHENTICATED or FORBIDDEN. `page` is shown to browsers, without a principal, as nothing in it is secret.
    With `compiled` off the schema's `execution_context_class` runs the operations. Subscriptions are not served here.
    """

    def __init__(
        self,
        schema: Schema,
        context: ContextMaker,
        guard_limits: Limits | None = None,
        *,
        cache: AnswerCache | None = None,
        page: Page | None = None,
        compiled: bool = True,
    ) -> None:
        if schema.extensions or schema.directives:
            raise ValueError("The view runs neither schema extensions nor operation directives.")
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        self._executor = CompiledExecutor if compiled else schema.execution_context_class
        self._context = context
        self._documents = Documents(self._schema, guard_limits or Limits())
        self._cache = cache
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return
        if request.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        media_type = JSON
        try:
            wanted = self._negotiate(request)
            if self._page is not None and wanted == HTML:
                return self._page.response()
            media_type = wanted
            return await self._answer(request, media_type)
        except HttpRefusal as refusal:
            return _response(refusal.status, {"errors": refusal.errors}, media_type, refusal.headers)
        except RequestRefused as refusal:
            status = 400 if media_type == GRAPHQL_RESPONSE else 200
            return _response(status, {"errors": refusal.errors}, media_type)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - masked and logged, whatever it is
            return _response(500, {"errors": [unexpected(error)]}, media_type)

    def _negotiate(self, request: Request) -> str:
        is_safe = request.method in SAFE_METHODS
        if not is_safe and request.method != "POST":
            text = f"{request.method} is not supported."
            raise HttpRefusal(405, text, BAD_REQUEST, {"Allow": "GET, HEAD, POST"})
        offers = [JSON, GRAPHQL_RESPONSE]
        if is_safe and self._page is not None:
            offers.append(HTML)
        accept = ",".join(request.headers.getlist("accept"))
        wanted = preferred(accept, offers)
        if wanted is None:
            raise HttpRefusal(406, f"An answer can be had as {' or as '.join(offers)}.")
        return wanted

    async def _answer(self, request: Request, media_type: str) -> Response:
        context = await self._admitted(request)
        asked = await read(request)
        document = self._documents.read(asked.document)
        operation = document.operation(asked.operation_name)
        _check_method(request.method, operation.operation)
        self._documents.check(document, asked.operation_name, asked.variables)
        if self._cache is None or operation.operation is not OperationType.QUERY:
            return _response(200, await self._execute(document.tree, asked, context), media_type)
        key = await self._cache.key(asked, context, media_type)
        answer = self._cache.find(key)
        if answer is None:
            result = await self._execute(document.tree, asked, context)
            if "errors" in result:
                return _response(200, result, media_type)
            body = msgspec.json.encode(result)
            answer = Answer(body, entity_tag(body, media_type))
            if self._cache.keeps(context):
                self._cache.keep(key, answer)
        return _cached_response(request, answer, media_type)

    async def _admitted(self, request: Request) -> Any:
        try:
            context = self._context(request)
            return await context if isawaitable(context) else context
        except UserError as refusal:
            status = REFUSED_STATUS.get(refusal.code, 400)
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            raise HttpRefusal(status, refusal.message, refusal.code, headers) from refusal

    async def _execute(self, document: DocumentNode, asked: GraphQLRequest, context: Any) -> Mapping[str, Any]:
        executor = self._executor.build(
            self._schema,
            document,
            context_value=context,
            raw_variable_values=asked.variables,
            operation_name=asked.operation_name,
            is_awaitable=_is_awaitable,
            hide_suggestions=True,
        )
        if isinstance(executor, list):
            raise RequestRefused.because(executor, BAD_USER_INPUT)
        result = executor.execute_operation()
        if isawaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)  # one result, as there is neither @defer nor @stream
        if result.errors:
            return {"errors": shown_field_errors(result.errors), "data": result.data}
        return {"data": result.data}


def _check_method(method: str, operation: OperationType) -> None:
    if operation is OperationType.SUBSCRIPTION:
        error = GraphQLError("Subscriptions are not served over plain HTTP.")
        raise RequestRefused.because([error], OPERATION_RESOLUTION_FAILURE)
    if operation is OperationType.MUTATION and method in SAFE_METHODS:
        raise HttpRefusal(405, f"{method} is for queries: send a mutation by POST.", BAD_REQUEST, {"Allow": "POST"})


def _response(
    status: int, content: Mapping[str, Any], media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    return _encoded(status, msgspec.json.encode(content), media_type, headers or {})


def _cached_response(request: Request, answer: Answer, media_type: str) -> Response:
    """An answer with its tag, or 304 to a GET whose sender holds it; other methods have no such condition to meet."""
    headers = {"ETag": answer.etag, "Cache-Control": "private, no-cache"}
    if request.method in SAFE_METHODS and is_current(request.headers.get("if-none-match", ""), answer.etag):
        return Response(status_code=304, headers=HEADERS | headers)
    return _encoded(200, answer.body, media_type, headers)


def _encoded(status: int, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    return Response(body, status, {**HEADERS, **headers, "Content-Type": f"{media_type}; charset=utf-8"})
