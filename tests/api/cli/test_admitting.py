"""`counterfoil sql-access`."""

import json
import re
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
from markdown_pages import blocks, page


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


def session(postgres_url: str, role: str) -> closing[psycopg.Connection]:
    """As the role itself, without any settings of ours."""
    return closing(local_postgres.connect(make_url(postgres_url).set(username=role, query={})))


def titles(postgres_url: str, role: str) -> list[str]:
    with session(postgres_url, role) as connection:
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


BUILD = "CREATE TABLE analysis.risks AS SELECT title FROM bi_v1.item_risk"
WRITABLE = """SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace IN (%s::regnamespace, 'bi_v1'::regnamespace) AND relkind IN ('r', 'v')
    AND (has_any_column_privilege(%s, oid, 'INSERT, UPDATE, REFERENCES')
        OR has_table_privilege(%s, oid, 'DELETE, TRUNCATE, TRIGGER'))"""


def test_dbt_may_build_in_the_role_s_own_schema_by_the_setting_that_its_page_names_and_nowhere_else(
    big: Cli, role: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = page("docs/bi/dbt.md")
    [schema_made] = (block.text for block in blocks(said) if block.kind == "sql")
    [setting] = re.findall(r"^export PGOPTIONS='(.*)'$", said, re.MULTILINE)
    big("sql-access", role, "--organisation", "birch")
    with closing(local_postgres.connect(make_url(postgres_url))) as administrator:
        administrator.execute(schema_made.replace("aster_analyst", f'"{role}"').encode())
        [own] = administrator.execute("SELECT current_schema()").fetchone() or ()
        administrator.execute(SQL("GRANT USAGE ON SCHEMA {} TO {}").format(Identifier(own), Identifier(role)))
        tables = administrator.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [own]).fetchall()
        assert {("event",), ("event_fact",), ("bi_item_risk",), ("bi_reader",), ("vault_value",)} <= set(tables)
        assert administrator.execute(WRITABLE, [own, role, role]).fetchall() == []
    with session(postgres_url, role) as analyst, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        analyst.execute(BUILD)
    monkeypatch.setenv("PGOPTIONS", setting)
    with session(postgres_url, role) as analyst:
        analyst.execute(BUILD)
        assert analyst.execute("SELECT title FROM analysis.risks").fetchall() == [("Sale",)]
        for statement in ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}", "CREATE INDEX ON {} ((1))"):
            for (table,) in tables:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    analyst.execute(SQL(statement).format(Identifier(own, table)))
        for statement in ("CREATE SCHEMA {}", "CREATE TABLE {}.x (n int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute(SQL(statement).format(Identifier(own)))
    monkeypatch.delenv("PGOPTIONS")
    assert big("sql-access", role, "--organisation", "birch").status == 0, "again, as an owner of its schema"


def test_the_register_s_own_role_is_refused(big: Cli, postgres_url: str) -> None:
    own = make_url(postgres_url).username
    said = big("sql-access", own, "--organisation", "birch")
    assert said == (
        1,
        "",
        f"The role {own} may do more than its policies would allow: name one that may only read.\n",
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
