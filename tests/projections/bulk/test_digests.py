"""DuckDB gives the scorecards that SQLite and PostgreSQL give, to the last bit. Source: docs/principles.md 3.11."""

from pathlib import Path

import pytest

import many_histories
from domain.store.engine import reading
from projections.bulk.opening import bulk
from rebuilding import engine_of

EVENTS = 100_000
EACH = 12
"""PostgreSQL is asked each twelfth question live, and all of them in bulk."""


@pytest.mark.long
def test_a_hundred_thousand_random_events_have_one_digest_everywhere(tmp_path: Path, postgres_url: str) -> None:
    logs = many_histories.some()
    texts = list(many_histories.texts(logs, EVENTS))
    questions = many_histories.questions(logs, EVENTS)
    lite = many_histories.stored(f"sqlite:///{tmp_path / 'register.db'}", texts)
    big = many_histories.stored(postgres_url, texts)
    with reading(engine_of(lite)) as connection:
        expected = many_histories.digests(connection, questions)
    assert len(set(expected)) == len(expected) > 500
    with reading(engine_of(big)) as connection:
        assert many_histories.digests(connection, questions[::EACH]) == expected[::EACH]
    for register in (lite, big):
        with bulk(engine_of(register)) as scoring:
            assert [card.digest() for card in scoring.scorecards(questions)] == expected
        engine_of(register).dispose()
