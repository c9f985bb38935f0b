"""What halts the feed, which is an entry that cannot be worked out, and what does not. Source: docs/design.md 6."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.feed.freshness import FeedHasHalted, fresh
from domain.store import checkpoints
from domain.store.engine import reading, writing
from projections.bi import follower
from projections.bulk.failures import BulkFailed, NoRoom
from serving import Served


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    found = Served(postgres_url, tmp_path / "data")
    found.cast()
    yield found
    found.close()


def halted(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [halt.name for halt in checkpoints.halts(connection)]


def fails_at_copies(engine: Engine, code: str) -> None:
    """PostgreSQL answers every row that is copied into that table with an error of this code that quotes it."""
    with writing(engine) as connection:
        body = f"BEGIN RAISE EXCEPTION 'no good' USING ERRCODE = '{code}', DETAIL = 'It is ' || NEW.name; END"
        connection.execute(text(f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
        when = "BEFORE INSERT ON bi_dim_relationship FOR EACH ROW"
        connection.execute(text(f"CREATE TRIGGER failing {when} EXECUTE FUNCTION fail()"))


def is_well_again(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER failing ON bi_dim_relationship"))


TROUBLE = {
    "disk full": "53100",
    "locked": "55P03",
    "cancelled": "57014",
    "idle for too long": "25P03",
    "at work for too long": "25P04",
}


@pytest.mark.parametrize("code", TROUBLE.values(), ids=TROUBLE.keys())
def test_trouble_of_the_database_does_not_halt_the_feed(on_postgres: Served, code: str) -> None:
    engine = on_postgres.services.engine
    fails_at_copies(engine, code)
    with pytest.raises((OperationalError, InternalError), match=r"no good\n(?s:.*)COPY bi_dim_relationship"):
        fresh(on_postgres.services)
    assert halted(engine) == []
    is_well_again(engine)
    assert fresh(on_postgres.services) == on_postgres.services.store.size()


def test_an_internal_error_of_another_kind_halts_the_feed(on_postgres: Served) -> None:
    fails_at_copies(on_postgres.services.engine, "XX000")
    with pytest.raises(FeedHasHalted, match="InternalError"):
        fresh(on_postgres.services)


def test_a_transaction_that_postgresql_ends_for_idling_does_not_halt_the_feed(
    on_postgres: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def idle(connection: Connection, *_: object) -> None:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 20"))
        time.sleep(0.2)
        connection.execute(text("SELECT 1"))

    with monkeypatch.context() as broken:
        broken.setattr(follower, "_worked_out", idle)
        with pytest.raises(InternalError, match="idle-in-transaction timeout"):
            fresh(on_postgres.services)
    assert halted(on_postgres.services.engine) == []
    assert fresh(on_postgres.services) == on_postgres.services.store.size()


def test_a_full_pool_does_not_halt_the_feed(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    full = create_engine(f"sqlite:///{tmp_path / 'one.db'}", pool_size=1, max_overflow=0, pool_timeout=0.01)
    with full.connect(), monkeypatch.context() as broken:
        broken.setattr(follower, "_worked_out", lambda *_: full.connect())
        with pytest.raises(NoConnection, match="QueuePool limit of size 1 overflow 0 reached"):
            fresh(served.services)
    full.dispose()
    assert halted(served.services.engine) == []
    assert fresh(served.services) == served.services.store.size()


def test_rows_that_the_database_refuses_halt_the_feed(on_postgres: Served) -> None:
    engine = on_postgres.services.engine
    fails_at_copies(engine, "22003")
    with pytest.raises(FeedHasHalted, match=r"The BI feed has halted at position 6: DataError\. After"):
        fresh(on_postgres.services)
    assert halted(engine) == ["bi"]
    is_well_again(engine)
    with pytest.raises(FeedHasHalted):
        fresh(on_postgres.services)


def test_what_the_database_quotes_of_an_entry_is_for_the_operator_alone(on_postgres: Served) -> None:
    fails_at_copies(on_postgres.services.engine, "22003")
    sent = {"Authorization": f"Bearer {on_postgres.services.token}"}
    with structlog.testing.capture_logs() as logs:
        answers = [on_postgres.send("GET", path, headers=sent) for path in ("/bi/dim_date.csv", "/odata/dim_date")]
    answers.append(on_postgres.send("GET", "/readyz"))
    for answer in answers:
        assert (answer.status_code, "DataError." in answer.text) == (503, True)
        assert not {said for said in ("no good", "Quay", "COPY", "psycopg") if said in answer.text}
    with reading(on_postgres.services.engine) as connection:
        [halt] = checkpoints.halts(connection)
    [line] = [line for line in logs if line["event"] == "feed_has_halted"]
    for whole in (halt.reason, str(line["exc_info"])):
        assert "It is Quay and rail" in whole
        assert "COPY bi_dim_relationship" in whole


@pytest.mark.parametrize(
    "trouble", [NoRoom("DuckDB stopped: no room."), OSError("No space left on device."), MemoryError()]
)
def test_a_lack_of_room_does_not_halt_the_feed(
    served: Served, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(follower, "_worked_out", raising(trouble))
        with pytest.raises(type(trouble)):
            fresh(served.services)
    assert halted(served.services.engine) == []
    assert fresh(served.services) == served.services.store.size()


@pytest.mark.parametrize("trouble", [BulkFailed("Position 3 is no event."), KeyError("XAU"), ArithmeticError("0 / 0")])
def test_what_is_wrong_with_an_entry_halts_the_feed(
    served: Served, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(follower, "_worked_out", raising(trouble))
        with pytest.raises(FeedHasHalted, match=f"halted at position 6: {type(trouble).__name__}\\. "):
            fresh(served.services)
    assert halted(served.services.engine) == ["bi"]


def raising(trouble: Exception) -> object:
    def worked_out(*_: object) -> None:
        raise trouble

    return worked_out
