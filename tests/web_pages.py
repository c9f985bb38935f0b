"""The pages of a register, reached in the same process or by a browser on loopback."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.routes import routes
from api.web.site import Site
from api.wiring import Services

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class StrictPolicy:
    """What the application puts on every answer: nothing inline, nothing from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self._app(scope, receive, sending)


def application(services: Services) -> Starlette:
    site = Site(services)
    return Starlette(
        routes=routes(services, site),
        middleware=[Middleware(StrictPolicy)],
        exception_handlers={404: site.not_found, 500: site.failed},
    )


@contextmanager
def served(services: Services) -> Iterator[str]:
    """The address of a server on loopback."""
    server = uvicorn.Server(uvicorn.Config(application(services), port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Reader:
    """Someone who reads the pages of a register without a browser."""

    def __init__(self, address: str, services: Services, *, signed_in: bool = True) -> None:
        self.services = services
        self.client = httpx.Client(base_url=address, timeout=60)
        if signed_in:
            self.client.get("/login", params={"token": services.token})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def html(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    def text(self, path: str, status: int = 200) -> str:
        """What a page says: without markup, every kind of space made one plain space, none before a full stop."""
        body = self.html(path, status).partition("<body>")[2]
        words = " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
        return re.sub(r" ([.,:;])", r"\1", words)
