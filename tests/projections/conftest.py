"""A relationship to be told, in an empty database of either kind."""

import pytest
from sqlalchemy import Engine

from recording import recorded
from story import Story, Tell


@pytest.fixture
def tell(database: Engine) -> Tell:
    """`tell("a", "b", "c", stage=7)` begins a story; parties and stage may be left out."""
    return lambda *parties, stage=5: Story(recorded(database), *parties, stage=stage)
