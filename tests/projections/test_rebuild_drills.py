"""Rebuilds under fire: killed at random moments, and with readers all the while."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from api.interchange import record_file
from projections.rebuild import rebuild
from random_register import written
from rebuilding import contents, engine_of, names
from serving import Served

TESTS = Path(__file__).parents[1]
DEMO = TESTS.parent / "api" / "demo"
MOMENTS = 20
QUERIES = 300
CARD = """
query Card%d($alias: String!, $asOf: Date!) {
  relationship(alias: $alias) {
    scorecard(asOf: $asOf) { score coverage trendDelta principles { score indicators { value numerator score } } }
  }
}
"""
AGAIN = """
import sys
from domain.store.engine import connect
from projections.rebuild import rebuild
engine = connect(sys.argv[1])
while True:
    rebuild(engine, batch=200)
    print("rebuilt", flush=True)
"""


@pytest.mark.long
def test_killed_at_twenty_random_moments_the_live_tables_stay_whole_and_the_next_completes(database_url: str) -> None:
    found = written(Random(7), database_url)
    engine = engine_of(found)
    live, before = contents(engine), names(engine)
    engine.dispose()
    random = Random(20)
    moments = [f"{random.uniform(0.2, 1.1):.3f}" for _ in range(MOMENTS)]
    told = []
    program = [sys.executable, str(TESTS / "rebuilding_killed.py"), database_url, "20", *moments]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS.parent) as drill:
        assert drill.stdin
        assert drill.stdout
        for line in drill.stdout:
            told.append(line.strip())
            assert contents(engine) == live
            drill.stdin.write("\n")
            drill.stdin.flush()
    assert len(told) == MOMENTS
    assert told.count("killed") >= MOMENTS // 2
    rebuild(engine)
    assert contents(engine) == live
    assert names(engine) == before
    engine.dispose()


@pytest.mark.long
def test_hundreds_of_queries_are_answered_while_rebuilds_run(database_url: str, tmp_path: Path) -> None:
    served = Served(database_url, tmp_path)
    for name in ("00_register", "02_ward_devices"):
        record_file(served.services.register, DEMO / f"{name}.ndjson", actor="demo")
    days = [str(date(2026, 11, 20) - timedelta(days=n)) for n in range(0, 400, 10)]

    def card(number: int) -> str:
        """No two requests are the same text, so that none is answered from the cache."""
        return json.dumps(served.ask(CARD % number, alias="ward-devices", asOf=days[number % len(days)]))

    expected = [card(number) for number in range(len(days))]
    assert len(set(expected)) > len(days) // 2
    program = [sys.executable, "-c", AGAIN, database_url]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=TESTS.parent) as rebuilding:
        assert rebuilding.stdout
        rebuilding.stdout.readline()
        answers = [card(number) for number in range(len(days), len(days) + QUERIES)]
        rebuilding.kill()
        assert rebuilding.stdout.read().count("rebuilt") >= 1
    assert answers == [expected[number % len(days)] for number in range(QUERIES)]
    served.close()
