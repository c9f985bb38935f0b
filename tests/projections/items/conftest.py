"""A register with one relationship."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from recording import Recorded
from telling import opening, told


@pytest.fixture
def register(database: Engine) -> Iterator[Recorded]:
    """Relationship "r" of a, b and c at position 7."""
    with told(database, opening("a", "b", "c")) as found:
        yield found
