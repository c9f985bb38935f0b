"""Who is let in with which token: the operator everywhere, a reader to the feed alone. Source: docs/design.md 9."""

import base64
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.access import principal_of
from domain.store import tokens
from domain.store.engine import writing
from local_ids import A
from serving import NOW, Served

VIEWER = "{ viewer { actor { id } } }"
FEED = ("/bi", "/bi/x.csv", "/odata", "/odata/x")


async def who(request: Request) -> Response:
    principal = principal_of(request)
    return JSONResponse([principal.actor, None if principal.party is None else str(principal.party)])


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """The application, in which the addresses of the feed say who asks."""
    found = Served(database_url, tmp_path)
    found.app.router.routes[:0] = [Route(path, who) for path in FEED]
    yield found
    found.close()


def made(served: Served) -> tuple[str, str]:
    """A token that reads for the organisation A, and its id."""
    with writing(served.services.engine) as connection:
        text, token = tokens.create(connection, UUID(A), "Excel", NOW)
    return text, token.id


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(name: str, token: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{token}'.encode()).decode()}"}


@pytest.mark.parametrize("path", FEED)
def test_the_feed_knows_for_whom_it_is_read(served: Served, path: str) -> None:
    text, key = made(served)
    for headers in (bearer(text), basic("", text), basic("anyone", text)):
        assert served.send("GET", path, headers=headers).json() == [f"token {key}", A]
    for headers in (bearer(served.services.token), basic("anyone", served.services.token)):
        assert served.send("GET", path, headers=headers).json() == ["operator", None]


@pytest.mark.parametrize("path", ["/", "/metrics", "/relationships/x", "/docs", "/tlog/checkpoint", "/bixby", "/x"])
def test_a_reader_is_refused_everything_else(served: Served, path: str) -> None:
    text, _ = made(served)
    answer = served.send("GET", path, headers=bearer(text))
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "This token reads /bi and /odata alone."


def test_graphql_refuses_a_reader_by_its_own_code(served: Served) -> None:
    text, _ = made(served)
    answer = served.post(VIEWER, None, **bearer(text))
    assert answer.status_code == 403
    (error,) = answer.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("This token reads /bi and /odata alone.", "FORBIDDEN")


def test_a_reader_cannot_sign_in_to_the_pages(served: Served) -> None:
    text, _ = made(served)
    answer = served.send("GET", f"/login?token={text}")
    assert answer.status_code == 401
    assert "counterfoil_session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("path", FEED)
def test_a_revoked_token_opens_nothing(served: Served, path: str) -> None:
    text, key = made(served)
    assert served.send("GET", path, headers=bearer(text)).status_code == 200
    with writing(served.services.engine) as connection:
        tokens.revoke(connection, key, NOW)
    for headers in (bearer(text), basic("", text), {}):
        answer = served.send("GET", path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer, Basic realm="Counterfoil", charset="UTF-8"'


def test_what_is_no_token_opens_nothing(served: Served) -> None:
    text, _ = made(served)
    wrong = [
        bearer(text[:-1]),
        bearer(text.upper()),
        bearer(""),
        basic(text, ""),
        {"Authorization": f"Basic {text}"},
        {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"},
        {"Authorization": "Basic /w=="},
        {"Authorization": f"Digest {text}"},
    ]
    assert [served.send("GET", "/bi", headers=headers).status_code for headers in wrong] == [401] * len(wrong)


@pytest.mark.parametrize(
    "credentials", [b"Basic \xe9", b"Basic YTpi\xe9", b"Bearer \xe9", b"Basic", b"Basic =", b"\xe9"]
)
def test_credentials_of_strange_bytes_open_nothing(served: Served, credentials: bytes) -> None:
    assert served.send("GET", "/odata", headers={"Authorization": credentials}).status_code == 401


def test_basic_opens_the_feed_alone(served: Served) -> None:
    headers = basic("", served.services.token)
    assert served.send("GET", "/odata", headers=headers).status_code == 200
    assert served.send("GET", "/metrics", headers=headers).status_code == 401
    assert served.post(VIEWER, None, **headers).status_code == 401


def test_the_operator_s_session_opens_the_feed(served: Served) -> None:
    cookie = served.send("GET", f"/login?token={served.services.token}").headers["set-cookie"].partition(";")[0]
    assert served.send("GET", "/bi", headers={"Cookie": cookie}).json() == ["operator", None]
