"""Somebody who owns the database edits it: `verify` finds every edit and names the first position. docs/audit.md."""

import random
from pathlib import Path

import pytest
from sqlalchemy import insert

from api.trail.verifying.checkpoints import Vouched
from api.trail.verifying.whole import verify_within
from api.wiring import Services
from domain.log.policy import NO_WITNESSES
from domain.store.engine import writing
from domain.store.schema import tracking
from tampering import Drill
from trail_story import ORIGIN, services, tell

EDITS = {"sqlite": 1000, "postgresql": 110}


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Services:
    opened = services(database_url, tmp_path)
    tell(opened)
    with writing(opened.engine) as connection:
        connection.execute(insert(tracking).values(application_name="follower", notification_id=7))
    return opened


def test_every_edit_is_found_and_its_first_position_named(opened: Services) -> None:
    engine, vault = opened.engine, opened.vault
    vouched = Vouched(ORIGIN, opened.log_keys(), NO_WITNESSES)
    with writing(engine) as connection:
        drill = Drill(connection)
        assert verify_within(connection, vault, vouched).findings == []
    chance = random.Random(44000)
    missed = []
    with engine.connect() as connection:
        for number in range(EDITS[engine.dialect.name]):
            with connection.begin() as transaction:
                edit = drill.draw(connection, chance, number)
                found = verify_within(connection, vault, vouched)
                transaction.rollback()
            first = next((each.position for each in found.findings if each.position is not None), None)
            if found.ok or first != edit.position:
                missed.append((edit, found.findings[:3]))
    assert missed == []
    with writing(engine) as connection:
        assert verify_within(connection, vault, vouched).ok
    opened.close()
