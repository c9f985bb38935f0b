"""The journal that DuckDB makes of a log: row by row the live one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from domain.codes import minor_units
from domain.money import convert
from golden_files import story
from projections.bulk import decoding, journal
from projections.bulk.database import scratch
from projections.bulk.failures import BulkFailed
from projections.tables import LIVE
from rebuilding import contents, engine_of, history, with_refs
from telling import Line, told


def in_bulk(engine: Engine, size: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the read models as DuckDB makes them, in the types and the order of the live ones."""
    with scratch() as (duck, folder):
        journal.fill(duck, engine, size, folder)
        return {
            table.name: duck.execute(
                f"SELECT {', '.join(_cell(c.name) for c in table.columns)} FROM {table.name} "
                f"ORDER BY {', '.join(c.name for c in table.primary_key)}"
            ).fetchall()
            for table in LIVE.every()
        }


def _cell(name: str) -> str:
    ids = ("event_id", "behalf", "own_of", "item", "ref", "party", "about", "merged_into", "type")
    return f'CAST("{name}" AS VARCHAR)' if name in ids or name.endswith("_id") else f'"{name}"'


def compare(url: str, facts: Iterable[Line]) -> None:
    with told(url, facts) as register:
        engine = engine_of(register)
        live = contents(engine)
        assert len(live["event_fact"]) > 10
        assert in_bulk(engine, register.register.store.size()) == live


def test_amendments_leave_the_same_rows(database_url: str) -> None:
    compare(database_url, with_refs(history()))


def test_every_event_type_leaves_the_same_rows(database_url: str) -> None:
    compare(database_url, story())


def test_streams_are_read_some_at_a_time(migrated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "AT_ONCE", 2)
    compare(migrated, with_refs(history()))


def test_events_of_an_earlier_schema_version_leave_the_same_rows(tmp_path: Path, database_url: str) -> None:
    with told(f"sqlite:///{tmp_path / 'now.db'}", story()) as now:
        texts = [stored for _, stored in now.register.store.envelopes(0, 1_000)]
    [applied] = [n for n, stored in enumerate(texts) if '"type":"lesson.applied"' in stored]
    texts[applied] = (
        texts[applied].replace('"where_applied"', '"where"').replace('"schema_version":2', '"schema_version":1')
    )
    with told(database_url) as then:
        with then.register.store.append() as append:
            append.put_stored(texts)
        live = contents(engine_of(then))
        assert [row[0] for row in live["event_fact"] if row[5] == "lesson.applied"] == [applied + 1]
        assert in_bulk(engine_of(then), len(texts)) == live


def test_an_event_of_a_newer_release_is_refused(database_url: str) -> None:
    with told(database_url, story()) as register:
        newer = "UPDATE event SET envelope = replace(envelope, '\"schema_version\":1', '\"schema_version\":9')"
        with engine_of(register).begin() as connection:
            connection.exec_driver_sql(f"{newer} WHERE position = 9")
        with pytest.raises(BulkFailed, match=r"^The event at position 9 is of a newer release than this one\.$"):
            in_bulk(engine_of(register), register.register.store.size())


def test_a_log_with_a_gap_is_refused(database_url: str) -> None:
    with told(database_url, story()) as register:
        with engine_of(register).begin() as connection:
            connection.execute(text("DELETE FROM event WHERE position = 9"))
        with pytest.raises(BulkFailed, match=r"The log does not hold every event from position 1 to \d+\."):
            in_bulk(engine_of(register), register.register.store.size())


def test_what_is_no_envelope_is_refused_in_one_line(database_url: str) -> None:
    with told(database_url, story()) as register:
        with engine_of(register).begin() as connection:
            connection.execute(text("UPDATE event SET envelope = '{9' WHERE position = 9"))
        with pytest.raises(BulkFailed, match=r"^DuckDB stopped: .*\.$") as refused:
            in_bulk(engine_of(register), register.register.store.size())
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("amount", "rate", "currency"),
    [
        ("0.5", None, "JPY"),
        ("1.5", None, "JPY"),
        ("0.4999", "1", "JPY"),
        ("10.005", "1", "EUR"),
        ("10.0049", "1.0000999999", "EUR"),
        ("9999999999999.9999", "0.1", "JPY"),
        ("100000000000", "0.0999999999", "KWD"),
        ("0.0001", "9999999999.9999999999", "KWD"),
        ("9999999999999.9999", "0.0999999999", "JPY"),
    ],
)
def test_money_is_converted_to_the_last_digit(amount: str, rate: str | None, currency: str) -> None:
    unit = 10 ** (14 - minor_units(currency))
    sql = decoding.money("amount", "rate")
    with scratch() as (duck, _):
        found = duck.execute(
            f"SELECT CAST({sql} AS BIGINT) FROM (SELECT CAST(? AS VARCHAR) AS amount, CAST(? AS VARCHAR) AS rate, "
            f"CAST({unit} AS HUGEINT) AS unit)",
            (amount, rate),
        ).fetchall()
    assert found == [(convert(amount, rate, currency),)]
