"""The first steps of README.md, as a newcomer pastes them."""

import json
import shutil
from pathlib import Path
from urllib.request import Request, urlopen

from markdown_pages import ROOT, blocks, page
from terminal import Server, Terminal, free_port

README = page("README.md")


def test_the_two_commands_are_there() -> None:
    first = next(block for block in blocks(README) if block.kind == "sh")
    commands = [line.split()[0] for line in first.text.splitlines()]
    assert commands == ["scripts/run", "scripts/test"]
    for command in commands:
        assert (ROOT / command).stat().st_mode & 0o111


def test_the_first_query_answers_as_it_is_from_graphiql_and_from_a_shell_with_curl(tmp_path: Path) -> None:
    query = next(block.text for block in blocks(README) if block.kind == "graphql")
    curl = next(block.text for block in blocks(README) if block.kind == "sh" and block.text.startswith("curl "))
    port = free_port()
    with Terminal(tmp_path, port) as terminal:
        assert "recorded" in terminal.run("counterfoil demo")
        with Server(tmp_path, port):
            token = (tmp_path / "data" / "token").read_text().strip()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            body = json.dumps({"query": query}).encode()
            with urlopen(Request(f"http://127.0.0.1:{port}/graphql", body, headers), timeout=60) as answer:
                pasted = json.load(answer)
            if shutil.which("curl"):
                assert json.loads(terminal.run(curl)) == pasted
    relationship = pasted["data"]["relationship"]
    assert relationship["name"] == "NeoRange wing programme"
    assert relationship["scorecard"]["band"] == "GREEN"
    assert [p["principle"]["id"] for p in relationship["scorecard"]["principles"]] == [f"P{n}" for n in range(1, 13)]
