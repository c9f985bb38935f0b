"""`counterfoil token create`, `list` and `revoke`. Source: docs/design.md 9."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.cli.tokens import app
from command_line import ASTER, BIRCH, Cli, story
from interchange_files import write

TRY = "Try: counterfoil token"


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    """Over a register that holds the story."""
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return cli


def stored(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        return connection.execute("SELECT sha256, last_four, organisation_id, name FROM token").fetchall()


@pytest.mark.parametrize("organisation", ["birch", BIRCH])
def test_a_token_is_shown_once_and_its_digest_alone_is_stored(full: Cli, tmp_path: Path, organisation: str) -> None:
    status, out, err = full("token", "create", "--organisation", organisation, "--name", "Warehouse")
    assert (status, err) == (0, "")
    found = re.fullmatch(r"token: (cf_[\w-]{43})\nKeep it: .* `counterfoil token revoke [0-9a-f]{8}` ends it\.\n", out)
    assert found is not None
    text = found[1]
    assert stored(tmp_path) == [(hashlib.sha256(text.encode()).hexdigest(), text[-4:], BIRCH, "Warehouse")]
    assert text not in full("token", "list").out
    assert text not in full("token", "list", "--json").out


def test_two_tokens_are_never_the_same(full: Cli) -> None:
    made = [json.loads(full("token", "create", "--organisation", "aster", "--json").out) for _ in range(2)]
    assert made[0]["token"] != made[1]["token"]
    assert made[0]["id"] != made[1]["id"]


def test_the_list_tells_tokens_apart_by_their_last_four_characters(full: Cli) -> None:
    made = json.loads(full("token", "create", "--organisation", "aster", "--name", "[bold]Excel", "--json").out)
    full("token", "create", "--organisation", "birch")
    found = json.loads(full("token", "list", "--json").out)
    assert [one["organisation"] for one in found] == [ASTER, BIRCH]
    assert found[0] == {key: value for key, value in made.items() if key != "token"}
    assert found[0]["last_four"] == made["token"][-4:]
    line = next(line for line in full("token", "list").out.splitlines() if made["id"] in line)
    assert all(part in line for part in (f"…{made['last_four']}", "aster", "[bold]Excel"))


def test_a_revoked_token_stays_in_the_list_with_its_day(full: Cli) -> None:
    made = json.loads(full("token", "create", "--organisation", "aster", "--json").out)
    said = full("token", "revoke", made["id"])
    assert said == (0, f"The token {made['id']} (…{made['last_four']}) is revoked.\n", "")
    first = json.loads(full("token", "list", "--json").out)
    assert first[0]["revoked_at"] is not None
    assert json.loads(full("token", "revoke", made["id"], "--json").out) == first[0], "the first revocation stands"


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["create", "--organisation", "cedar"], 1, "No organisation cedar is known here."),
        (["create", "--organisation", ASTER[:-1] + "f"], 1, f"No organisation {ASTER[:-1]}f is known here."),
        (["revoke", "nobody"], 1, "No token nobody is known here."),
        (["create"], 2, f"counterfoil token create: Missing option '--organisation'. {TRY} create --help"),
        (["revoke"], 2, f"counterfoil token revoke: Missing argument 'ID'. {TRY} revoke --help"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(
    full: Cli, tmp_path: Path, arguments: list[str], status: int, line: str
) -> None:
    assert full("token", *arguments) == (status, "", f"{line}\n")
    assert stored(tmp_path) == []


@pytest.mark.parametrize("command", [command.callback for command in app.registered_commands])
def test_every_command_of_the_group_explains_itself(cli: Cli, tmp_path: Path, command: Any) -> None:
    said = cli("token", command.__name__.removesuffix("_tokens"), "--help")
    assert (said.status, said.err) == (0, "")
    assert command.__doc__.split(".")[0] in " ".join(said.out.split())
    assert list(tmp_path.iterdir()) == []
