"""Bringing a database's tables to the state that this release expects."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from domain.store.engine import reading, writing

NEWEST = "0005"
"""The newest revision in migrations/versions; a test compares the two."""
LOCK = 0x636F756E746572  # "counter": the number of PostgreSQL's lock under which one process migrates at a time
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Every table is there, in its present form. Who migrates meanwhile waits; a failure changes nothing."""
    if is_current(engine):
        return
    # Importing Alembic takes most of a second, and hardly any start has anything to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether `migrate` would find nothing to do."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [NEWEST]
