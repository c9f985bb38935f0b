"""The register that tests of the schema begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from serving import Served


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    found = Served(database_url, tmp_path)
    found.cast()
    yield found
    found.close()
