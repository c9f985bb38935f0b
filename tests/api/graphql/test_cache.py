"""Answers kept until their position is passed, and the entity tags they carry."""

import asyncio
import json
from typing import Any

import httpx
import pytest
import strawberry
from starlette.requests import Request

from api.graphql.cache import ENTRY_OVERHEAD, Answer, AnswerCache, entity_tag, is_current
from api.graphql.errors import UserError
from api.graphql.incoming import GraphQLRequest
from api.graphql.view import GraphQLView

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
runs: list[str] = []
positions = [7]


@strawberry.type
class Query:
    @strawberry.field
    def echo(self, info: strawberry.Info, word: str = "-") -> str:
        runs.append(word)
        return f"{info.context} {word}"

    @strawberry.field
    def refused(self) -> str | None:
        runs.append("refused")
        raise UserError("Not today.")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def echo(self) -> str:
        runs.append("mutation")
        return "done"


@pytest.fixture(autouse=True)
def _anew() -> None:
    positions[:] = [7]
    runs.clear()


def context(request: Request) -> str:
    return request.headers.get("authorization", "nobody")


async def last_position(_: object) -> int:
    return positions[-1]


def view(max_bytes: int = 100_000) -> GraphQLView:
    cache = AnswerCache(principal=lambda asker: asker, position=last_position, max_bytes=max_bytes)
    return GraphQLView(strawberry.Schema(Query, Mutation), context, cache=cache)


def ask(app: GraphQLView, method: str = "POST", accept: str = JSON, **request: Any) -> httpx.Response:
    headers = {
        "Accept": accept,
        **{name.replace("_", "-"): value for name, value in request.pop("headers", {}).items()},
    }

    async def exchange() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            if method == "POST":
                return await client.post("/", json=request, headers=headers)
            return await client.request(method, "/", params=request, headers=headers)

    return asyncio.run(exchange())


def test_the_same_question_is_executed_once() -> None:
    app = view()
    first, second = ask(app, query="{ echo }"), ask(app, query="{ echo }")
    assert first.json() == second.json() == {"data": {"echo": "nobody -"}}
    assert first.headers == second.headers
    assert runs == ["-"]


def test_a_question_by_get_and_by_post_is_the_same() -> None:
    app = view()
    assert ask(app, query="{ echo }").content == ask(app, "GET", query="{ echo }").content
    assert runs == ["-"]


@pytest.mark.parametrize(
    "other",
    [
        {"query": "{ echo  }"},
        {"query": "{ echo }", "variables": {"unused": 1}},
        {"query": "{ echo }", "accept": RESPONSE},
        {"query": "{ echo }", "headers": {"Authorization": "ada"}},
    ],
)
def test_another_document_variable_media_type_or_asker_is_another_question(other: dict[str, Any]) -> None:
    app = view()
    ask(app, query="{ echo }")
    ask(app, **other)
    assert runs == ["-", "-"]


def test_another_operation_of_the_document_is_another_question() -> None:
    app = view()
    document = 'query A { echo(word: "a") } query B { echo(word: "b") }'
    ask(app, query=document, operationName="A")
    ask(app, query=document, operationName="B")
    assert runs == ["a", "b"]


def test_the_order_of_variables_makes_no_other_question() -> None:
    app = view()
    document = "query($a: String!, $b: String!) { x: echo(word: $a) y: echo(word: $b) }"
    ask(app, query=document, variables={"a": "1", "b": "2"})
    ask(app, query=document, variables={"b": "2", "a": "1"})
    assert runs == ["1", "2"]
    ask(app, query=document, variables={"a": "2", "b": "1"})
    assert runs == ["1", "2", "2", "1"]


def test_a_new_position_makes_every_answer_old() -> None:
    app = view()
    ask(app, query="{ echo }")
    positions.append(8)
    ask(app, query="{ echo }")
    assert runs == ["-", "-"]


def test_mutations_and_answers_with_errors_are_not_kept() -> None:
    app = view()
    for document in ("mutation { echo }", "{ echo refused }"):
        for _ in range(2):
            answer = ask(app, query=document)
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
    assert runs == ["mutation", "mutation", "-", "refused", "-", "refused"]


@pytest.mark.parametrize("app", [view(max_bytes=0), GraphQLView(strawberry.Schema(Query), context)])
def test_without_a_cache_or_room_in_it_every_question_is_executed(app: GraphQLView) -> None:
    assert ask(app, query="{ echo }").json() == ask(app, query="{ echo }").json()
    assert runs == ["-", "-"]


# Entity tags


def test_a_holder_of_the_current_answer_gets_304_to_a_get() -> None:
    app = view()
    tag = ask(app, "GET", query="{ echo }").headers["etag"]
    for method in ("GET", "HEAD"):
        again = ask(app, method, query="{ echo }", headers={"If-None-Match": f'"x", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "private, no-cache"
        assert again.headers["vary"] == "Accept, Authorization"
        assert "content-type" not in again.headers


def test_a_holder_of_an_old_answer_gets_the_new_one() -> None:
    app = view()
    tag = ask(app, "GET", query="{ echo }").headers["etag"]
    other = ask(app, "GET", query='{ echo(word: "new") }', headers={"If-None-Match": tag})
    assert (other.status_code, other.json()) == (200, {"data": {"echo": "nobody new"}})


def test_a_new_position_with_the_same_answer_keeps_its_tag() -> None:
    app = view()
    tag = ask(app, "GET", query="{ echo }").headers["etag"]
    positions.append(8)
    assert ask(app, "GET", query="{ echo }", headers={"If-None-Match": tag}).status_code == 304


def test_a_post_is_answered_in_full_whatever_its_sender_holds() -> None:
    app = view()
    tag = ask(app, query="{ echo }").headers["etag"]
    assert ask(app, query="{ echo }", headers={"If-None-Match": tag}).status_code == 200


def test_a_tag_differs_by_body_and_by_media_type() -> None:
    tags = {entity_tag(b"a", JSON), entity_tag(b"b", JSON), entity_tag(b"a", RESPONSE)}
    assert len(tags) == 3
    assert entity_tag(b"a", JSON) in tags


@pytest.mark.parametrize(
    ("held", "current"),
    [("", False), ('"a"', True), ('W/"a"', True), ('"b"', False), ('"b", "a"', True), ("*", True), ("a", False)],
)
def test_tags_are_compared_weakly(held: str, current: bool) -> None:
    assert is_current(held, '"a"') is current


# Room


def test_the_least_recently_used_answers_make_room() -> None:
    room = 2 * (ENTRY_OVERHEAD + len("key") + 10)
    cache = AnswerCache(principal=str, position=str, max_bytes=room)
    for name in ("one", "two"):
        cache.keep((name,), Answer(b"0123456789", "tag"))
    assert cache.find(("one",)) is not None
    cache.keep(("six",), Answer(b"0123456789", "tag"))
    assert [cache.find((name,)) is not None for name in ("one", "two", "six")] == [True, False, True]


def test_an_answer_kept_again_takes_its_room_once() -> None:
    room = 2 * (ENTRY_OVERHEAD + len("key") + 10)
    cache = AnswerCache(principal=str, position=str, max_bytes=room)
    cache.keep(("two",), Answer(b"0123456789", "tag"))
    for _ in range(3):
        cache.keep(("one",), Answer(b"0123456789", "tag"))
    assert cache.find(("two",)) is not None


def test_an_answer_that_does_not_fit_is_not_kept() -> None:
    cache = AnswerCache(principal=str, position=str, max_bytes=ENTRY_OVERHEAD + len("one") + 10)
    cache.keep(("one",), Answer(b"0123456789", "tag"))
    cache.keep(("two",), Answer(b"01234567890", "tag"))
    assert cache.find(("two",)) is None
    assert cache.find(("one",)) is not None


def test_answers_are_forgotten_once_their_position_is_passed() -> None:
    cache = AnswerCache(principal=str, position=lambda _: positions[-1])
    asked = GraphQLRequest(document="{ echo }", variables={}, operation_name=None)
    before = asyncio.run(cache.key(asked, "ada", JSON))
    cache.keep(before, Answer(b"0123456789", "tag"))
    assert cache.find(before) is not None
    positions.append(8)
    after = asyncio.run(cache.key(asked, "ada", JSON))
    assert cache.find(before) is None
    cache.keep(before, Answer(b"0123456789", "tag"))
    assert cache.find(before) is None
    cache.keep(after, Answer(b"0123456789", "tag"))
    assert cache.find(after) is not None


def test_the_kept_answer_is_json_as_it_was_first_sent() -> None:
    app = view()
    bodies = {ask(app, query='{ echo(word: "é") }').content for _ in range(2)}
    assert [json.loads(body) for body in bodies] == [{"data": {"echo": "nobody é"}}]
