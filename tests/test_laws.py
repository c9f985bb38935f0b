"""Laws over random histories: the SQL agrees with the plain Python oracle to the last digit, on both databases, for any
date and any knowledge; what is rebuilt from the log is what was written live; both databases give the same digest.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import histories
from domain.store.engine import reading
from local_ids import REL, A, B
from oracle.compose import scorecard as oracle
from projections.rebuild import rebuild
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from random_register import written
from recording import Recorded, recorded

DAYS_BACK = (0, 0, 1, 30, 89, 90, 200)
examples = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def on_sqlite(random: Random) -> Iterator[Recorded]:
    with TemporaryDirectory() as folder:
        found = written(random, f"sqlite:///{Path(folder) / 'register.db'}")
        yield found
        found.register.store.engine.dispose()


def log_of(found: Recorded) -> list[dict[str, Any]]:
    return [json.loads(text) for _, text in found.register.store.envelopes(0, 1_000_000)]


def asked(random: Random, size: int) -> dict[str, Any]:
    """A random date, position and view."""
    return {
        "as_of": str(histories.T - timedelta(days=random.choice(DAYS_BACK))),
        "known_at": random.choice((size, size, random.randrange(9, size + 1))),
        "party": random.choice((None, None, A, B)),
    }


def plain(value: object) -> Any:
    return json.loads(json.dumps(value))


def check_against_the_oracle(found: Recorded, random: Random) -> None:
    log = log_of(found)
    for _ in range(4):
        how = asked(random, len(log))
        view = "own" if how["party"] else "shared"
        expected = oracle(log, REL, how["as_of"], how["known_at"], None, view, how["party"])
        expected.pop("countersigned")
        assert plain(found.scorecard(REL, **how).as_object()) == plain(expected), how


@examples
@given(st.integers(0, 2**32))
def test_the_scorecards_of_sqlite_are_those_of_the_oracle(seed: int) -> None:
    random = Random(seed)
    with on_sqlite(random) as found:
        check_against_the_oracle(found, random)


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_scorecards_of_postgresql_are_those_of_the_oracle(seed: int, postgres_url: str) -> None:
    random = Random(seed)
    found = written(random, postgres_url)
    check_against_the_oracle(found, random)
    found.register.store.engine.dispose()


@pytest.mark.parametrize("seed", range(20, 24))
def test_both_databases_give_the_same_digests(seed: int, postgres_url: str) -> None:
    """The same log in both: event ids and instants differ between two registers, so it is copied."""
    random = Random(seed)
    with on_sqlite(random) as lite:
        big = recorded(postgres_url)
        with big.register.store.append() as append:
            append.put_stored([text for _, text in lite.register.store.envelopes(0, 1_000_000)])
        size = lite.register.store.size()
        for _ in range(4):
            how = asked(random, size)
            assert lite.scorecard(REL, **how).digest() == big.scorecard(REL, **how).digest()
        big.register.store.engine.dispose()


@pytest.mark.parametrize("seed", range(40, 44))
def test_what_is_rebuilt_gives_the_digests_of_what_was_live(seed: int, database_url: str) -> None:
    random = Random(seed)
    found = written(random, database_url)
    questions = [asked(random, found.register.store.size()) for _ in range(4)]
    live = [found.scorecard(REL, **how).digest() for how in questions]
    rebuild(found.register.store.engine)
    assert [found.scorecard(REL, **how).digest() for how in questions] == live
    found.register.store.engine.dispose()


@pytest.mark.parametrize("seed", range(60, 63))
def test_questions_asked_together_get_the_answers_that_each_gets_alone(seed: int, database_url: str) -> None:
    found = written(Random(seed), database_url)
    size = found.register.store.size()
    questions = [
        Question(relationship_id=UUID(REL), as_of=histories.T - timedelta(days=days), known_at=known_at, party=party)
        for days in (0, 1, 90, 365)
        for known_at in (size, size - size // 4)
        for party in (None, UUID(A))
    ]
    with reading(found.register.store.engine) as connection:
        together = [card.digest() for card in scorecards(connection, questions)]
        assert [scorecards(connection, [question])[0].digest() for question in questions] == together
    found.register.store.engine.dispose()
