"""Who may read a table of PostgreSQL may read the copy that takes its place: its grants, and its row-level security."""

from typing import Any

from sqlalchemy import Connection, text

_GRANTS = text(
    """SELECT 'GRANT ' || privilege_type || columns || ' ON ' || :copy || ' TO '
        || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
    FROM (
        SELECT a.privilege_type, '' AS columns, a.grantee, t.relowner
        FROM pg_class AS t, aclexplode(t.relacl) AS a WHERE t.oid = to_regclass(:name)
        UNION ALL
        SELECT a.privilege_type, ' (' || quote_ident(c.attname) || ')', a.grantee, t.relowner
        FROM pg_attribute AS c JOIN pg_class AS t ON t.oid = c.attrelid, aclexplode(c.attacl) AS a
        WHERE t.oid = to_regclass(:name)
    ) AS granted WHERE grantee <> relowner"""
)
_SECURITY = text(
    """SELECT 'ALTER TABLE ' || :copy || ' ENABLE ROW LEVEL SECURITY'
    FROM pg_class WHERE oid = to_regclass(:name) AND relrowsecurity
    UNION ALL
    SELECT 'DROP POLICY IF EXISTS ' || quote_ident(policyname) || ' ON ' || :copy || '; '
        || 'CREATE POLICY ' || quote_ident(policyname) || ' ON ' || :copy || ' AS ' || permissive || ' FOR ' || cmd
        || ' TO ' || (SELECT string_agg(CASE r WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(r) END, ', ')
            FROM unnest(roles) AS r)
        || coalesce(' USING (' || qual || ')', '') || coalesce(' WITH CHECK (' || with_check || ')', '')
    FROM pg_policies WHERE schemaname = current_schema() AND tablename = :name"""
)


def carry_over(connection: Connection, name: str, copy: str) -> None:
    """Both are plain names of tables of ours. Doing it again changes nothing."""
    for statements in (_GRANTS, _SECURITY):
        for statement in connection.execute(statements, {"name": name, "copy": copy}).scalars().all():
            run(connection, statement)


def run(connection: Connection, statements: str) -> None:
    """As they are written: a percent sign in them means nothing."""
    cursor: Any = connection.connection.cursor()
    try:
        cursor.execute(statements)
    finally:
        cursor.close()
