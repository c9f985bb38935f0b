"""What halts the feed, which is an entry that cannot be worked out, and what does not. Source: docs/design.md 6."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

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
    """PostgreSQL answers every row that is copied into that table with an error of this code."""
    with writing(engine) as connection:
        body = f"BEGIN RAISE EXCEPTION 'no good' USING ERRCODE = '{code}'; END"
        connection.execute(text(f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
        when = "BEFORE INSERT ON bi_dim_relationship FOR EACH ROW"
        connection.execute(text(f"CREATE TRIGGER failing {when} EXECUTE FUNCTION fail()"))


def is_well_again(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER failing ON bi_dim_relationship"))


@pytest.mark.parametrize("code", ["53100", "55P03", "57014"], ids=["disk full", "locked", "cancelled"])
def test_trouble_of_the_database_does_not_halt_the_feed(on_postgres: Served, code: str) -> None:
    engine = on_postgres.services.engine
    fails_at_copies(engine, code)
    with pytest.raises(OperationalError, match=r"no good\n(?s:.*)COPY bi_dim_relationship"):
        fresh(on_postgres.services)
    assert halted(engine) == []
    is_well_again(engine)
    assert fresh(on_postgres.services) == on_postgres.services.store.size()


def test_rows_that_the_database_refuses_halt_the_feed(on_postgres: Served) -> None:
    engine = on_postgres.services.engine
    fails_at_copies(engine, "22003")
    with pytest.raises(FeedHasHalted, match=r"The BI feed has halted at position 6: DataError: .*no good"):
        fresh(on_postgres.services)
    assert halted(engine) == ["bi"]
    is_well_again(engine)
    with pytest.raises(FeedHasHalted):
        fresh(on_postgres.services)


@pytest.mark.parametrize("trouble", [NoRoom("DuckDB stopped: no room."), OSError("No space left on device.")])
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
        with pytest.raises(FeedHasHalted, match=f"halted at position 6: {type(trouble).__name__}: "):
            fresh(served.services)
    assert halted(served.services.engine) == ["bi"]


def raising(trouble: Exception) -> object:
    def worked_out(*_: object) -> None:
        raise trouble

    return worked_out
