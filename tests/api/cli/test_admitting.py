"""`counterfoil sql-access`."""

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

import local_postgres
from command_line import BIRCH, Cli, story
from interchange_files import write


@pytest.fixture
def big(cli: Cli, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Over a register on PostgreSQL that holds the story."""
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", postgres_url)
    assert cli("record", write(tmp_path / "story.ndjson", story())).status == 0
    assert cli("rebuild", "--projection", "bi").status == 0
    return cli


@pytest.fixture
def role(postgres_url: str) -> Iterator[str]:
    """A name that no role has yet; the role is dropped at the end."""
    name = f"Reader-{uuid4().hex[:12]}"
    yield name
    with (
        closing(local_postgres.connect(make_url(postgres_url))) as connection,
        suppress(psycopg.errors.UndefinedObject),
    ):
        connection.execute(SQL("DROP OWNED BY {0}").format(Identifier(name)))
        connection.execute(SQL("DROP ROLE {0}").format(Identifier(name)))


def titles(postgres_url: str, role: str) -> list[str]:
    url = make_url(postgres_url).set(username=role, query={})
    with closing(local_postgres.connect(url)) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM bi_v1.item_risk ORDER BY title")]


def test_a_role_is_made_that_reads_for_one_organisation(big: Cli, role: str, postgres_url: str) -> None:
    status, out, err = big("sql-access", role, "--organisation", "birch")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"{role} reads the schema bi_v1 for birch.",
        "It has no password yet: an administrator sets one with \\password in psql.",
    ]
    assert titles(postgres_url, role) == ["Sale"], "a risk of Birch's own"
    assert big("sql-access", role, "--organisation", BIRCH).out == f"{role} reads the schema bi_v1 for {BIRCH}.\n"
    assert json.loads(big("sql-access", role, "--organisation", "birch", "--json").out) == {
        "role": role,
        "organisation": BIRCH,
    }
    assert big("sql-access", role, "--organisation", "aster").status == 0
    assert titles(postgres_url, role) == []


def test_access_is_taken_away(big: Cli, role: str, postgres_url: str) -> None:
    big("sql-access", role, "--organisation", "birch")
    said = big("sql-access", role, "--revoke")
    assert said == (0, f"{role} has no access any more; an administrator may drop the role.\n", "")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        titles(postgres_url, role)
    assert big("sql-access", role, "--revoke") == (1, "", f"The role {role} has no SQL access.\n")
    with closing(local_postgres.connect(make_url(postgres_url))) as connection:
        connection.execute(SQL("DROP ROLE {0}").format(Identifier(role)))


def test_the_register_s_own_role_is_refused(big: Cli, postgres_url: str) -> None:
    own = make_url(postgres_url).username
    said = big("sql-access", own, "--organisation", "birch")
    assert said == (
        1,
        "",
        f"The role {own} may do more than its policies would allow: name one that owns nothing.\n",
    )


TRY = "Try: counterfoil sql-access --help"
NO_ROLES = "SQLite knows no roles: who may read the file reads everything. PostgreSQL is needed."
EITHER = "Invalid value for --organisation: either --organisation ORG or --revoke is needed."
TOO_LONG = "Invalid value for ROLE: a role's name has 1 to 63 bytes."


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["x", "--organisation", "birch"], 1, NO_ROLES),
        (["x", "--revoke"], 1, NO_ROLES),
        (["x", "--organisation", "cedar"], 1, "No organisation cedar is known here."),
        (["x"], 2, f"counterfoil sql-access: {EITHER} {TRY}"),
        (["x", "--organisation", "birch", "--revoke"], 2, f"counterfoil sql-access: {EITHER} {TRY}"),
        (["x" * 64, "--organisation", "birch"], 2, f"counterfoil sql-access: {TOO_LONG} {TRY}"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(reader: Cli, arguments: list[str], status: int, line: str) -> None:
    assert reader("sql-access", *arguments) == (status, "", f"{line}\n")
