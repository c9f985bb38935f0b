"""Spark gives the scorecards that SQLite gives, to the last bit, on one machine's cores and on separate workers."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import many_histories
from api.interchange import record_file
from domain.store.engine import reading
from projections.scorecards.question import Question
from projections.spark.rebuild import of_today, write
from projections.spark.results import scorecards
from projections.spark.scoring import score
from projections.spark.session import session
from rebuilding import engine_of
from recording import NOW, Recorded, recorded

FILES = sorted((Path(__file__).parents[3] / "api" / "demo").glob("*.ndjson"))
EVENTS = 100_000
SETTINGS = {
    "spark.driver.memory": "3g",
    "spark.executor.memory": "1g",
    # Compiling Java for a few rows takes longer than going without.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
Expected = tuple[Path, list[str]]
"""A folder that Spark scores, and the digests of the live scorecards."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """The demo register, each relationship as of its today."""
    folder = tmp_path_factory.mktemp("demo")
    found = recorded(f"sqlite:///{folder / 'register.db'}")
    for file in FILES:
        record_file(found.register, file, actor="demo")
    with reading(engine_of(found)) as connection:
        questions = of_today(connection, NOW)
    return told(found, folder / "spark", questions)


@pytest.fixture(scope="module")
def random(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """Random histories, all that is known or only the first nine tenths, for everyone or for one party."""
    logs = many_histories.some()
    texts = list(many_histories.texts(logs, EVENTS))
    folder = tmp_path_factory.mktemp("random")
    found = many_histories.stored(f"sqlite:///{folder / 'register.db'}", texts)
    return told(found, folder / "spark", many_histories.questions(logs, EVENTS))


def told(found: Recorded, folder: Path, questions: Sequence[Question]) -> Expected:
    with reading(engine_of(found)) as connection:
        write(connection, folder, questions)
        expected = many_histories.digests(connection, questions)
    engine_of(found).dispose()
    return folder, expected


@pytest.mark.long
@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
def test_spark_gives_the_digests_of_the_live_scorecards(
    master: str, demo: Expected, random: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    with session(master, SETTINGS) as spark:
        for folder, expected in (demo, random):
            score(spark, folder)
            assert [card.digest() for card in scorecards(folder)] == expected
            assert len(set(expected)) == len(expected) > 10
