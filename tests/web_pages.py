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

from api.app import create_app
from api.wiring import Services


@contextmanager
def served(services: Services) -> Iterator[str]:
    """The address on loopback of the whole application over these services, which it leaves open."""
    server = uvicorn.Server(uvicorn.Config(create_app(services), port=0, log_config=None, lifespan="off"))
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
        self.client = httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=60)
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
