"""The demo register gives the same digests on SQLite and PostgreSQL, live and rebuilt, and on DuckDB."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.interchange import record_file
from domain.register import Register
from domain.store.engine import learn_of, reading
from projections.bulk.opening import bulk
from projections.rebuild import rebuild
from projections.scorecards.asking import ask, every
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from recording import recorded

FILES = sorted((Path(__file__).parents[1] / "api" / "demo").glob("*.ndjson"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DATES = (date(2025, 6, 30), date(2026, 11, 20))


def asked(register: Register) -> list[Question]:
    """About every relationship registered by then, at two dates."""
    with reading(register.store.engine) as connection:
        found = every(connection)
    size = register.store.size()
    return [ask(about, NOW, size, day) for day in DATES for about in found if about.registered_on <= day]


def digests(register: Register) -> list[str]:
    with reading(register.store.engine) as connection:
        return [card.digest() for card in scorecards(connection, asked(register))]


def digests_in_bulk(register: Register) -> list[str]:
    with bulk(register.store.engine) as scoring:
        return [card.digest() for card in scoring.scorecards(asked(register))]


@pytest.mark.long
def test_the_demo_register_has_one_digest_everywhere(tmp_path: Path, postgres_url: str) -> None:
    lite = recorded(f"sqlite:///{tmp_path / 'register.db'}").register
    for file in FILES:
        record_file(lite, file, actor="demo")
    live = digests(lite)
    assert len(set(live)) == len(live) > 20
    assert digests_in_bulk(lite) == live
    rebuild(lite.store.engine)
    assert digests(lite) == live
    big = recorded(postgres_url).register
    with big.store.append() as append:
        append.put_stored([text for _, text in lite.store.envelopes(0, 100_000)])
    learn_of(big.store.engine, big.store.size())
    assert digests(big) == live
    assert digests_in_bulk(big) == live
    rebuild(big.store.engine)
    assert digests(big) == live
    for register in (lite, big):
        register.store.engine.dispose()
