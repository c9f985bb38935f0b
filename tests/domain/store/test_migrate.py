"""The tables as migrations make them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from domain.log.verify import Frontier, leaf_hash
from domain.store.engine import connect, writing
from domain.store.head import tree_of
from domain.store.migrate import MIGRATIONS, NEWEST, is_current, migrate
from domain.store.nodes import tree_at
from domain.store.schema import metadata


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_tables_of_the_schema(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []
        made = inspect(connection)
        for table in metadata.tables.values():
            assert made.get_pk_constraint(table.name)["constrained_columns"] == [
                column.name for column in table.primary_key
            ]
        assert connection.execute(text("SELECT id, size, recorded_at FROM head")).all() == [(1, 0, None)]


def test_a_database_is_current_once_it_is_migrated(empty: Engine) -> None:
    assert not is_current(empty)
    migrate(empty)
    assert is_current(empty)
    migrate(empty)
    assert is_current(empty)


def test_a_database_of_another_release_is_not_current(empty: Engine) -> None:
    migrate(empty)
    with writing(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not is_current(empty)


def test_of_many_who_migrate_at_once_one_does(database_url: str) -> None:
    def start(_: int) -> None:
        engine = connect(database_url)
        migrate(engine)
        assert is_current(engine)
        engine.dispose()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, range(4)))


def test_a_migration_that_fails_changes_nothing(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE vault_value (something INTEGER)"))
    with pytest.raises(Exception, match="vault_value"):
        migrate(empty)
    assert inspect(empty).get_table_names() == ["vault_value"]


def test_a_log_from_before_the_tree_gets_its_nodes(empty: Engine) -> None:
    texts = [f'{{"text":"{n}"}}' for n in range(5)]
    with writing(empty) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for position, envelope in enumerate(texts, 1):
            connection.execute(
                text(
                    "INSERT INTO event (position, stream_id, stream_version, type, envelope) "
                    "VALUES (:position, 'a', :position, 'note.taken', :envelope)"
                ),
                {"position": position, "envelope": envelope},
            )
        connection.execute(text("UPDATE head SET size = 5"))
    migrate(empty)
    tree = Frontier()
    for envelope in texts:
        tree.add(leaf_hash(envelope.encode()))
    with empty.connect() as connection:
        assert tree_of(connection).root == tree_at(connection, 5).root == tree.root
        assert connection.execute(text("SELECT count(*) FROM node")).scalar_one() == 5 + 2 + 1


def test_the_newest_revision_is_the_one_that_the_program_expects() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [NEWEST]
