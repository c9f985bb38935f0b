"""The pages that show commands do what they show: real program, real database, real server."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from markdown_pages import blocks, page
from terminal import ADDRESS, Server, Terminal, assert_shows, commands, free_port


@pytest.mark.long
@pytest.mark.parametrize("name", ["docs/tutorial.md", "docs/operations.md"])
def test_every_command_of_the_page_prints_what_it_shows(name: str, tmp_path: Path) -> None:
    """`console`: commands and what they print; `console server`: the server, until the end of the page; a block of any
    kind with a file's name: that file."""
    port = free_port()
    with Terminal(tmp_path, port) as terminal, ExitStack() as running:
        for block in blocks(page(name)):
            kind, _, file = block.kind.partition(" ")
            if kind == "console" and file == "server":
                ((line, _, shown),) = commands(block)
                server = running.enter_context(Server(tmp_path, port))
                assert_shows(server.said + "…", shown, f"{name}, line {line},")
            elif kind == "console":
                for line, command, shown in commands(block):
                    assert_shows(terminal.run(command), shown, f"{name}, line {line},")
            elif file:
                text = block.text.replace(ADDRESS, f"127.0.0.1:{port}")
                (tmp_path / file).write_text(text + "\n", encoding="utf-8")
