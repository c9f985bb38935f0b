"""`counterfoil serve`: the real program, asked over HTTP. Source: docs/contract.md 3 and 4."""

import json
import re
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from command_line import Cli
from program import DEADLINE, run, start
from terminal import is_ready


class Server:
    """A running `counterfoil serve` and what it said at first."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.process = process
        self.lines = [process.stdout.readline() for _ in range(3)]
        self.address = self.lines[0].split()[-1]
        self.token = self.lines[1].removeprefix("token: ").strip()

    def get(self, path: str, body: dict[str, str] | None = None) -> str:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.address + path, data, headers)
        with urllib.request.urlopen(asked, timeout=DEADLINE) as answer:
            text: str = answer.read().decode()
        return text

    def stop(self, sent: signal.Signals) -> tuple[int, str]:
        """(exit status, what else it said on standard output)"""
        self.process.send_signal(sent)
        out, _ = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, out


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    process = start(folder, "serve", "--port", "0", *options)
    watch = threading.Timer(DEADLINE, process.kill)
    watch.start()
    try:
        yield Server(process)
    finally:
        watch.cancel()
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=DEADLINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With an empty register, its tables up to date."""
    made = tmp_path_factory.mktemp("serving")
    assert run(made, "migrate")[0] == 0
    return made


@pytest.mark.parametrize("workers", [1, 2])
def test_it_prints_an_address_that_answers_at_once_and_the_token(folder: Path, workers: int) -> None:
    with serving(folder, "--workers", str(workers)) as server:
        assert server.get("/healthz") == "ok\n"
        assert re.fullmatch(r"Counterfoil serves on http://127\.0\.0\.1:[1-9]\d*\n", server.lines[0])
        assert server.token == (folder / "data" / "token").read_text().strip()
        assert server.lines[2] == f"Open {server.address}/login?token={server.token}\n"
        answer = json.loads(server.get("/graphql", {"query": "{ principles { id } }"}))
        assert len(answer["data"]["principles"]) == 12


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_it_stops_when_it_is_told_to(folder: Path, sent: signal.Signals, status: int) -> None:
    with serving(folder) as server:
        assert server.get("/healthz") == "ok\n"
        assert server.stop(sent) == (status, "")


def test_it_makes_the_tables_of_a_new_register(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        while not is_ready(int(server.address.rpartition(":")[2])):
            assert server.process.poll() is None
    assert run(tmp_path, "doctor", "--quiet") == (0, "", "")


def test_an_ipv6_address_of_this_machine_is_served_on(folder: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        assert run(folder, "serve", "--host", "::1")[0] == 1
        return
    with serving(folder, "--host", "::1") as server:
        assert server.address.startswith("http://[::1]:")
        assert server.get("/healthz") == "ok\n"


def test_a_port_that_is_taken_is_said_in_one_line(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run(folder, "serve", "--port", str(port))
    assert said == (1, "", f"Port {port} of 127.0.0.1 cannot be served on: Address already in use.\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "", "127.0.0.1.example.org"])
def test_an_address_that_others_can_reach_is_refused(cli: Cli, host: str) -> None:
    said = cli("serve", "--host", host, "--port", 0)
    assert (said.status, said.out) == (2, "")
    wrong = f"Invalid value for --host: {host!r} is no address of this machine alone, such as 127.0.0.1."
    assert said.err == f"counterfoil serve: {wrong} Try: counterfoil serve --help\n"


def test_an_address_that_others_can_reach_is_refused_in_the_settings_too(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERFOIL_HOST", "0.0.0.0")
    assert cli("serve").status == 2


@pytest.mark.parametrize("option", [["--port", "65536"], ["--port", "-1"], ["--workers", "0"], ["--workers", "65"]])
def test_impossible_numbers_are_wrong_usage(cli: Cli, option: list[str]) -> None:
    assert cli("serve", *option).status == 2
