"""A reader at a terminal: the commands of a page run by a shell with the real program, and a real server."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from markdown_pages import Block

ADDRESS = "127.0.0.1:8000"
"""The server's address on every page; in a test it stands for the one of a free port."""
DEADLINE = 120.0  # seconds after which what does not end is ended
PROGRAMS = Path(sys.executable).parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def environment(port: int) -> dict[str, str]:
    """That of a reader whose terminal is 100 characters wide and who has put the programs on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    mine = {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100", "COUNTERFOIL_PORT": str(port)}
    return {**kept, **mine, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}


class Terminal:
    """A shell in a folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._port = port
        self._shell = subprocess.Popen(
            ["sh"],
            cwd=folder,
            env=environment(port),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shell.kill()
        self._shell.communicate()

    def run(self, command: str) -> str:
        """What the command prints, on standard output and standard error."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        watch = threading.Timer(DEADLINE, self._shell.kill)
        watch.start()
        self._shell.stdin.write(f"{command.replace(ADDRESS, f'127.0.0.1:{self._port}')}\nprintf '\\036\\n'\n")
        self._shell.stdin.flush()
        said = ""
        for line in self._shell.stdout:
            text, end, _ = line.partition("\x1e")
            said += text
            if end:
                break
        watch.cancel()
        return said.replace(f"127.0.0.1:{self._port}", ADDRESS)


class Server:
    """`counterfoil serve` in a folder, ready to answer. `said`: the first lines that it printed."""

    def __init__(self, folder: Path, port: int) -> None:
        self._process = subprocess.Popen(
            ["counterfoil", "serve"],
            cwd=folder,
            env=environment(port),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        watch = threading.Timer(DEADLINE, self._process.kill)
        watch.start()
        said = self._process.stdout.readline() + self._process.stdout.readline()
        self.said = said.replace(f"127.0.0.1:{port}", ADDRESS)
        while not is_ready(port):
            assert self._process.poll() is None, "the server has stopped"
            time.sleep(0.1)
        watch.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate(timeout=DEADLINE)


def is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=DEADLINE) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


def commands(block: Block) -> Iterator[tuple[int, str, str]]:
    """(line of the page, command, what the page shows) of each `$` of a block; `>` goes on with the command."""
    command, shown, start = "", "", 0
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            if command:
                yield start, command, shown
            command, shown, start = line[2:], "", number
        elif line.startswith("> ") and not shown:
            command += "\n" + line[2:]
        else:
            shown += line + "\n"
    yield start, command, shown


def assert_shows(said: str, shown: str, place: str) -> None:
    """A line `…` stands for any lines, a `…` at the end of one for its rest, the lines into which a cell of a table is
    folded included, elsewhere for any text. Blanks at the ends of lines do not count.
    """
    lines = [line.rstrip() for line in said.rstrip("\n").split("\n")]
    pattern = "\n".join(_pattern(line.rstrip()) for line in shown.rstrip("\n").split("\n"))
    assert re.fullmatch(pattern, "\n".join(lines)), f"{place} shows\n{shown}\nbut it says\n{said}"


def _pattern(line: str) -> str:
    if line == "…":
        return ".*(?:\n.*)*"
    folded = r"(?:\n {12}.*)*" if line.endswith("…") else ""
    return ".*".join(map(re.escape, line.split("…"))) + folded
