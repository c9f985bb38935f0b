"""DuckDB gives the scorecards that SQLite and PostgreSQL give, to the last bit. Source: docs/principles.md 3.11."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import many_histories
from domain.store.engine import learn_of, reading
from projections.bulk.opening import bulk
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from rebuilding import engine_of
from recording import Recorded, recorded

EVENTS, AT_ONCE = 100_000, 5_000
TOGETHER = 20
"""Questions asked live at a time."""
EACH = 12
"""PostgreSQL is asked each twelfth question live, and all of them in bulk."""


def live(engine: Engine, questions: list[Question]) -> Iterator[str]:
    with reading(engine) as connection:
        for n in range(0, len(questions), TOGETHER):
            yield from (card.digest() for card in scorecards(connection, questions[n : n + TOGETHER]))


def filled(url: str, texts: list[str]) -> Recorded:
    found = recorded(url)
    for n in range(0, len(texts), AT_ONCE):
        with found.register.store.append() as append:
            append.put_stored(texts[n : n + AT_ONCE])
    learn_of(engine_of(found), len(texts))
    return found


@pytest.mark.long
def test_a_hundred_thousand_random_events_have_one_digest_everywhere(tmp_path: Path, postgres_url: str) -> None:
    logs = many_histories.some()
    texts = list(many_histories.texts(logs, EVENTS))
    questions = many_histories.questions(logs, EVENTS)
    lite = filled(f"sqlite:///{tmp_path / 'register.db'}", texts)
    big = filled(postgres_url, texts)
    expected = list(live(engine_of(lite), questions))
    assert len(set(expected)) == len(expected) > 500
    assert list(live(engine_of(big), questions[::EACH])) == expected[::EACH]
    for register in (lite, big):
        with bulk(engine_of(register)) as scoring:
            assert [card.digest() for card in scoring.scorecards(questions)] == expected
        engine_of(register).dispose()
