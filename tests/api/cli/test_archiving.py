"""`counterfoil export-log`, `restore` and `backup`. Source: docs/contract.md 3."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import make_url

from api.trail import backup as copies
from command_line import STORY_SIZE, Cli, over, story
from interchange_files import wide, write


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    """Over a register that holds the story."""
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    return cli


def test_a_log_goes_out_and_comes_back(
    full: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = full("scorecard", "wings", "--as-of", "2024-04-15", "--json").out
    exported = json.loads(full("export-log", "whole.ndjson.gz", "--json").out)
    assert list(exported) == ["origin", "size", "root", "commands", "vault_keys", "vault_values", "checkpoints"]
    assert (exported["size"], exported["commands"]) == (STORY_SIZE, STORY_SIZE)
    said = full("export-log", "plain.ndjson")
    assert said == (0, f"{STORY_SIZE} events exported, root {exported['root']}.\n", "")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / "vault.key", other)
    there = over(other, monkeypatch, capsys)
    said = there("restore", tmp_path / "whole.ndjson.gz")
    assert said == (0, f"{STORY_SIZE} events restored, root {exported['root']}.\n", "")
    assert there("scorecard", "wings", "--as-of", "2024-04-15", "--json").out == card
    assert there("verify").status == 0
    assert there("record", tmp_path / "story.ndjson").out == (
        f"0 of {STORY_SIZE} facts recorded; {STORY_SIZE} were recorded before.\n"
    )
    assert there("restore", tmp_path / "plain.ndjson") == (
        1, "", "The register is not empty: a log is restored into a new database alone.\n"
    )  # fmt: skip


def test_what_cannot_be_exported_or_restored_is_said_in_one_line(full: Cli, tmp_path: Path) -> None:
    full("export-log", "whole.ndjson")
    there = "is there already, and nothing is written over it."
    assert full("export-log", "whole.ndjson") == (1, "", f"The file whole.ndjson {there}\n")
    assert full("export-log", "no/where.ndjson").err.startswith("No such file or directory: no/")
    assert full("restore", "story.ndjson").err.startswith("Line 1: it is not the Header that belongs here: ")
    assert full("restore", "nowhere").status == 2


def test_a_backup_is_a_database_of_its_own(full: Cli, tmp_path: Path) -> None:
    size = (0, "backup.db: a copy of the database (sqlite), {} bytes.\n", "")
    status, out, err = full("backup", "backup.db")
    assert (status, out, err) == (0, size[1].format((tmp_path / "backup.db").stat().st_size), "")
    assert (tmp_path / "backup.db").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("SELECT size FROM head").fetchone() == (STORY_SIZE,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert full("backup", "backup.db").err == ("The file backup.db is there already, and nothing is written over it.\n")
    assert json.loads(full("backup", "second.db", "--json").out)["database"] == "sqlite"
    assert sorted(path.name for path in tmp_path.glob("*.db*") if not path.name.startswith("register")) == [
        "backup.db",
        "second.db",
    ]


def test_a_backup_made_while_somebody_writes_is_of_one_moment(
    full: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection writes between the pages; the copy verifies, and holds what stood at its beginning."""
    monkeypatch.setattr(copies, "PAGES_AT_ONCE", 1)
    stop: list[bool] = []

    def keep_writing() -> None:
        with closing(sqlite3.connect(tmp_path / "register.db", timeout=30)) as connection:
            while not stop:
                with connection:
                    connection.execute("UPDATE event_fact SET on_day = on_day + 1")
                    connection.execute("UPDATE event_fact SET on_day = on_day - 1")
                    time.sleep(0)

    writer = Thread(target=keep_writing)
    writer.start()
    try:
        assert full("backup", "backup.db").status == 0
    finally:
        stop.append(True)
        writer.join()
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", f"sqlite:///{tmp_path / 'backup.db'}")
    assert full("verify").status == 0


@pytest.fixture
def on_postgres(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    cli = over(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", postgres_url)
    lines = [wide("organisation.registered", legal_name="Aster Works", country="DE")]
    assert cli("record", write(tmp_path / "story.ndjson", lines)).status == 0
    return cli


def test_on_postgresql_pg_dump_makes_the_backup(on_postgres: Cli, tmp_path: Path) -> None:
    if shutil.which("pg_dump") is None:
        assert on_postgres("backup", "backup.dump").err.startswith("pg_dump is not installed")
        return
    assert on_postgres("backup", "backup.dump").status == 0
    assert (tmp_path / "backup.dump").read_bytes().startswith(b"PGDMP")
    listed = subprocess.run(
        ["pg_restore", "--list", tmp_path / "backup.dump"], capture_output=True, text=True, check=True
    )
    assert " TABLE DATA " in listed.stdout
    assert (tmp_path / "backup.dump").stat().st_mode & 0o777 == 0o600


def test_without_pg_dump_it_says_so(on_postgres: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = "pg_dump is not installed: it makes the backups of PostgreSQL (Debian: postgresql-client).\n"
    assert on_postgres("backup", "backup.dump") == (1, "", said)
    assert not (tmp_path / "backup.dump").exists()


def test_the_password_is_in_the_environment_and_never_on_the_command_line(
    on_postgres: Cli, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of pg_dump says how it was started, and fails."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pg_dump").write_text('#!/bin/sh\necho "$@ and $PGPASSWORD $PGDATABASE" >&2\nexit 3\n')
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    url = make_url(postgres_url).set(password="secret")
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", url.render_as_string(hide_password=False))
    status, out, err = on_postgres("backup", "backup.dump")
    assert (status, out) == (1, "")
    arguments, _, environment = err.strip().partition(" and ")
    assert environment == f"secret {url.database}"
    assert arguments.startswith("pg_dump made no backup: --format=custom --no-password --file=")
    assert "secret" not in arguments
    assert [path.name for path in tmp_path.glob("*backup*")] == []
