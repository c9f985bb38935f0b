"""From an address to a date, a moment of knowledge and a policy."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Connection

from api.web.looking import address, parse
from api.wiring import Services
from domain.errors import IsMalformed
from projections.scorecards.asking import Relationship


@pytest.fixture
def connection(story: Services) -> Iterator[Connection]:
    with story.engine.connect() as opened:
        yield opened


def test_an_address_without_parameters_asks_for_today_everything_and_the_policy_in_effect(
    connection: Connection,
) -> None:
    look = parse({"as_of": "", "known_at": " ", "name": "x"}, connection)
    assert (look.as_of, look.known_at, look.policy, look.query) == (None, None, None, "")


def test_what_was_asked_for_is_kept_in_links(connection: Connection) -> None:
    look = parse({"policy": "0", "as_of": "2025-07-01", "known_at": "12"}, connection)
    assert (look.as_of, look.known_at, look.policy) == (date(2025, 7, 1), 12, 0)
    assert look.query == "?as_of=2025-07-01&known_at=12&policy=0"


def test_an_instant_stands_for_the_last_position_recorded_by_then(connection: Connection, story: Services) -> None:
    assert parse({"known_at": "2026-11-23T11:59:59.999999Z"}, connection).known_at == 0
    assert parse({"known_at": "2026-11-23T12:00:00Z"}, connection).known_at == story.store.size()
    assert parse({"known_at": "2026-11-23T13:00:00+01:00"}, connection).known_at == story.store.size()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("as_of", "31.3.2026", "'31.3.2026' is not a date such as 2026-03-31."),
        ("as_of", "2025-02-29", "'2025-02-29' is not a date such as 2026-03-31."),
        ("known_at", "-1", "'-1' is neither a position nor an instant such as 2026-03-31T12:00:00Z."),
        ("known_at", "²", "'²' is neither a position nor an instant such as 2026-03-31T12:00:00Z."),
        ("known_at", "2026-03-31T12:00:00", "'2026-03-31T12:00:00' has no offset from UTC, such as Z at its end."),
        ("policy", "newest", "'newest' is not the number of a policy version."),
        ("policy", "-1", "'-1' is not the number of a policy version."),
        ("policy", "1" * 19, f"'{'1' * 19}' is not the number of a policy version."),
    ],
)
def test_a_parameter_that_says_nothing_is_refused_with_its_value(
    connection: Connection, name: str, text: str, message: str
) -> None:
    with pytest.raises(IsMalformed) as refused:
        parse({name: text}, connection)
    assert (refused.value.message, refused.value.field) == (message, name)


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("wings", "/relationships/wings"),
        ("a.b_c~d-1", "/relationships/a.b_c~d-1"),
        (None, "/relationships/00000000-0000-0000-0000-000000000001"),
        ("a/b", "/relationships/00000000-0000-0000-0000-000000000001"),
        ("..", "/relationships/00000000-0000-0000-0000-000000000001"),
        ("ä", "/relationships/00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_relationship_is_addressed_by_its_alias_where_a_path_can_hold_it(alias: str | None, path: str) -> None:
    about = Relationship(
        id=UUID(int=1),
        alias=alias,
        name="x",
        form="bilateral",
        currency="EUR",
        time_zone="UTC",
        registered_on=date(2024, 1, 1),
    )
    assert address(about) == path
