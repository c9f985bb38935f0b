"""Who reads the feed by SQL: roles of PostgreSQL, each for one organisation, held to it by row-level security.

A policy on every table under the views says what `feed.visible` says, of the organisation that the session's role
reads for; rights go by column where a table holds more than the views show. The tables' owner, which is the register's
own role, is not subject to policies. `bi_party()`, `bi_relationships()` and `bi_partners()` look up the session's role
with the owner's rights: a policy that reads a table is subject to that table's policy in turn.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from uuid import UUID

import psycopg
from sqlalchemy import Column, Connection, FromClause, Table, delete, func, insert, select
from sqlalchemy import text as sql
from sqlalchemy.sql import visitors

from domain.store.schema import event
from projections.bi.catalogue import KEPT, TABLES
from projections.bi.feed import allowed, partners_in, relationships_of
from projections.bi.tables import Visibility, reader
from projections.bi.views import SCHEMA, compiled, name_of, rows_of
from projections.rights import run
from projections.schema import event_fact, relationship

POLICY = "bi_reader"
PATIENCE = "10s"
_IS_SHARED = """right(envelope, 19) <> '"visibility":"own"}'"""
"""An event is stored as RFC 8785 JSON, in which `visibility` comes last."""
_IS_ITS_OWN = "(envelope::json ->> 'on_behalf_of') = (SELECT bi_party())"
_roles = sql("SELECT rolname::text FROM pg_roles")
_MAY_MORE = sql(
    """SELECT EXISTS (
        SELECT FROM pg_roles AS other WHERE pg_has_role(r.oid, other.oid, 'MEMBER')
        AND (other.rolsuper OR other.rolbypassrls OR other.rolcreaterole OR other.rolreplication
            OR other.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files',
                'pg_write_server_files', 'pg_execute_server_program', current_user)))
    FROM pg_roles AS r WHERE rolname = :role"""
)
"""A role is a member of itself. What any other that it belongs to may do is one SET ROLE away, inherited or not; files
and the stream of replication hold the rows of everyone."""


class CannotAdmit(Exception):
    """The role cannot be made a reader; nothing has been changed."""


def admit(connection: Connection, role: str, organisation_id: UUID) -> bool:
    """The role reads for the organisation and for no other; gives whether it was made just now. Raises CannotAdmit."""
    try:
        made = _make(connection, role)
        connection.execute(delete(reader).where(reader.c.role == role))
        connection.execute(insert(reader).values(role=role, organisation_id=str(organisation_id)))
        secure(connection)
        _ease(connection, role)
    except psycopg.errors.LockNotAvailable as error:
        raise CannotAdmit("The tables are in use; try again later.") from error
    except psycopg.errors.ReservedName as error:
        raise CannotAdmit(f"{role} is a name that PostgreSQL keeps for itself.") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotAdmit(
            f"The register's own role may not do that ({error.diag.message_primary}). It must own the tables; where it "
            f"may not make roles, an administrator does: CREATE ROLE {_name(role)} LOGIN."
        ) from error
    return made


def dismiss(connection: Connection, role: str) -> None:
    """The role reads nothing here any more; it stays, without any rights of ours. Raises CannotAdmit."""
    if connection.execute(delete(reader).where(reader.c.role == role)).rowcount == 0:
        raise CannotAdmit(f"The role {role} has no SQL access.")
    if role not in connection.execute(_roles).scalars().all():
        return
    name = _name(role)
    tables = ", ".join(_columns())
    run(
        connection,
        f"REVOKE ALL ON {tables} FROM {name}; REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {name}; "
        f"REVOKE ALL ON SCHEMA {SCHEMA} FROM {name}",
    )


def secure(connection: Connection) -> None:
    """Every reader may read the views, and of what lies under them its own rows alone."""
    run(connection, f"SET LOCAL lock_timeout = '{PATIENCE}'; {_functions(connection)}")
    for name, rule in policies().items():
        run(
            connection,
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS {POLICY} ON {name}; "
            f"CREATE POLICY {POLICY} ON {name} FOR SELECT USING ({rule})",
        )
    there = set(connection.execute(_roles).scalars())
    for role in connection.execute(select(reader.c.role)).scalars().all():
        if role in there:
            run(connection, "; ".join(_grants(_name(role))))
        else:  # an administrator has dropped it
            connection.execute(delete(reader).where(reader.c.role == role))


def has_readers(connection: Connection) -> bool:
    return connection.execute(select(reader.c.role).limit(1)).first() is not None


def policies() -> dict[str, str]:
    """By table: which of its rows a reader sees. Definitions are for everyone, and have none."""
    found = {
        table.stored.name: _rule(table.visibility, table.stored) for table in KEPT if table.visibility != "everyone"
    }
    found[event_fact.name] = _rule("entry", event_fact)
    found[relationship.name] = _rule("relationship", relationship)
    found[event.name] = f"{_rule('relationship', event)} AND ({_IS_SHARED} OR {_IS_ITS_OWN})"
    return found


def _rule(visibility: Visibility, source: FromClause) -> str:
    party = select(func.bi_party()).scalar_subquery()
    its, partners = select(func.bi_relationships()), select(func.bi_partners())
    return compiled(allowed(visibility, source, party, its, partners), "postgresql")


def _functions(connection: Connection) -> str:
    schema = connection.execute(sql("SELECT current_schema()")).scalar_one()
    its = relationships_of(func.bi_party())
    bodies = {
        "bi_party() RETURNS text": "SELECT organisation_id FROM bi_reader WHERE role = session_user::text",
        "bi_relationships() RETURNS SETOF text": compiled(its, "postgresql"),
        "bi_partners() RETURNS SETOF text": compiled(partners_in(its), "postgresql"),
    }
    how = f"LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {_name(schema)}, pg_temp"
    return "; ".join(f"CREATE OR REPLACE FUNCTION {name} {how} AS $${body}$$" for name, body in bodies.items())


def _grants(role: str) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}"
    for table in TABLES:
        yield f"GRANT SELECT ON {name_of(table, 'postgresql')} TO {role}"
    for name, columns in _columns().items():
        yield f"GRANT SELECT ({', '.join(columns)}) ON {name} TO {role}"


@cache
def _columns() -> dict[str, list[str]]:
    """By table: the columns that the views read."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in TABLES:
        for part in visitors.iterate(rows_of(table, "postgresql")):
            of = getattr(part, "table", None)
            of = getattr(of, "element", of)
            if isinstance(part, Column) and isinstance(of, Table):
                found[of.name].add(part.name)
    return {name: sorted(columns) for name, columns in sorted(found.items())}


def _make(connection: Connection, role: str) -> bool:
    may_more = connection.execute(_MAY_MORE, {"role": role}).scalar_one_or_none()
    if may_more is None:
        run(connection, f"CREATE ROLE {_name(role)} LOGIN")
        return True
    if may_more:
        raise CannotAdmit(f"The role {role} may do more than its policies would allow: name one that may only read.")
    return False


def _ease(connection: Connection, role: str) -> None:
    """The role finds the views without their schema, and writes nothing by mistake: where we may say so."""
    place = f"ALTER ROLE {_name(role)} IN DATABASE {_name(_database(connection))} SET"
    with suppress(psycopg.errors.InsufficientPrivilege), connection.begin_nested():
        run(connection, f"{place} search_path = {SCHEMA}; {place} default_transaction_read_only = on")


def _database(connection: Connection) -> str:
    name: str = connection.execute(sql("SELECT current_database()")).scalar_one()
    return name


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
