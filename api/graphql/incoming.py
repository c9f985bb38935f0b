"""A GraphQL request out of an HTTP request: shape and size are checked here, the document is not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request

from api.graphql.errors import HttpRefusal
from api.graphql.negotiation import JSON, content_type

MAX_BODY = 1024 * 1024  # bytes
MAX_QUERY_STRING = 32 * 1024  # bytes
MAX_NESTING = 64  # lists and objects within one another in `variables`

T = TypeVar("T")


class GraphQLRequest(msgspec.Struct, frozen=True):
    """What is asked: the document, the operation in it where there are several, and its variables as sent."""

    document: str
    operation_name: str | None = None
    variables: dict[str, Any] = {}


class _Body(msgspec.Struct, rename="camel"):
    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


_body = msgspec.json.Decoder(_Body)
_object = msgspec.json.Decoder(dict[str, Any] | None)


async def read(request: Request) -> GraphQLRequest:
    """The request in the body of a POST or in the address of a GET. Refuses with 400, 413, 414 or 415."""
    if request.method == "POST":
        return _from_json(await _body_of(request))
    return _from_query_string(request.scope["query_string"])


async def _body_of(request: Request) -> bytes:
    media_type, charset = content_type(request.headers.get("content-type", ""))
    if media_type != JSON or charset not in {"", "utf-8"}:
        raise HttpRefusal(415, "Send the request as application/json in UTF-8.")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MAX_BODY:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    return bytes(body)


def _too_large() -> HttpRefusal:
    return HttpRefusal(413, f"The request is larger than {MAX_BODY} bytes.")


def _from_json(body: bytes) -> GraphQLRequest:
    if body.lstrip()[:1] == b"[":
        raise HttpRefusal(400, "Batching is not supported: send one request at a time.")
    fields = _decoded(_body, body, "The body")
    return _request(fields.query, fields.operation_name, fields.variables)


def _from_query_string(raw: bytes) -> GraphQLRequest:
    if len(raw) > MAX_QUERY_STRING:
        raise HttpRefusal(414, f"The address is longer than {MAX_QUERY_STRING} bytes: send the request by POST.")
    try:
        given = parse_qs(raw.decode("ascii"), errors="strict")
    except ValueError as error:
        raise HttpRefusal(400, "The parameters in the address are not percent-encoded UTF-8.") from error
    repeated = [name for name, values in given.items() if len(values) > 1]
    if repeated:
        raise HttpRefusal(400, f"The parameter {repeated[0]!r} is given more than once.")
    fields = {name: values[0] for name, values in given.items()}
    if "query" not in fields:
        raise HttpRefusal(400, "The parameter 'query' is missing.")
    if "extensions" in fields:
        _decoded(_object, fields["extensions"].encode(), "The parameter 'extensions'")
    variables = _decoded(_object, fields.get("variables", "null").encode(), "The parameter 'variables'")
    return _request(fields["query"], fields.get("operationName"), variables)


def _request(document: str, operation_name: str | None, variables: dict[str, Any] | None) -> GraphQLRequest:
    variables = variables or {}
    if _is_deeper(variables, MAX_NESTING):
        raise HttpRefusal(400, f"The variables are nested more than {MAX_NESTING} levels deep.")
    return GraphQLRequest(document, operation_name or None, variables)


def _decoded(decoder: msgspec.json.Decoder[T], text: bytes, what: str) -> T:
    try:
        return decoder.decode(text)
    except RecursionError:
        raise HttpRefusal(400, f"{what} is nested too deeply.") from None
    except msgspec.ValidationError as error:
        raise HttpRefusal(400, f"{what} does not have the form of a GraphQL request: {error}.") from error
    except ValueError as error:  # not JSON, or not UTF-8
        raise HttpRefusal(400, f"{what} is not valid JSON: {error}.") from error


def _is_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [inner for outer in layer for inner in _members(outer) if isinstance(inner, (dict, list))]
    return bool(layer)


def _members(container: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
