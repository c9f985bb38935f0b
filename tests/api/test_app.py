"""The application as a whole: who is let in where, what probes and figures say, and what every answer carries."""

import io
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import app as module
from api.app import create_app
from api.observing import Metrics, Observe, configure_logs
from api.settings import Settings
from api.wiring import open_services
from local_ids import A, B
from serving import NOW, Served

VIEWER = {"query": "{ viewer { actor { id } } }"}
HTML = {"Accept": "text/html,application/xhtml+xml"}
HEADERS = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
    "x-request-id",
}


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    found = Served(database_url, tmp_path)
    yield found
    found.close()


@contextmanager
def running(app: Starlette) -> Iterator[str]:
    """The address of a server on loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def token(served: Served) -> dict[str, str]:
    return {"Authorization": f"Bearer {served.services.token}"}


# Who is let in


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_need_no_principal(served: Served, path: str) -> None:
    assert served.send("GET", path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/metrics", "/relationships/x", "/docs", "/no-such-page", "/bi/x", "/tlog/checkpoint"]
)
def test_everything_else_needs_one(served: Served, path: str) -> None:
    answer = served.send("GET", path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].split(",")[0] == "Bearer"
    assert served.send("GET", path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert served.send("GET", path, headers={"Authorization": f"Basic {served.services.token}"}).status_code == 401
    assert served.send("GET", path, headers=token(served)).status_code in (200, 404)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_graphql_takes_the_token_and_nothing_else(served: Served, scheme: str) -> None:
    answer = served.send(
        "POST", "/graphql", json=VIEWER, headers={"Authorization": f"{scheme} {served.services.token}"}
    )
    assert answer.json() == {"data": {"viewer": {"actor": {"id": "operator"}}}}
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer ä"}):
        answer = served.send("POST", "/graphql", json=VIEWER, headers={k: v.encode() for k, v in headers.items()})
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_browser_s_session_opens_pages_and_not_graphql(served: Served) -> None:
    arriving = served.send("GET", f"/login?token={served.services.token}")
    assert (arriving.status_code, arriving.headers["location"]) == (303, "/")
    cookie = arriving.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite" in cookie.lower()
    session = {"Cookie": cookie.partition(";")[0]}
    assert served.send("GET", "/", headers={**HTML, **session}).status_code == 200
    assert served.send("GET", "/metrics", headers=session).status_code == 200
    assert served.send("POST", "/graphql", json=VIEWER, headers=session).status_code == 401
    forged = {"Cookie": session["Cookie"][:-1] + ("0" if session["Cookie"][-1] != "0" else "1")}
    assert served.send("GET", "/", headers=forged).status_code == 401


def test_a_browser_without_a_session_gets_the_form_to_sign_in(served: Served) -> None:
    answer = served.send("GET", "/no-such-page?x=1", headers=HTML)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert 'action="/login"' in answer.text


def test_a_wrong_token_signs_nobody_in(served: Served) -> None:
    answer = served.send("GET", "/login?token=wrong")
    assert answer.status_code == 401
    assert "counterfoil_session" not in answer.headers.get("set-cookie", "")


def test_the_graphiql_page_is_shown_to_browsers_before_they_have_a_token(served: Served) -> None:
    answer = served.send("GET", "/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "GraphiQL" in answer.text


# What every answer carries


@pytest.mark.parametrize("path", ["/healthz", "/", "/graphql", "/static/counterfoil.css", "/no-such-page"])
def test_every_answer_carries_the_headers_of_safety(served: Served, path: str) -> None:
    assert set(served.send("GET", path).headers) >= HEADERS


def test_a_request_keeps_its_own_id_if_it_is_a_sane_one(served: Served) -> None:
    assert served.send("GET", "/healthz", headers={"X-Request-Id": "abc-1.2_3"}).headers["x-request-id"] == "abc-1.2_3"
    for odd in ("", "a b", "x" * 101, 'a"b'):
        made = served.send("GET", "/healthz", headers={"X-Request-Id": odd}).headers["x-request-id"]
        assert made != odd
        assert len(made) == 32


def test_what_is_not_served_is_said_in_json(served: Served) -> None:
    answer = served.send("GET", "/no-such-page", headers={**token(served), "X-Request-Id": "r1"})
    assert answer.status_code == 404
    assert answer.json() == {"error": {"status": 404, "message": "Not Found", "request_id": "r1"}}
    answer = served.send("POST", "/metrics", headers={**token(served), "X-Request-Id": "r2"})
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
    assert answer.json() == {"error": {"status": 405, "message": "Method Not Allowed", "request_id": "r2"}}


def test_what_breaks_is_masked_and_logged_under_the_request_s_id(served: Served) -> None:
    async def broken(_: Request) -> Response:
        raise ValueError("the password is hunter2")

    served.app = Starlette(routes=[Route("/", broken)], middleware=[Middleware(Observe, metrics=Metrics())])
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = served.send("GET", "/", headers={"X-Request-Id": "r1"})
    assert answer.status_code == 500
    assert answer.json() == {"error": {"status": 500, "message": "Unexpected error.", "request_id": "r1"}}
    assert [line["event"] for line in logs] == ["unexpected_error", "request"]
    assert {line["request_id"] for line in logs} == {"r1"}
    assert str(logs[0]["exc_info"]) == "the password is hunter2"


# Probes and figures


def test_it_is_not_ready_before_its_tables_are_up_to_date(database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, data=tmp_path)
    services = open_services(settings, lambda: NOW, migrating=False)
    served = Served.__new__(Served)
    served.services, served.app, served.statements = services, create_app(services), []
    assert served.send("GET", "/healthz").status_code == 200
    answer = served.send("GET", "/readyz")
    assert (answer.status_code, answer.text) == (503, "The tables are being brought up to date.\n")
    waiting = served.send("POST", "/graphql", json=VIEWER, headers=token(served))
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "5")
    open_services(settings, lambda: NOW).close()
    assert served.send("GET", "/readyz").text == "ready\n"
    assert served.send("POST", "/graphql", json=VIEWER, headers=token(served)).status_code == 200
    services.close()


def test_it_is_not_ready_without_its_database(tmp_path: Path) -> None:
    file = tmp_path / "register.db"
    served = Served(f"sqlite:///{file}", tmp_path)
    assert served.send("GET", "/readyz").text == "ready\n"
    served.services.engine.dispose()
    file.write_bytes(b"This is no database. " * 1000)
    answer = served.send("GET", "/readyz")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")
    served.close()


def test_the_figures_count_requests_and_events(served: Served) -> None:
    served.cast()
    made = {"byParty": A, "toParties": [B], "title": "t", "dueOn": "2027-01-01"}
    for command_id in ("one", "one", "two"):  # the second is a repetition
        served.facts(command_id, {"commitmentMade": made})
    served.record("dry", {"commitmentMade": made}, dryRun=True)
    served.send("GET", "/relationships/quay-rail", headers=token(served))
    text = served.send("GET", "/metrics", headers=token(served)).text
    lines = text.splitlines()
    assert 'counterfoil_events_recorded_total{type="commitment.made"} 2.0' in lines
    assert 'counterfoil_events_recorded_total{type="person.registered"} 2.0' in lines
    assert "counterfoil_log_size 8.0" in lines
    assert 'counterfoil_requests_total{method="POST",route="/graphql",status="200"} 5.0' in lines
    assert 'counterfoil_requests_total{method="GET",route="/relationships/{rel}",status="200"} 1.0' in lines
    assert 'counterfoil_request_seconds_count{method="POST",route="/graphql"} 5.0' in lines
    assert served.services.token not in text


# As it is started


def test_the_factory_for_uvicorn_serves_what_the_settings_name(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database_url)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        with running(module.app()) as address, httpx.Client(base_url=address) as client:
            deadline = time.monotonic() + 60
            while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
                time.sleep(0.05)
            sent = {"Authorization": f"Bearer {(tmp_path / 'token').read_text().strip()}"}
            assert client.post("/graphql", json=VIEWER, headers=sent).json()["data"]["viewer"]["actor"] == {
                "id": "operator"
            }
            assert client.get("/").status_code == 401
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()


def test_everything_logged_is_a_line_of_json() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    try:
        with redirect_stderr(written):
            configure_logs("info")
        structlog.get_logger("ours").info("said", answer=42)
        logging.getLogger("theirs").warning("odd %s", "thing")
        logging.getLogger("theirs").debug("unheard")
        try:
            raise ValueError("broken")
        except ValueError as error:
            structlog.get_logger("ours").error("failed", exc_info=error)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
    lines: list[dict[str, Any]] = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("said", "info"),
        ("odd thing", "warning"),
        ("failed", "error"),
    ]
    assert lines[0]["answer"] == 42
    assert lines[2]["exception"][0]["exc_value"] == "broken"
    assert all(line["timestamp"].endswith("Z") for line in lines)
