"""A register that has been told of corrections, voids and private entries, behind its application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from serving import Served


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    found = Served(database_url, tmp_path / "data")
    found.cast()
    yield found
    found.close()
