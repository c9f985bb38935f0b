"""Interrupting `counterfoil record` loses nothing and stores nothing by halves. Source: docs/contract.md 3."""

import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from domain.facts import FACTS
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.migrate import migrate
from interchange_files import OPENING, fact, promise, said, write
from program import finish, run, start

PROMISES = 900
LINES = [
    *OPENING,
    *chain.from_iterable(
        (promise(f"p{n}"), fact("commitment.fulfilled", "2024-02-01", commitment_id=f"p{n}")) for n in range(PROMISES)
    ),
]
BATCH = 20


class Place:
    """A folder with the file and a database without facts."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.file = write(folder / "story.ndjson", LINES)
        self.engine = connect(url)
        migrate(self.engine)
        self.store = Store(self.engine, FACTS)
        self.settings = {"COUNTERFOIL_DATABASE_URL": url, "COUNTERFOIL_DATA": str(folder)}

    def start(self, *options: str) -> "subprocess.Popen[str]":
        return start(self.folder, "record", self.file.name, *options, **self.settings)

    def run(self, *options: str) -> tuple[int, str, str]:
        return run(self.folder, "record", self.file.name, *options, **self.settings)

    def wait_for(self, size: int, program: "subprocess.Popen[str]") -> None:
        while self.store.size() < size and program.poll() is None:
            time.sleep(0.005)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, database_url)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("whole")
    whole = Place(folder, f"sqlite:///{folder / 'register.db'}")
    assert whole.run() == (0, f"{len(LINES)} of {len(LINES)} facts recorded.\n", "")
    told = said(whole.store)
    whole.engine.dispose()
    return told


def test_a_batch_that_is_interrupted_is_undone_and_the_next_run_goes_on(place: Place, uninterrupted: list[str]) -> None:
    program = place.start("--batch", str(BATCH))
    place.wait_for(BATCH, program)
    program.send_signal(signal.SIGINT)
    status, out, err = finish(program)
    assert (status, out) == (1, "")
    assert err == "Interrupted: what was not yet complete has been undone, and nothing is stored by halves.\n"
    stored = place.store.size()
    assert 0 < stored < len(LINES)
    assert stored % BATCH == 0
    rest = len(LINES) - stored
    done = f"{rest} of {len(LINES)} facts recorded; {stored} were recorded before.\n"
    assert place.run("--batch", "333") == (0, done, "")
    assert said(place.store) == uninterrupted


def test_a_program_that_is_killed_leaves_whole_batches_and_the_next_run_goes_on(
    place: Place, uninterrupted: list[str]
) -> None:
    for after in (1, 700):
        program = place.start("--batch", str(BATCH))
        place.wait_for(after, program)
        program.kill()
        assert finish(program)[0] == -signal.SIGKILL
        assert place.store.size() % BATCH == 0
        assert after <= place.store.size() < len(LINES)
    assert place.run("--batch", "50")[0] == 0
    assert said(place.store) == uninterrupted
