"""The stored tables of the feed."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from projections.bi.catalogue import TABLES
from projections.bi.tables import Kept, metadata


def test_migrations_make_exactly_the_tables_of_the_feed(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []
        made = inspect(connection)
        for table in metadata.tables.values():
            key = made.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rows_of_a_scope_are_found_by_an_index(database: Engine) -> None:
    """The follower keeps a few relationships at a time: it must not read the rows of all of them each time."""
    scoped = [table for table in TABLES if isinstance(table, Kept) and table.scope]
    assert len(scoped) > 10
    with database.connect() as connection:
        for table in scoped:
            statement = f"SELECT * FROM {table.stored.name} WHERE {table.scope} IN ('a', 'b')"
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
            assert [row[3].split(" INDEX ")[0] for row in plan] == [f"SEARCH {table.stored.name} USING"], table.name
