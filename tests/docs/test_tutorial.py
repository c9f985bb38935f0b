"""docs/tutorial.md and the first steps of README.md do what they show: real program, real database, real server."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest

from markdown_pages import Block, blocks, page

ADDRESS = "127.0.0.1:8000"
DEADLINE = 120.0  # seconds after which a command that does not end is ended
PROGRAMS = Path(sys.executable).parent


def environment(port: int) -> dict[str, str]:
    """That of a reader with a terminal 100 characters wide, who has put the programs on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    mine = {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100", "COUNTERFOIL_PORT": str(port)}
    return {**kept, **mine, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}


class Terminal:
    """A shell in a folder. The server listens on a free port; the page's address stands for it."""

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

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
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
            if "\x1e" in line:
                break
            said += line
        watch.cancel()
        return said.replace(f"127.0.0.1:{self._port}", ADDRESS)


class Server:
    """`counterfoil serve` in a folder, from its first lines until the end of the test."""

    def __init__(self, folder: Path, port: int, lines: int) -> None:
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
        self.said = "".join(self._process.stdout.readline() for _ in range(lines))
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            threading.Event().wait(0.1)
        watch.cancel()

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=DEADLINE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


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


def pattern(shown: str) -> str:
    """A line `…` stands for any lines, a `…` at the end of one for its rest, the lines that a table's cell is folded
    into included, elsewhere for any text; blanks at the ends of lines do not count."""
    return "\n".join(map(line_pattern, shown.split("\n")))


def line_pattern(line: str) -> str:
    if line == "…":
        return ".*(?:\n.*)*"
    rest = r"(?:\n {12}.*)*" if line.endswith("…") else ""
    return ".*".join(map(re.escape, line.split("…"))) + rest


def assert_shows(said: str, shown: str, place: str) -> None:
    said = "\n".join(line.rstrip() for line in said.rstrip("\n").split("\n"))
    shown = "\n".join(line.rstrip() for line in shown.rstrip("\n").split("\n"))
    assert re.fullmatch(pattern(shown), said), f"{place} shows\n{shown}\n\nbut it says\n{said}"


def test_every_command_of_the_tutorial_prints_what_the_page_shows(tmp_path: Path) -> None:
    port, server = free_port(), None
    with Terminal(tmp_path, port) as terminal:
        try:
            for block in blocks(page("docs/tutorial.md")):
                kind, _, name = block.kind.partition(" ")
                if kind == "console" and name == "server":
                    ((line, _, shown),) = commands(block)
                    server = Server(tmp_path, port, 2)
                    said = server.said.replace(f"127.0.0.1:{port}", ADDRESS)
                    assert_shows(said + "…\n", shown, f"Line {line}")
                elif kind == "console":
                    for line, command, shown in commands(block):
                        assert_shows(terminal.run(command), shown, f"Line {line}")
                elif name:
                    (tmp_path / name).write_text(block.text + "\n", encoding="utf-8")
        finally:
            if server is not None:
                server.stop()
