"""A log that is written once and read by many."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from served_log import WITNESS, Log


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """Written and never changed."""
    made = Log(tmp_path_factory.mktemp("log"))
    made.write(WITNESS)
    return made


@pytest.fixture
def changed(log: Log) -> Iterator[Callable[[str, bytes], None]]:
    """Writes other bytes to a file of the log, for this test alone."""
    before: dict[Path, bytes | None] = {}

    def change(name: str, data: bytes) -> None:
        path = log.folder / name
        before.setdefault(path, path.read_bytes() if path.exists() else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    yield change
    for path, data in before.items():
        path.unlink() if data is None else path.write_bytes(data)
