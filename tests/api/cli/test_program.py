"""The program as a whole: help, exit status, and one clear line for whatever goes wrong. Source: docs/contract.md 3."""

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.cli.program import COMMANDS
from command_line import STORY_SIZE, Cli, over, story
from domain.store import engine
from interchange_files import OPENING, wide, write
from program import PROGRAM, environment, run

UNIX_SIGNS = re.compile(r"\x1b\[[0-9;]*m")


def settings(folder: Path) -> dict[str, str]:
    return {"COUNTERFOIL_DATABASE_URL": f"sqlite:///{folder / 'register.db'}", "COUNTERFOIL_DATA": str(folder)}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(cli: Cli, tmp_path: Path, command: object, option: str) -> None:
    name, first = command.__name__.replace("_", "-"), (command.__doc__ or "").split(".")[0]  # type: ignore[attr-defined]
    said = cli(name, option)
    assert (said.status, said.err) == (0, "")
    assert " ".join(first.split()) in " ".join(UNIX_SIGNS.sub("", said.out).split())
    assert list(tmp_path.iterdir()) == []


def test_the_program_explains_itself(cli: Cli) -> None:
    said = cli("--help")
    assert (said.status, said.err) == (0, "")
    for command in COMMANDS:
        assert f" {command.__name__.replace('_', '-')} " in said.out


def test_without_a_command_it_explains_itself_as_wrong_usage(cli: Cli) -> None:
    assert cli() == (2, cli("--help").out, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "counterfoil: No such command 'frobnicate'. Try: counterfoil --help"),
        (["--frobnicate"], "counterfoil: No such option: --frobnicate. Try: counterfoil --help"),
        (["due", "--frobnicate"], "counterfoil due: No such option: --frobnicate. Try: counterfoil due --help"),
        (["due", "a", "b"], "counterfoil due: Got unexpected extra argument(s) (b). Try: counterfoil due --help"),
    ],
)
def test_wrong_usage_is_said_in_one_line(cli: Cli, arguments: list[str], message: str) -> None:
    assert cli(*arguments) == (2, "", f"{message}\n")


@pytest.mark.parametrize(
    ("name", "value", "status", "message"),
    [
        ("COUNTERFOIL_PROT", "8000", 2, "There is no setting COUNTERFOIL_PROT."),
        ("COUNTERFOIL_PORT", "eighty", 2, "COUNTERFOIL_PORT is 'eighty': Input should be a valid integer"),
        ("COUNTERFOIL_DATABASE_URL", "mysql://u:secret@h/d", 2, "COUNTERFOIL_DATABASE_URL must begin with sqlite:///"),
        ("COUNTERFOIL_DATABASE_URL", "sqlite:///", 2, "The database address must be sqlite:///FILE or postgresql"),
        ("COUNTERFOIL_DATABASE_URL", "sqlite:///:memory:", 2, "The database address must be sqlite:///FILE or"),
        ("COUNTERFOIL_DATABASE_URL", "postgresql+psycopg://u:secret@h:x/d", 2, "The database address must be sqlite:///"),
        ("COUNTERFOIL_DATABASE_URL", "postgresql+psycopg://u:secret@127.0.0.1:1/d", 1,
         "The database does not answer as expected: connection failed: "),
        ("COUNTERFOIL_DATABASE_URL", "sqlite:////", 1, "The database does not answer as expected: unable to open"),
        ("COUNTERFOIL_DATABASE_URL", "sqlite:///story.ndjson", 1,
         "The database does not answer as expected: file is not a database."),
        ("COUNTERFOIL_DATABASE_URL", "sqlite:///story.ndjson/register.db", 1, "File exists: story.ndjson."),
        ("COUNTERFOIL_DATA", "story.ndjson", 1, "The vault key file story.ndjson/vault.key is missing, and texts"),
        ("COUNTERFOIL_DATA", "elsewhere", 1, "The vault key file elsewhere/vault.key is missing, and texts are sealed"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [["relationships"], ["record", "story.ndjson"], ["migrate"]], ids=" ".join)
def test_what_it_cannot_stand_on_is_said_in_one_line(
    reader: Cli, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str, value: str, status: int, message: str
) -> None:
    monkeypatch.setenv(name, value)
    said = reader(*command)
    assert (said.status, said.out) == (status, "")
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1
    assert "secret" not in said.err


def test_a_database_of_a_later_release_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    cli("migrate")
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    said = cli("relationships")
    assert said.status == 1
    assert said.err.startswith("The tables are not of a form that this release knows: Can't locate revision")
    assert said.err.count("\n") == 1


@pytest.fixture
def busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Over a register that somebody else writes to, and for whom nobody waits long."""
    patient = over(tmp_path, monkeypatch, capsys)
    patient("record", write(tmp_path / "story.ndjson", story()))
    short = tuple(s.replace(f"{engine.LOCK_SECONDS}000", "10") for s in engine.SQLITE_SETTINGS)
    monkeypatch.setattr(engine, "SQLITE_SETTINGS", short)
    with closing(sqlite3.connect(tmp_path / "register.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield patient


def test_while_somebody_writes_everything_can_be_read(busy: Cli) -> None:
    for command in (["relationships"], ["scorecard", "wings"], ["due"], ["events"], ["doctor"]):
        assert busy(*command).status == 0


def test_who_waits_too_long_to_write_is_told(busy: Cli, tmp_path: Path) -> None:
    said = busy("record", write(tmp_path / "more.ndjson", OPENING))
    assert said == (1, "", "The database does not answer as expected: database is locked.\n")


def test_the_unexpected_is_one_line_with_an_id(told: Path, tmp_path: Path) -> None:
    """Here: a stored event that is no JSON any more."""
    spoilt = tmp_path / "register.db"
    with closing(sqlite3.connect(told / "register.db")) as source, closing(sqlite3.connect(spoilt)) as copy, copy:
        source.backup(copy)
        copy.execute("UPDATE event SET envelope = 'Ada' WHERE position = 3")
    url = f"sqlite:///{spoilt}"
    status, out, err = run(told, "events", COUNTERFOIL_DATABASE_URL=url, COUNTERFOIL_DATA=str(told))
    assert (status, out) == (1, "")
    assert re.fullmatch(
        r"Unexpected error [0-9a-f]{12} \(JSONDecodeError\); COUNTERFOIL_LOG_LEVEL=debug shows its details\.\n", err
    )
    _, _, err = run(
        told, "events", COUNTERFOIL_DATABASE_URL=url, COUNTERFOIL_DATA=str(told), COUNTERFOIL_LOG_LEVEL="debug"
    )
    *_, logged, line = err.splitlines()
    record = json.loads(logged)
    assert record["event"] == "unexpected_error"
    assert f"Unexpected error {record['id']} (JSONDecodeError)" in line
    assert record["exception"][0]["exc_type"] == "JSONDecodeError"
    assert "locals" not in record["exception"][0]["frames"][0]


def test_a_pipe_that_nobody_reads_ends_it_quietly(told: Path, tmp_path: Path) -> None:
    lines = [wide("organisation.registered", legal_name="x" * 400, country="DE") for _ in range(1500)]
    at = settings(tmp_path)
    assert run(tmp_path, "record", write(tmp_path / "many.ndjson", lines).name, **at)[0] == 0
    for command in (["events", "--json"], ["events"]):
        program = subprocess.Popen(
            [PROGRAM, *command],
            cwd=tmp_path,
            env=environment(**at),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert program.stdout is not None
        assert program.stderr is not None
        os.read(program.stdout.fileno(), 1)
        program.stdout.close()
        with program.stderr as errors:
            assert errors.read() == b""
        assert program.wait() == 1


def test_output_on_a_terminal_of_few_characters_is_no_failure(tmp_path: Path) -> None:
    lines = [wide("organisation.registered", legal_name="Öl & Söhne – 東京", country="DE")]
    at = {**settings(tmp_path), "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    assert run(tmp_path, "record", write(tmp_path / "lines.ndjson", lines).name, **at) == (
        0,
        "1 of 1 facts recorded.\n",
        "",
    )
    status, out, err = run(tmp_path, "events", "--json", **at)
    assert (status, err) == (0, "")
    assert "\\xd6l & S\\xf6hne" in out
    assert run(tmp_path, "events", **at)[0] == 0


def test_settings_come_from_a_file_too_and_the_environment_wins(told: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"COUNTERFOIL_DATABASE_URL=sqlite:///{told}/register.db\nCOUNTERFOIL_DATA={told}\n")
    status, out, err = run(tmp_path, "events", "--json")
    assert (status, len(json.loads(out)), err) == (0, STORY_SIZE, "")
    empty = f"sqlite:///{tmp_path}/empty.db"
    assert (
        run(tmp_path, "events", "--json", COUNTERFOIL_DATABASE_URL=empty, COUNTERFOIL_DATA=str(tmp_path))[1] == "[]\n"
    )
