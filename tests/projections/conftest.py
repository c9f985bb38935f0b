"""A relationship to be told, in a fresh database of either kind."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from recording import recorded
from story import Story, Tell


@pytest.fixture
def tell(database_url: str) -> Iterator[Tell]:
    """`tell("a", "b", "c", stage=7)` begins a story; parties and stage may be left out."""
    engines: list[Engine] = []

    def begin(*parties: str, stage: int = 5) -> Story:
        found = recorded(database_url)
        engines.append(found.register.store.engine)
        return Story(found, *parties, stage=stage)

    yield begin
    for engine in engines:
        engine.dispose()
