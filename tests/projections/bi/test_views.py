"""The feed for SQL clients: views that show the same rows, and roles that see what their organisation may."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL, Engine, Select, make_url, text

import local_postgres
from domain.store.engine import connect, reading, writing
from projections.bi import views
from projections.bi.catalogue import TABLES
from projections.bi.feed import Wanted, rows
from projections.bi.follower import catch_up
from projections.bi.readers import CannotAdmit
from projections.bi.sql import admit, dismiss, keep_up
from projections.bi.tables import FeedTable
from projections.rebuild import rebuild
from rebuilding import engine_of, history, promise, voided, with_refs
from recording import NOW, Recorded
from telling import line, tell, told, uid

A, B, C, R, R2 = (uid(name) for name in ("a", "b", "c", "r", "r2"))


@pytest.fixture
def register(database_url: str) -> Iterator[Recorded]:
    """The history of `rebuilding`, its feed and its views."""
    with told(database_url, with_refs(history())) as found:
        made(found)
        yield found


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Recorded]:
    with told(postgres_url, with_refs(history())) as found:
        made(found)
        yield found


def made(found: Recorded) -> None:
    catch_up(engine_of(found), NOW)
    assert keep_up(engine_of(found)) is None


def seen(engine: Engine, table: FeedTable) -> list[tuple[Any, ...]]:
    """What the view shows."""
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {views.name_of(table, engine.dialect.name)}"))
        assert list(found.keys()) == [field.name for field in views.shown(table)]
        return sorted((tuple(row) for row in found), key=repr)


def fed(engine: Engine, table: FeedTable, party: str | None = None) -> list[dict[str, Any]]:
    """What the feed gives the organisation, or everyone who may see everything."""
    wanted = Wanted(table=table, party=None if party is None else UUID(party))
    with reading(engine) as connection:
        size = connection.execute(text("SELECT size FROM head")).scalar_one()
        found = [row for batch in rows(connection, wanted, size) for row in batch]
    return [dict(zip((field.name for field in table.columns), row, strict=True)) for row in found]


def as_shown(engine: Engine, table: FeedTable, row: dict[str, Any]) -> tuple[Any, ...]:
    """On SQLite days and instants are texts, decimals and yes or no are numbers."""
    return tuple(shown(engine, field.shown(row[field.name]), row[field.name]) for field in views.shown(table))


def shown(engine: Engine, value: Any, stored: Any) -> Any:
    if engine.dialect.name == "postgresql":
        return value
    match value:
        case datetime() | bool():
            return stored
        case date():
            return str(value)
        case Decimal():
            return float(value)
    return value


def test_a_view_shows_the_rows_of_its_table_in_their_types(register: Recorded) -> None:
    engine = engine_of(register)
    filled = 0
    for table in TABLES:
        expected = sorted((as_shown(engine, table, row) for row in fed(engine, table)), key=repr)
        assert seen(engine, table) == expected, table.name
        filled += len(expected) > 0
    assert filled == 14, "of the items the story has commitments alone"


def test_a_row_that_is_gone_is_not_shown(register: Recorded) -> None:
    engine = engine_of(register)
    with writing(engine) as connection:
        connection.execute(text("UPDATE bi_dim_stage SET is_deleted = true WHERE stage = 8"))
    stage = next(table for table in TABLES if table.name == "dim_stage")
    assert [row[0] for row in seen(engine, stage)] == list(range(1, 8))


def test_views_are_made_once_and_replaced_where_they_differ(register: Recorded) -> None:
    engine = engine_of(register)
    stage = next(table for table in TABLES if table.name == "dim_stage")
    before, name = seen(engine, stage), views.name_of(stage, engine.dialect.name)
    with writing(engine) as connection:
        assert views.are_current(connection)
        connection.execute(text(f"DROP VIEW {name}"))
        connection.execute(text(f"CREATE VIEW {name} AS SELECT 1 AS other"))
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"COMMENT ON SCHEMA {views.SCHEMA} IS 'of an older release'"))
    assert keep_up(engine) is None
    assert seen(engine, stage) == before


def test_views_show_what_a_rebuild_has_put_in_place(register: Recorded) -> None:
    engine = engine_of(register)
    before = {table.name: seen(engine, table) for table in TABLES}
    rebuild(engine)
    assert {table.name: seen(engine, table) for table in TABLES} == before
    tell(register, promise("late", "2024-03-03"))
    entries = next(table for table in TABLES if table.name == "event_fact")
    assert len(seen(engine, entries)) == len(before["event_fact"]) + 1


# PostgreSQL


def test_every_view_and_column_is_described(postgres: Recorded) -> None:
    with engine_of(postgres).connect() as connection:
        for table in TABLES:
            name = views.name_of(table, "postgresql")
            found = connection.execute(
                text(
                    "SELECT obj_description(to_regclass(:name)), array_agg(col_description(attrelid, attnum)"
                    " ORDER BY attnum) FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attnum > 0"
                ),
                {"name": name},
            ).one()
            assert tuple(found) == (table.grain, [field.meaning for field in views.shown(table)])


def test_columns_have_the_types_that_analysts_expect(postgres: Recorded) -> None:
    statement = text(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = to_regclass(:view) AND attname = :column"
    )
    with engine_of(postgres).connect() as connection:
        for view, column, expected in (
            ("fact_indicator_score", "value", "numeric(19,4)"),
            ("fact_indicator_score", "as_of", "date"),
            ("event_fact", "recorded_at", "timestamp with time zone"),
            ("event_fact", "is_void", "boolean"),
        ):
            row = {"view": f"{views.SCHEMA}.{view}", "column": column}
            assert connection.execute(statement, row).scalar_one() == expected


def test_rights_and_views_of_others_on_a_view_outlive_a_rebuild(postgres: Recorded) -> None:
    engine = engine_of(postgres)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE VIEW own AS SELECT count(*) AS n FROM {views.SCHEMA}.event_fact"))
        connection.execute(text(f"GRANT SELECT ON {views.SCHEMA}.event_fact TO PUBLIC"))
    rebuild(engine)
    assert keep_up(engine) is None
    with engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM own")).scalar_one() == 28
        allowed = text(f"SELECT has_table_privilege('public', '{views.SCHEMA}.event_fact', 'SELECT')")
        assert connection.execute(allowed).scalar_one() is True


# Readers


@pytest.fixture
def roles(postgres: Recorded) -> Iterator[dict[str, str]]:
    """A role for each organisation, by the organisation's id."""
    engine = engine_of(postgres)
    found = {party: f"reader_{uuid4().hex[:12]}" for party in (A, B, C)}
    try:
        for party, role in found.items():
            assert admit(engine, role, UUID(party)) is True
        yield found
    finally:
        with closing(local_postgres.connect(make_url(engine.url))) as connection:
            for role in found.values():
                dropped(connection, role)


def dropped(connection: psycopg.Connection, role: str) -> None:
    name = Identifier(role)
    with suppress(psycopg.errors.UndefinedObject):
        connection.execute(SQL("DROP OWNED BY {} CASCADE").format(name))
    connection.execute(SQL("DROP ROLE IF EXISTS {}").format(name))


@contextmanager
def session(engine: Engine, role: str) -> Iterator[psycopg.Connection]:
    """As the role itself, on the same server."""
    url = make_url(engine.url).set(username=role, password=None, query={})
    with closing(local_postgres.connect(url)) as connection:
        yield connection


def asked(engine: Engine, role: str, statement: str) -> list[tuple[Any, ...]]:
    with session(engine, role) as connection:
        return connection.execute(statement.encode()).fetchall()


def schema_of(engine: Engine, *roles: str) -> str:
    """The schema of the register's own tables, which the roles may look into as they may into `public`."""
    with engine.begin() as connection:
        schema: str = connection.execute(text("SELECT current_schema()")).scalar_one()
        for role in roles:
            connection.execute(text(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"'))
    return schema


def test_a_reader_sees_what_the_feed_shows_its_organisation(postgres: Recorded, roles: dict[str, str]) -> None:
    """The policies say what `feed.visible` says, also of tables that a rebuild has put in the place of others."""
    engine = engine_of(postgres)
    for again in (False, True):
        if again:
            rebuild(engine)
        for party, role in roles.items():
            for table in TABLES:
                expected = sorted((as_shown(engine, table, row) for row in fed(engine, table, party)), key=repr)
                found = asked(engine, role, f"SELECT * FROM {table.name}")
                assert sorted(found, key=repr) == expected, (party, table.name)


def test_readers_of_two_organisations_see_neither_s_private_rows_nor_other_relationships(
    postgres: Recorded, roles: dict[str, str]
) -> None:
    """What is known of the story, and not what the feed says of itself."""
    engine = engine_of(postgres)
    titles = "SELECT title FROM item_commitment ORDER BY title"
    assert asked(engine, roles[A], titles) == [("c1",), ("c2",), ("c3",), ("c4",)]
    assert asked(engine, roles[B], titles) == [("c1",), ("c2",), ("c3",)]
    assert asked(engine, roles[C], titles) == []
    for table in ("dim_relationship", "fact_indicator_score", "event_fact", "bridge_relationship_party"):
        its = f"SELECT DISTINCT relationship_id FROM {table} ORDER BY relationship_id"
        assert asked(engine, roles[A], its) == sorted([(R,), (R2,)])
        assert asked(engine, roles[B], its) == [(R,)]
        assert asked(engine, roles[C], its) == [(R2,)]
    assert asked(engine, roles[B], "SELECT count(*) FROM event_fact WHERE own_of IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("rebuilt", [False, True])
def test_the_tables_themselves_show_a_reader_no_more(postgres: Recorded, roles: dict[str, str], rebuilt: bool) -> None:
    engine = engine_of(postgres)
    if rebuilt:
        rebuild(engine)
    schema = schema_of(engine, *roles.values())
    for party, role in roles.items():
        own = asked(engine, role, "SELECT position FROM event_fact ORDER BY position")
        for table in ("event", "event_fact"):
            assert asked(engine, role, f"SELECT DISTINCT position FROM {schema}.{table} ORDER BY position") == own
        assert len(own) == {A: 18 + 2, B: 18 - 1, C: 2}[party], "18 entries of r, one of them a's own; 2 of r2"
        its = [(R,)] * (party != C) + [(R2,)] * (party != B)
        assert asked(engine, role, f"SELECT relationship_id FROM {schema}.relationship ORDER BY 1") == sorted(its)
        assert asked(engine, role, f"SELECT count(*) FROM {schema}.bi_item_commitment WHERE own_of <> '{party}'") == [
            (0,)
        ]


REFUSED = [
    "SELECT envelope FROM {schema}.event",
    "SELECT text FROM {schema}.event_fact",
    "SELECT * FROM {schema}.event_fact",
    "SELECT name FROM {schema}.relationship",
    "SELECT * FROM {schema}.organisation",
    "SELECT * FROM {schema}.vault_value",
    "SELECT * FROM {schema}.token",
    "SELECT * FROM {schema}.bi_reader",
    "SELECT * FROM {schema}.event_part",
    "INSERT INTO {schema}.bi_dim_stage VALUES (9, 'x', 1, false, 1)",
    "UPDATE dim_stage SET title = 'x'",
    "UPDATE {schema}.event_fact SET own_of = NULL",
    "DELETE FROM {schema}.bi_item_commitment",
    "TRUNCATE {schema}.event",
    "INSERT INTO {schema}.bi_reader VALUES (session_user, '" + B + "')",
    "CREATE TABLE bi_v1.x (n int)",
    "CREATE TABLE {schema}.x (n int)",
    "ALTER TABLE {schema}.event_fact DISABLE ROW LEVEL SECURITY",
    "SET ROLE postgres",
    "CREATE OR REPLACE FUNCTION {schema}.bi_party() RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
]


def test_a_reader_can_do_nothing_else(postgres: Recorded, roles: dict[str, str]) -> None:
    engine = engine_of(postgres)
    schema = schema_of(engine, *roles.values())
    with session(engine, roles[A]) as connection:
        assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        connection.execute("SET default_transaction_read_only = off")
        for statement in REFUSED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(schema=schema).encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(SQL("SET ROLE {}").format(Identifier(roles[B])))
        connection.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM event_fact")


def test_a_role_that_reads_for_another_organisation_sees_nothing_of_the_first(
    postgres: Recorded, roles: dict[str, str]
) -> None:
    engine = engine_of(postgres)
    assert admit(engine, roles[A], UUID(C)) is False
    its = "SELECT DISTINCT relationship_id FROM event_fact"
    assert asked(engine, roles[A], its) == asked(engine, roles[C], its) == [(R2,)]


def test_a_reader_whose_role_was_dropped_is_in_nobody_s_way(postgres: Recorded, roles: dict[str, str]) -> None:
    engine = engine_of(postgres)
    with closing(local_postgres.connect(make_url(engine.url))) as administrator:
        dropped(administrator, roles[B])
        assert readers_of(engine) == set(roles.values())
        assert admit(engine, roles[A], UUID(C)) is False
        assert readers_of(engine) == {roles[A], roles[C]}
        assert asked(engine, roles[A], "SELECT DISTINCT relationship_id FROM event_fact") == [(R2,)]
        dropped(administrator, roles[C])
        dismiss(engine, roles[C])
        assert readers_of(engine) == {roles[A]}
        with pytest.raises(CannotAdmit, match=f"The role {roles[C]} has no SQL access."):
            dismiss(engine, roles[C])
        assert admit(engine, roles[C], UUID(C)) is True
        assert asked(engine, roles[C], "SELECT DISTINCT relationship_id FROM event_fact") == [(R2,)]


def readers_of(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(connection.execute(text("SELECT role FROM bi_reader")).scalars())


@pytest.mark.parametrize("name", ["public", "none", "pg_analyst"])
def test_a_name_that_postgresql_keeps_for_itself_is_refused(postgres: Recorded, name: str) -> None:
    engine = engine_of(postgres)
    with pytest.raises(CannotAdmit, match=f"^{name} is a name that PostgreSQL keeps for itself\\.$"):
        admit(engine, name, UUID(A))
    assert readers_of(engine) == set()


def test_what_is_recorded_later_is_seen_by_those_whom_it_concerns(postgres: Recorded, roles: dict[str, str]) -> None:
    engine = engine_of(postgres)
    counted = "SELECT count(*) FROM event_fact"
    before = {party: asked(engine, role, counted)[0][0] for party, role in roles.items()}
    tell(postgres, promise("shared", "2024-03-03"), promise("hidden", "2024-03-03", own=True))
    after = {party: asked(engine, role, counted)[0][0] - before[party] for party, role in roles.items()}
    assert after == {A: 2, B: 1, C: 0}


def test_who_was_a_party_by_mistake_sees_nothing_more_of_it(postgres: Recorded, roles: dict[str, str]) -> None:
    """Neither by the policies nor by the feed; who has left still sees what it was a party of."""
    engine = engine_of(postgres)
    its = "SELECT DISTINCT relationship_id FROM fact_principle_score ORDER BY 1"
    tell(postgres, line("relationship.party_joined", "2024-03-01", party=C, ref="joined"))
    catch_up(engine, NOW)
    assert asked(engine, roles[C], its) == [(R,), (R2,)]
    tell(postgres, voided("joined"))
    catch_up(engine, NOW)
    assert asked(engine, roles[C], its) == [(R2,)]
    scores = next(table for table in TABLES if table.name == "fact_principle_score")
    assert {row["relationship_id"] for row in fed(engine, scores, C)} == {R2}
    tell(postgres, line("relationship.party_left", "2024-08-01", "c", "r2", party=C))
    catch_up(engine, NOW)
    assert asked(engine, roles[C], its) == [(R2,)]


def test_views_of_an_earlier_release_are_replaced_below_those_of_others(postgres: Recorded) -> None:
    """What came later stands behind the rest, so that nothing that stands on them is in the way."""
    engine = engine_of(postgres)
    scores = next(table for table in TABLES if table.name == "fact_indicator_score")
    columns = [field.name for field in views.shown(scores)]
    assert columns[-2:] == ["published_numerator", "published_denominator"]
    with writing(engine) as connection:
        connection.execute(text("DROP VIEW bi_v1.fact_indicator_score"))
        connection.execute(
            text(f"CREATE VIEW bi_v1.fact_indicator_score AS {views.compiled(older(scores), 'postgresql')}")
        )
        connection.execute(text("CREATE VIEW theirs AS SELECT * FROM bi_v1.fact_indicator_score"))
        connection.execute(text(f"COMMENT ON SCHEMA bi_v1 IS '{earlier_mark(engine)}'"))
    assert keep_up(engine) is None
    with reading(engine) as connection:
        assert views.are_current(connection)
        shown = connection.execute(text("SELECT * FROM bi_v1.fact_indicator_score LIMIT 1"))
        assert list(shown.keys()) == columns
        assert connection.execute(text("SELECT count(*) FROM theirs")).scalar_one() > 100


def test_a_rebuild_keeps_the_view_of_the_journal_alive_also_where_the_others_are_of_an_earlier_release(
    postgres: Recorded,
) -> None:
    engine = engine_of(postgres)
    with writing(engine) as connection:
        connection.execute(text(f"COMMENT ON SCHEMA bi_v1 IS '{earlier_mark(engine)}'"))
    rebuild(engine)
    before = len(seen(engine, views.ON_JOURNAL))
    tell(postgres, promise("later", "2024-03-03"))
    assert len(seen(engine, views.ON_JOURNAL)) == before + 1


def older(table: FeedTable) -> Select[Any]:
    """What the view showed before columns were added."""
    whole = views.rows_of(table, "postgresql")
    names = [field.name for field in table.columns if field.added]
    return whole.with_only_columns(*(c for c in whole.selected_columns if c.key not in names))


def earlier_mark(engine: Engine) -> str:
    """The comment of the schema as another release would have written it."""
    with reading(engine) as connection:
        said: str = connection.execute(text("SELECT obj_description('bi_v1'::regnamespace)")).scalar_one()
    return f"{said.rpartition('(')[0]}(0123456789abcdef)"


def test_readers_are_answered_while_rebuilds_go_on(postgres: Recorded, roles: dict[str, str]) -> None:
    """A rebuild and a reader lock the view and its tables in the same order: neither ends the other."""
    engine, stop = engine_of(postgres), threading.Event()

    def read(role: str) -> set[int]:
        found = set()
        with session(engine, role) as connection:
            while not stop.is_set():
                found.add(len(connection.execute("SELECT * FROM event_fact").fetchall()))
        return found

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, roles[party]) for party in (A, B)]
        for _ in range(4):
            rebuild(engine)
        stop.set()
    assert [reader.result() for reader in readers] == [{20}, {17}]


@contextmanager
def chain(url: str | URL, power: str) -> Iterator[list[str]]:
    """A role with that power, a member of it, and a member of the member that inherits nothing."""
    names = [f"reader_{uuid4().hex[:12]}" for _ in range(3)]
    with closing(local_postgres.connect(make_url(url))) as connection:
        try:
            connection.execute(f"CREATE ROLE {names[0]} LOGIN {power}".encode())
            connection.execute(f"CREATE ROLE {names[1]} LOGIN IN ROLE {names[0]}".encode())
            connection.execute(f"CREATE ROLE {names[2]} LOGIN NOINHERIT IN ROLE {names[1]}".encode())
            yield names
        finally:
            for name in names:
                dropped(connection, name)


POWERS = (
    "SUPERUSER",
    "BYPASSRLS",
    "CREATEROLE",
    "REPLICATION",
    "IN ROLE pg_read_all_data",
    "IN ROLE pg_write_all_data",
    "IN ROLE pg_read_server_files",
    "IN ROLE pg_write_server_files",
    "IN ROLE pg_execute_server_program",
)


def test_a_role_that_could_see_more_is_refused_and_so_is_every_member_of_it(postgres: Recorded) -> None:
    engine = engine_of(postgres)
    for power in POWERS:
        with chain(engine.url, power) as roles:
            for role in roles:
                with pytest.raises(CannotAdmit, match=f"^The role {role} may do more than its policies would allow"):
                    admit(engine, role, UUID(A))
    assert readers_of(engine) == set()


def test_a_member_of_a_role_that_can_see_no_more_is_admitted(postgres: Recorded) -> None:
    engine = engine_of(postgres)
    with chain(engine.url, "CREATEDB") as roles:
        for role in roles:
            assert admit(engine, role, UUID(C)) is False
            assert asked(engine, role, "SELECT DISTINCT relationship_id FROM event_fact") == [(R2,)]


@pytest.fixture
def humble(postgres_url: str) -> Iterator[str]:
    """The address of the test's schema for a role that may make tables in it, and neither schemas nor roles."""
    admin, own = make_url(postgres_url), f"register_{uuid4().hex[:12]}"
    with closing(local_postgres.connect(admin)) as connection:
        connection.execute(f"CREATE ROLE {own} LOGIN".encode())
        try:
            connection.execute(f"GRANT ALL ON SCHEMA {schema_in(connection)} TO {own}".encode())
            connection.execute(f"DROP SCHEMA IF EXISTS {views.SCHEMA} CASCADE".encode())
            yield admin.set(username=own).render_as_string(hide_password=False)
        finally:
            dropped(connection, own)


@pytest.fixture
def role(postgres_url: str, humble: str) -> Iterator[str]:
    """A name that no role has yet; the role is dropped before what it may read is."""
    name = f"reader_{uuid4().hex[:12]}"
    yield name
    with closing(local_postgres.connect(make_url(postgres_url))) as connection:
        dropped(connection, name)


def test_a_register_of_few_rights_is_told_what_an_administrator_must_do(
    postgres_url: str, humble: str, role: str
) -> None:
    own = make_url(humble)
    with closing(local_postgres.connect(make_url(postgres_url))) as admin, told(humble, with_refs(history())) as found:
        engine = engine_of(found)
        catch_up(engine, NOW)
        assert keep_up(engine) == (
            f"The views of the feed cannot be made: permission denied for database {own.database}."
        )
        rebuild(engine)
        with pytest.raises(CannotAdmit, match="permission denied for database"):
            admit(engine, role, UUID(A))
        admin.execute(f"CREATE SCHEMA {views.SCHEMA} AUTHORIZATION {own.username}".encode())
        assert keep_up(engine) is None
        with pytest.raises(CannotAdmit, match=f'permission denied to create role.*: CREATE ROLE "{role}" LOGIN.$'):
            admit(engine, role, UUID(A))
        admin.execute(f"CREATE ROLE {role} LOGIN".encode())
        assert admit(engine, role, UUID(A)) is False
        assert asked(engine, role, f"SELECT count(*) FROM {views.SCHEMA}.event_fact") == [(20,)]
        rebuild(engine)
        assert asked(engine, role, f"SELECT count(*) FROM {views.SCHEMA}.event_fact") == [(20,)]


def test_the_register_s_own_role_and_its_members_are_refused(postgres_url: str, humble: str) -> None:
    own = make_url(humble).username or ""
    with closing(local_postgres.connect(make_url(postgres_url))) as admin, told(humble, with_refs(history())) as found:
        admin.execute(f"CREATE SCHEMA {views.SCHEMA} AUTHORIZATION {own}".encode())
        with chain(postgres_url, f"IN ROLE {own}") as roles:
            for role in (own, *roles):
                with pytest.raises(CannotAdmit, match=f"^The role {role} may do more than its policies would allow"):
                    admit(engine_of(found), role, UUID(A))


def schema_in(connection: psycopg.Connection) -> str:
    row = connection.execute("SELECT current_schema()").fetchone()
    assert row is not None
    found: str = row[0]
    return found


def test_sqlite_knows_no_readers(migrated: str) -> None:
    engine = connect(migrated)
    with pytest.raises(CannotAdmit, match="SQLite knows no roles"):
        admit(engine, "reader", UUID(A))
    engine.dispose()
