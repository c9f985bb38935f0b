"""GraphQL over HTTP: what the `graphql-http` audits expect, in our own words, and what they do not ask for."""

import asyncio
import enum
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
import strawberry
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from strawberry.extensions import MaskErrors

from api.graphql.errors import UserError
from api.graphql.view import GraphQLView

JSON = "application/json"
RESPONSE = "application/graphql-response+json"


@strawberry.enum
class Shelf(enum.Enum):
    POETRY = "poetry"
    TRAVEL = "travel"


@strawberry.input
class Wish:
    title: str
    author: str | None = None


@strawberry.type
class Book:
    title: str


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Author(Named):
    pass


@strawberry.type
class Query:
    @strawberry.field
    def author(self) -> Author | None:
        return "the password is hunter2"  # type: ignore[return-value] # what a faulty resolver does

    @strawberry.field
    def greeting(self, name: str = "reader") -> str:
        return f"Hello, {name}."

    @strawberry.field
    async def books(self, shelf: Shelf, first: int = 20) -> list[Book]:
        return [Book(title=f"{shelf.value} {number}") for number in range(first)]

    @strawberry.field
    def asker(self, info: strawberry.Info) -> str:
        return str(info.context["asker"])

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError("the password is hunter2")

    @strawberry.field
    def sealed(self) -> str:
        raise ValueError("the password is hunter2")

    @strawberry.field
    def refused(self) -> str | None:
        raise UserError("There is no book 'x'.", "FORBIDDEN")

    @strawberry.field
    def short(self) -> int | None:
        return "the password is hunter2"  # type: ignore[return-value] # what a faulty resolver does


@strawberry.type
class Mutation:
    @strawberry.mutation
    def wish(self, wish: Wish) -> Book:
        return Book(title=wish.title)


def context(request: Request) -> dict[str, str]:
    token = request.headers.get("authorization", "Bearer ada")
    if token == "Bearer expired":
        raise UserError("The token has expired.", "UNAUTHENTICATED")
    if token == "Bearer banned":
        raise UserError("You may not ask here.", "FORBIDDEN")
    if token == "Bearer broken":
        raise ValueError("the password is hunter2")
    return {"asker": token.removeprefix("Bearer ")}


VIEW = GraphQLView(strawberry.Schema(Query, Mutation), context)


def send(method: str, app: Any = VIEW, address: str = "", **request: Any) -> httpx.Response:
    async def exchange() -> httpx.Response:
        routes = Starlette(routes=[Route("/graphql", app)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(routes), base_url="http://test") as client:
            return await client.request(method, "/graphql" + address, **request)

    return asyncio.run(exchange())


def post(content: object, accept: str | None = RESPONSE, app: Any = VIEW, **headers: str) -> httpx.Response:
    """A POST of JSON, or of bytes as they are. Without `accept` the header is left out."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    sent = {"Content-Type": JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    return send("POST", app, content=body, headers=_accepting(sent, accept))


def get(accept: str | None = RESPONSE, app: Any = VIEW, **parameters: str) -> httpx.Response:
    return send("GET", app, params=parameters, headers=_accepting({}, accept))


def _accepting(headers: Mapping[str, str], accept: str | None) -> dict[str, str]:
    # httpx sends `*/*` of its own; an empty header counts as none.
    return {**headers, "Accept": accept or ""}


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


# What is answered, and in which media type


def test_a_query_is_answered_with_its_data() -> None:
    response = post({"query": '{ greeting(name: "Ada") }'})
    assert response.status_code == 200
    assert response.json() == {"data": {"greeting": "Hello, Ada."}}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (RESPONSE, RESPONSE),
        (JSON, JSON),
        ("*/*", JSON),
        (None, JSON),
        ("application/*", JSON),
        ("APPLICATION/GraphQL-Response+JSON", RESPONSE),
        (f"{RESPONSE}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE),
        (f"{JSON}, {RESPONSE}", JSON),
        (f"{JSON};q=0.8, {RESPONSE};q=0.9", RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"*/*, {JSON};q=0.5", RESPONSE),
        (f"{JSON};q=0, */*", RESPONSE),
        (f'{RESPONSE};charset="utf-8"', RESPONSE),
        (f"{JSON};q=nonsense, {RESPONSE};q=0.1", RESPONSE),
        (f"text/html, {JSON};q=0.1", JSON),
    ],
)
def test_the_answer_comes_in_the_media_type_the_client_wants_most(accept: str | None, media_type: str) -> None:
    response = post({"query": "{ __typename }"}, accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.headers["vary"] == "Accept, Authorization"


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", f"{JSON};charset=iso-8859-1", f"{JSON};q=0", "nonsense"]
)
def test_a_client_that_takes_no_media_type_of_ours_gets_406(accept: str) -> None:
    response = post({"query": "{ __typename }"}, accept)
    assert response.status_code == 406
    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"
    assert code(response) == "BAD_REQUEST"


def test_text_beyond_ascii_is_taken_and_answered_in_utf_8() -> None:
    response = post({"query": '{ greeting(name: "Zoë 🏊") }'}, Content_Type="application/json; charset=utf-8")
    assert json.loads(response.content.decode("utf-8")) == {"data": {"greeting": "Hello, Zoë 🏊."}}


# Which requests are taken


@pytest.mark.parametrize("media_type", [RESPONSE, JSON])
@pytest.mark.parametrize("parameter", ["variables", "operationName", "extensions"])
def test_a_null_parameter_is_as_good_as_none(parameter: str, media_type: str) -> None:
    response = post({"query": "{ greeting }", parameter: None}, media_type)
    assert (response.status_code, response.json()) == (200, {"data": {"greeting": "Hello, reader."}})


@pytest.mark.parametrize("media_type", [RESPONSE, JSON])
def test_the_named_operation_is_run_with_its_variables(media_type: str) -> None:
    request = {
        "query": "query A { asker } query B($who: String!) { greeting(name: $who) }",
        "operationName": "B",
        "variables": {"who": "Ada"},
        "extensions": {"some": "value"},
        "unknown": "properties are ignored",
    }
    response = post(request, media_type)
    assert (response.status_code, response.json()) == (200, {"data": {"greeting": "Hello, Ada."}})


@pytest.mark.parametrize("media_type", [RESPONSE, JSON])
@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("query", value) for value in ({"a": "b"}, 0, False, ["a"], None)),
        *(("operationName", value) for value in ({"a": "b"}, 0, False, ["a"])),
        *(("variables", value) for value in ("a", 0, False, ["a"])),
        *(("extensions", value) for value in ("a", 0, False, ["a"])),
    ],
)
def test_a_parameter_of_the_wrong_type_is_a_bad_request(parameter: str, value: object, media_type: str) -> None:
    response = post({"query": "{ __typename }", parameter: value}, media_type)
    assert response.status_code == 400
    assert "data" not in response.json()
    assert code(response) == "BAD_REQUEST"


@pytest.mark.parametrize("media_type", [RESPONSE, JSON])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{ "not a JSON',
        b"NONSENSE",
        b"null",
        b'{"qeury": "{ __typename }"}',
        b'{"query": "{ __typename }"} {}',
        b'{"query": "{ __typename }", "variables": {"n": NaN}}',
        b'{"query": "{ __typename }", "variables": {"n": 1e999}}',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
        b'{"query": "{ __typename }", "extensions": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    ],
)
def test_a_body_that_is_no_request_is_a_bad_request(body: bytes, media_type: str) -> None:
    response = post(body, media_type)
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert code(response) == "BAD_REQUEST"


def test_variables_may_be_nested_64_levels_deep() -> None:
    def nested(levels: int) -> dict[str, Any]:
        return {} if levels == 1 else {"a": nested(levels - 1)}

    assert post({"query": "{ asker }", "variables": nested(64)}).status_code == 200
    assert post({"query": "{ asker }", "variables": nested(65)}).status_code == 400
    assert post({"query": "{ asker }", "variables": {"a": [[[0]]] * 9}}).status_code == 200


def test_several_requests_in_one_are_refused_by_name() -> None:
    response = post([{"query": "{ asker }"}, {"query": "{ asker }"}])
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "Batching is not supported: send one request at a time."


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/graphql",
     "application/json; charset=utf-16", ""],
)  # fmt: skip
def test_a_body_of_another_media_type_is_not_read(content_type: str) -> None:
    response = post({"query": "{ __typename }"}, Content_Type=content_type)
    assert response.status_code == 415
    assert code(response) == "BAD_REQUEST"


def test_a_body_may_have_one_mebibyte() -> None:
    def padded(size: int) -> bytes:
        body = json.dumps({"query": "{ greeting }"}).encode()
        return body + b" " * (size - len(body))

    assert post(padded(1024 * 1024)).status_code == 200
    assert post(padded(1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize(("announced", "read"), [({}, 17), ({"Content-Length": str(1024 * 1024 + 1)}, 0)])
def test_a_body_that_is_too_long_is_not_read_to_its_end(announced: dict[str, str], read: int) -> None:
    chunks = []

    async def exchange() -> httpx.Response:
        async def endless() -> AsyncIterator[bytes]:
            for number in range(64):
                chunks.append(number)
                yield b" " * 64 * 1024

        async with httpx.AsyncClient(transport=httpx.ASGITransport(VIEW), base_url="http://test") as client:
            return await client.post("/", content=endless(), headers={"Content-Type": JSON, **announced})

    assert asyncio.run(exchange()).status_code == 413
    assert len(chunks) == read


# GET


def test_a_query_may_be_sent_by_get() -> None:
    document = "query A { asker } query B($who: String!) { greeting(name: $who) }"
    response = get(query=document, operationName="B", variables='{"who": "Ada"}', extensions="{}")
    assert (response.status_code, response.json()) == (200, {"data": {"greeting": "Hello, Ada."}})
    assert get(JSON, query="{ asker }").json() == {"data": {"asker": "ada"}}


def test_head_is_answered_as_get_without_a_body() -> None:
    async def messages(method: str) -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": method, "path": "/", "query_string": b"query={asker}", "headers": []}
        await VIEW(scope, receive, send)
        return sent

    (head, no_body), (start, body) = asyncio.run(messages("HEAD")), asyncio.run(messages("GET"))
    assert head == start
    assert (body["body"], no_body["body"]) == (b'{"data":{"asker":"ada"}}', b"")


def test_an_empty_parameter_is_as_good_as_none() -> None:
    assert post({"query": "{ asker }", "operationName": ""}).json() == {"data": {"asker": "ada"}}
    assert get(query="{ asker }", operationName="", variables="", extensions="").json() == {"data": {"asker": "ada"}}


@pytest.mark.parametrize(
    "address",
    ["", "?qeury={asker}", "?query=", "?query={asker}&variables=[7]", "?query={asker}&variables={",
     "?query={asker}&extensions=7", "?query={asker}&query={asker}", "?query=%ff"],
)  # fmt: skip
def test_an_address_that_is_no_request_is_a_bad_request(address: str) -> None:
    assert get(query="{asker}").status_code == 200
    response = send("GET", address=address, headers={"Accept": RESPONSE})
    assert response.status_code == 400


def test_an_address_may_have_32_kibibytes_of_parameters() -> None:
    assert get(query="{asker}", x="y" * (32 * 1024 - len("query=%7Basker%7D&x="))).status_code == 200
    assert get(query="{asker}", x="y" * (32 * 1024 - len("query=%7Basker%7D&x=") + 1)).status_code == 414


@pytest.mark.parametrize("document", ["mutation { __typename }", "mutation { wish(wish: {title: 1}) { title } }"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_mutation_is_not_run_by_a_safe_method(method: str, document: str) -> None:
    response = send(method, params={"query": document}, headers={"Accept": RESPONSE})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_allowed(method: str) -> None:
    response = send(method)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")
    assert code(response) == "BAD_REQUEST"


# Requests that are well formed and not run

NOT_RUN = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{" * 5000}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ unknown }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "fragment F on Query { asker } { ...F ...G }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ a: books(shelf: POETRY, first: 101) { title } }"}, "BAD_USER_INPUT"),
    ({"query": "query A { asker } query B { asker }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query A { asker }", "operationName": "B"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "fragment F on Query { asker }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "subscription { asker }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query($s: Shelf!) { books(shelf: $s) { title } }", "variables": {"s": None}}, "BAD_USER_INPUT"),
    ({"query": "query($s: Shelf!) { books(shelf: $s) { title } }"}, "BAD_USER_INPUT"),
]


@pytest.mark.parametrize(("request_", "expected"), NOT_RUN)
def test_a_request_error_has_status_400_and_no_data_as_graphql_response(
    request_: dict[str, object], expected: str
) -> None:
    response = post(request_)
    assert response.status_code == 400
    assert "data" not in response.json()
    assert code(response) == expected


@pytest.mark.parametrize(("request_", "expected"), NOT_RUN)
def test_a_request_error_has_status_200_and_no_data_as_plain_json(request_: dict[str, object], expected: str) -> None:
    response = post(request_, JSON)
    assert response.status_code == 200
    assert "data" not in response.json()
    assert code(response) == expected


@pytest.mark.parametrize(
    ("request_", "right_name"),
    [
        ({"query": "{ greting }"}, "greeting"),
        ({"query": "{ greeting(nam: 1) }"}, "name"),
        ({"query": "{ books(shelf: POETRI) { title } }"}, "POETRY"),
        ({"query": "{ ... on Bookk { title } }"}, "'Book'"),
        ({"query": "query($s: Shelff!) { books(shelf: $s) { title } }"}, "'Shelf'"),
        ({"query": 'mutation { wish(wish: {title: "x", auther: "y"}) { title } }'}, "author"),
        ({"query": "query($s: Shelf!) { books(shelf: $s) { title } }", "variables": {"s": "POETRI"}}, "POETRY"),
        (
            {
                "query": "mutation($w: Wish!) { wish(wish: $w) { title } }",
                "variables": {"w": {"title": "x", "auther": "y"}},
            },
            "author",
        ),
        ({"query": "{ asker @skipp(if: true) }"}, "'@skip'"),
    ],
)
def test_a_wrong_name_brings_no_suggestion_of_the_right_one(request_: dict[str, object], right_name: str) -> None:
    response = post(request_)
    assert response.status_code == 400
    assert right_name not in response.text
    assert "mean" not in response.text


# Errors while the operation runs


@pytest.mark.parametrize("media_type", [RESPONSE, JSON])
def test_data_and_errors_come_together_with_status_200(media_type: str) -> None:
    response = post({"query": "{ greeting refused }"}, media_type)
    assert response.status_code == 200
    assert response.json() == {
        "errors": [
            {
                "message": "There is no book 'x'.",
                "locations": [{"line": 1, "column": 12}],
                "path": ["refused"],
                "extensions": {"code": "FORBIDDEN"},
            }
        ],
        "data": {"greeting": "Hello, reader.", "refused": None},
    }


def test_data_that_became_null_by_an_error_is_null_and_not_left_out() -> None:
    response = post({"query": "{ sealed }"})
    assert response.status_code == 200
    assert response.json()["data"] is None


@pytest.mark.parametrize("field", ["broken", "short", "author"])
def test_an_unexpected_error_is_masked_and_logged_with_its_id(field: str) -> None:
    with structlog.testing.capture_logs() as logs:
        response = post({"query": f"{{ {field} {'{ name }' if field == 'author' else ''} }}"})
    assert "hunter2" not in response.text
    error = response.json()["errors"][0]
    assert error["message"] == "Unexpected error."
    assert error["path"] == [field]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert [(log["event"], log["id"], log["path"]) for log in logs] == [
        ("unexpected_error", error["extensions"]["id"], [field])
    ]
    assert "hunter2" in str(logs[0]["exc_info"])


def test_an_argument_that_cannot_be_coerced_while_running_is_bad_input() -> None:
    response = post({"query": 'query($n: String = "x") { greeting(name: $n) asker }', "variables": {"n": None}})
    assert response.status_code == 200
    assert code(response) == "BAD_USER_INPUT"


# Who asks


def test_the_context_is_made_for_each_request() -> None:
    assert post({"query": "{ asker }"}, Authorization="Bearer grace").json() == {"data": {"asker": "grace"}}


@pytest.mark.parametrize("media_type", [RESPONSE, JSON])
def test_an_asker_who_is_not_known_gets_401_and_is_told_how_to_ask(media_type: str) -> None:
    response = post({"query": "{"}, media_type, Authorization="Bearer expired")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json() == {
        "errors": [{"message": "The token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }


def test_an_asker_who_may_not_ask_gets_403() -> None:
    response = post({"query": "{ asker }"}, Authorization="Bearer banned")
    assert (response.status_code, code(response)) == (403, "FORBIDDEN")
    assert "www-authenticate" not in response.headers


def test_a_failure_outside_of_the_operation_is_masked_with_status_500() -> None:
    with structlog.testing.capture_logs() as logs:
        response = post({"query": "{ asker }"}, Authorization="Bearer broken")
    assert (response.status_code, code(response)) == (500, "INTERNAL_SERVER_ERROR")
    assert "hunter2" not in response.text
    assert logs[0]["id"] == response.json()["errors"][0]["extensions"]["id"]


def test_a_schema_with_extensions_is_refused_as_they_would_not_run() -> None:
    with pytest.raises(ValueError, match="neither schema extensions nor operation directives"):
        GraphQLView(strawberry.Schema(Query, extensions=[MaskErrors]), context)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PIECES = st.sampled_from(
    [
        *"{}()[]:!ë", "...", "$s", "@skip", "on", "query", "mutation", "fragment", "F", "Query", "greeting", "books",
        "name", "shelf", "first", "if", "true", "null", "POETRY", "1", "-1", '"x"',
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=20)
    | st.builds(
        lambda query, variables, name: json.dumps(
            {"query": query, "variables": variables, "operationName": name}
        ).encode(),
        st.lists(PIECES, max_size=15).map(" ".join) | st.text(max_size=20),
        st.none() | st.dictionaries(st.sampled_from(["s", "n"]), JSON_VALUES),
        st.none() | st.text(max_size=3),
    )
)
def test_whatever_is_sent_is_no_failure_of_the_server(body: bytes) -> None:
    response = post(body)
    assert response.status_code in (200, 400)
    errors = response.json().get("errors", [])
    assert all(error["extensions"]["code"] != "INTERNAL_SERVER_ERROR" for error in errors)
