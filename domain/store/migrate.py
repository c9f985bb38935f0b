"""Bringing a database's tables to the state that this release expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from domain.store.engine import reading, writing

LOCK = 0x636F756E746572  # "counter": the number of PostgreSQL's lock under which one process migrates at a time


def migrate(engine: Engine) -> None:
    """Every table is there, in its present form. Who migrates meanwhile waits; a failure changes nothing."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether `migrate` would find nothing to do."""
    with reading(engine) as connection:
        return _revisions(connection) == set(ScriptDirectory.from_config(_config()).get_heads())


def _revisions(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
