"""The journal as Parquet: every row once, those of a relationship together, in files that are the same every time."""

from pathlib import Path
from zlib import crc32

import pyarrow.dataset as ds
import pytest
from sqlalchemy import Table, select

from domain.store.engine import reading
from projections.schema import event_fact, event_part, relationship
from projections.spark.journal import export
from rebuilding import engine_of, history, with_refs
from recording import Recorded
from telling import told, uid

BUCKETS = 5


def written(register: Recorded, folder: Path) -> None:
    with reading(engine_of(register)) as connection:
        export(connection, folder, BUCKETS)


def rows(folder: Path, table: Table) -> list[dict[str, object]]:
    found: list[dict[str, object]] = ds.dataset(folder / table.name, partitioning="hive").to_table().to_pylist()
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.mark.parametrize("table", [event_fact, event_part, relationship], ids=lambda table: table.name)
def test_the_files_hold_the_rows_of_the_database(database_url: str, tmp_path: Path, table: Table) -> None:
    with told(database_url, with_refs(history())) as register:
        written(register, tmp_path / "out")
        with reading(engine_of(register)) as connection:
            expected = [tuple(row) for row in connection.execute(select(table))]
    found = [tuple(row[c.name] for c in table.columns) for row in rows(tmp_path / "out", table)]
    assert len(expected) > 1
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_the_bucket_of_a_row_is_that_of_its_relationship(migrated: str, tmp_path: Path) -> None:
    with told(migrated, with_refs(history())) as register:
        written(register, tmp_path / "out")
    buckets = {key: crc32(key.encode()) % BUCKETS for key in (uid("r"), uid("r2"))}
    for table in (event_fact, event_part, relationship):
        for row in rows(tmp_path / "out", table):
            key = row["relationship_id"]
            assert row["bucket"] == (None if key is None else buckets[str(key)])


def test_writing_the_same_journal_again_gives_the_same_files(migrated: str, tmp_path: Path) -> None:
    with told(migrated, with_refs(history())) as register:
        written(register, tmp_path / "one")
        written(register, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two") != {}
