"""A desk over a fresh database of either kind."""

from collections.abc import Iterator

import pytest

from registering import Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Nothing is recorded yet."""
    made = Desk(database_url)
    yield made
    made.engine.dispose()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """Three organisations, two people, and a relationship of A and B since 2025-01-01."""
    return desk.open()
