"""Runs the `counterfoil` on the PATH from the current, empty directory: commands first, then the server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

DEADLINE = 60.0  # seconds within which the server must have said its address and token


def counterfoil(*arguments: str) -> str:
    print("counterfoil", *arguments, flush=True)
    return subprocess.run(["counterfoil", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def aliases(answer: Any) -> Iterator[str]:
    """Every alias in a JSON answer, wherever it stands."""
    if isinstance(answer, dict):
        if isinstance(answer.get("alias"), str):
            yield answer["alias"]
        for value in answer.values():
            yield from aliases(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from aliases(value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def said(server: subprocess.Popen[str]) -> tuple[str, str]:
    """The address and the token that the starting server prints."""
    assert server.stdout is not None
    text = ""
    for line in server.stdout:
        text += line
        address = re.search(r"http://[\w.]+:\d+", text)
        token = re.search(r"\btoken\b\W+([\w.-]{20,})", text, re.IGNORECASE)
        if address and token:
            return address[0], token[1]
    raise SystemExit(f"The server stopped before it said its address and token. It said:\n{text}")


def get(address: str, token: str, body: dict[str, str] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=30) as response:
        assert response.status == 200, response.status
        return response.read().decode()


def main() -> None:
    counterfoil("--help")
    counterfoil("migrate")
    counterfoil("demo")
    alias = next(aliases(json.loads(counterfoil("relationships", "--json"))))
    card = json.loads(counterfoil("scorecard", alias, "--json"))
    assert len(card["principles"]) == 12, card
    port = str(free_port())
    print("counterfoil serve --port", port, flush=True)
    server = subprocess.Popen(
        ["counterfoil", "serve", "--port", port],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
    )
    watch = threading.Timer(DEADLINE, server.kill)
    watch.start()
    try:
        address, token = said(server)
        watch.cancel()
        get(f"{address}/healthz", token)
        answer = json.loads(get(f"{address}/graphql", token, {"query": "{ principles { __typename } }"}))
        assert len(answer["data"]["principles"]) == 12, answer
    finally:
        watch.cancel()
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
    assert server.returncode in {0, -signal.SIGTERM}, server.returncode
    print("The wheel runs.")


if __name__ == "__main__":
    main()
