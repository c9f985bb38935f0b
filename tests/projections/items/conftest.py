"""A register with one relationship."""

from collections.abc import Iterator

import pytest

from recording import Recorded
from telling import opening, told


@pytest.fixture
def register(database_url: str) -> Iterator[Recorded]:
    """Relationship "r" of a, b and c at position 7."""
    with told(database_url, opening("a", "b", "c")) as found:
        yield found
