"""Relationships and organisations in lists, and how a relationship stands at a date."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, event

from domain.errors import IsMalformed, IsOutOfRange
from domain.store.engine import reading
from projections.directory import (
    Filter,
    organisation_by_alias,
    organisations,
    organisations_by_id,
    relationship_by_alias,
    relationships,
    relationships_by_id,
    standings,
)
from projections.pages import cursor
from projections.scorecards.asking import Relationship
from projections.scorecards.question import Question
from recording import Recorded
from telling import line, organisation, relationship, told, uid

TODAY = date(2025, 6, 30)
A, B, C = (UUID(uid(name)) for name in "abc")


@pytest.fixture
def register(database: Engine) -> Iterator[Recorded]:
    """Four relationships; r2 has no alias, r3 lost party c and is at stage 3, r4 is suspended."""
    with told(
        database,
        [
            organisation("a", "Alder Works", alias="ALDER"),
            organisation("b", "Birch Foods"),
            organisation("c", "Cedar Clinics"),
            relationship("r1", "a", "b", name="Delta 100%", alias="R-1", on="2024-03-01"),
            relationship("r2", "a", "c", name="Alpha", currency="USD", form="network", on="2024-03-01"),
            relationship("r3", "a", "b", "c", name="Charlie", alias="R-3", on="2024-01-15"),
            relationship("r4", "b", "c", name="bravo 1000", alias="R-4", on="2024-02-01"),
            line("relationship.tiered", "2024-04-01", "a", "r1", tier="key"),
            line("relationship.tiered", "2024-05-01", "a", "r1", tier="strategic"),
            line("relationship.tiered", "2024-04-01", "a", "r3", tier="key"),
            line("relationship.party_left", "2025-06-30", "a", "r3", party=uid("c")),
            line("lifecycle.stage_entered", "2024-06-01", "a", "r3", stage=2, gate="proceed"),
            line("lifecycle.stage_entered", "2024-07-01", "a", "r3", stage=3, gate="proceed"),
            line("lifecycle.stage_entered", "2024-08-01", "a", "r3", stage=4, gate="stop"),
            line("relationship.suspended", "2024-05-01", "b", "r4"),
            line("relationship.resumed", "2024-06-01", "b", "r4"),
            line("relationship.suspended", "2024-07-01", "b", "r4"),
        ],
    ) as found:
        yield found


@pytest.fixture
def connection(register: Recorded) -> Iterator[Connection]:
    with reading(register.register.store.engine) as found:
        yield found


def names(connection: Connection, **filter: object) -> list[str]:
    page = relationships(connection, TODAY, Filter(**filter), "registered")  # type: ignore[arg-type]
    return [found.name for found in page.rows]


def test_a_relationship_is_found_by_id_and_by_alias(connection: Connection) -> None:
    wanted = UUID(uid("r1"))
    found = relationships_by_id(connection, [wanted, UUID(uid("r9"))])
    assert list(found) == [wanted]
    assert (found[wanted].name, found[wanted].registered_on) == ("Delta 100%", date(2024, 3, 1))
    assert relationship_by_alias(connection, "R-1") == found[wanted]
    assert relationship_by_alias(connection, "R-9") is None


def test_an_organisation_is_found_by_id_and_by_alias(register: Recorded, connection: Connection) -> None:
    register.record(line("organisation.renamed", "2025-01-01", None, None, organisation_id=uid("b"), legal_name="Bark"))
    register.record(line("organisation.merged", "2025-01-02", None, None, organisation_id=uid("c"), into=uid("a")))
    found = organisations_by_id(connection, [C, A, B, A])
    assert [found[one].legal_name for one in (A, B, C)] == ["Alder Works", "Bark", "Cedar Clinics"]
    assert [found[one].merged_into for one in (A, B, C)] == [None, None, A]
    assert organisation_by_alias(connection, "ALDER") == found[A]
    assert organisation_by_alias(connection, "BIRCH") is None


def test_more_ids_than_one_statement_takes_are_looked_up(connection: Connection) -> None:
    ids = [*(UUID(int=n) for n in range(1200)), A]
    assert list(organisations_by_id(connection, ids)) == [A]


def test_relationships_come_in_the_order_asked_for(connection: Connection) -> None:
    registered = relationships(connection, TODAY, order="registered")
    assert [r.name for r in registered.rows] == ["Charlie", "bravo 1000", "Delta 100%", "Alpha"]
    backwards = relationships(connection, TODAY, order="registered", descending=True)
    assert backwards.rows == registered.rows[::-1]
    assert [r.alias for r in relationships(connection, TODAY, order="alias").rows] == [None, "R-1", "R-3", "R-4"]
    assert [r.name for r in relationships(connection, TODAY, Filter(party=A)).rows] == [
        "Alpha",
        "Charlie",
        "Delta 100%",
    ]


@pytest.mark.parametrize("order", ["name", "registered", "alias"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_together_are_the_list(connection: Connection, order: str, descending: bool) -> None:
    how = {"order": order, "descending": descending}
    whole = relationships(connection, TODAY, **how)  # type: ignore[arg-type]
    assert (len(whole.rows), whole.has_more) == (4, False)
    found: list[Relationship] = []
    after = None
    for n in range(4):
        page = relationships(connection, TODAY, first=1, after=after, **how)  # type: ignore[arg-type]
        assert page.has_more == (n < 3)
        found, after = [*found, *page.rows], page.cursors[0]
    assert tuple(found) == whole.rows
    assert relationships(connection, TODAY, after=after, **how).rows == ()  # type: ignore[arg-type]


def test_a_row_recorded_meanwhile_does_not_move_a_page(register: Recorded, connection: Connection) -> None:
    first = relationships(connection, TODAY, order="registered", first=2)
    register.record(relationship("r0", "a", "b", on="2024-01-10"))
    with reading(register.register.store.engine) as later:
        second = relationships(later, TODAY, order="registered", first=2, after=first.cursors[-1])
    assert [r.name for r in second.rows] == ["Delta 100%", "Alpha"]


def test_filters_narrow_the_list(connection: Connection) -> None:
    assert names(connection, name="ALPHA") == ["Alpha"]
    assert names(connection, name="100%") == ["Delta 100%"]
    assert names(connection, alias="R-4") == ["bravo 1000"]
    assert names(connection, forms=("network",)) == ["Alpha"]
    assert names(connection, currency="EUR") == ["Charlie", "bravo 1000", "Delta 100%"]
    assert names(connection, among=(UUID(uid("r2")), UUID(uid("r4")))) == ["bravo 1000", "Alpha"]
    assert names(connection, among=()) == []
    assert names(connection, stages=(1,)) == ["bravo 1000", "Delta 100%", "Alpha"]
    assert names(connection, stages=(2, 3)) == ["Charlie"]
    assert names(connection, tiers=("strategic",)) == ["Delta 100%"]
    assert names(connection, tiers=("key",)) == ["Charlie"]
    assert names(connection, party=C, currency="EUR") == ["bravo 1000"]


def test_a_party_is_active_up_to_the_day_before_it_leaves(connection: Connection) -> None:
    for on, wanted in ((date(2025, 6, 29), ["Charlie", "bravo 1000", "Alpha"]), (TODAY, ["bravo 1000", "Alpha"])):
        page = relationships(connection, on, Filter(party=C), "registered")
        assert [r.name for r in page.rows] == wanted


def test_organisations_come_by_name_in_pages(connection: Connection) -> None:
    first = organisations(connection, first=2)
    assert [o.legal_name for o in first.rows] == ["Alder Works", "Birch Foods"]
    assert first.has_more
    rest = organisations(connection, after=first.cursors[-1])
    assert [o.legal_name for o in rest.rows] == ["Cedar Clinics"]
    assert [o.id for o in organisations(connection, "foods").rows] == [B]


@pytest.mark.parametrize("after", ["", "x", "%%%", "ü", cursor(("a",)), cursor((1, "a")), cursor(("a", 1)), "bnVsbA"])
def test_a_cursor_of_another_list_is_refused(connection: Connection, after: str) -> None:
    with pytest.raises(IsMalformed):
        relationships(connection, TODAY, after=after)


def test_a_cursor_with_an_impossible_number_is_refused(connection: Connection) -> None:
    with pytest.raises(IsMalformed):
        relationships(connection, TODAY, order="registered", after=cursor((2**62, "a")))


def test_a_page_has_0_to_100_rows(connection: Connection) -> None:
    assert relationships(connection, TODAY, first=0).rows == ()
    assert len(relationships(connection, TODAY, first=100).rows) == 4
    for first in (-1, 101):
        with pytest.raises(IsOutOfRange):
            relationships(connection, TODAY, first=first)


def asked(name: str, on: str, known_at: int = 17, party: UUID | None = None) -> Question:
    return Question(relationship_id=UUID(uid(name)), as_of=date.fromisoformat(on), known_at=known_at, party=party)


def test_standings_of_many_relationships_come_from_one_statement(connection: Connection) -> None:
    statements: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = standings(
        connection,
        [asked("r3", "2025-06-29"), asked("r1", "2024-04-30"), asked("r4", "2024-06-30"), asked("r3", "2025-06-30")],
    )
    assert len(statements) == 1
    assert [s.parties for s in found] == [(A, B, C), (A, B), (B, C), (A, B)]
    assert [s.stage for s in found] == [3, 1, 1, 3]
    assert [s.tier for s in found] == ["key", "key", None, "key"]
    assert [s.status for s in found] == ["open", "open", "open", "open"]


def test_a_relationship_is_suspended_until_it_is_resumed_and_closed_for_good(
    register: Recorded, connection: Connection
) -> None:
    register.record(line("relationship.closed", "2024-08-01", "b", "r4"))
    days = ["2024-04-30", "2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01"]
    found = standings(connection, [asked("r4", day, 18) for day in days])
    assert [s.status for s in found] == ["open", "suspended", "open", "suspended", "closed"]


def test_a_standing_is_as_known_at_its_position(connection: Connection) -> None:
    found = standings(connection, [asked("r3", "2025-06-30", k) for k in (5, 6, 9, 10, 11, 13)])
    assert [len(s.parties) for s in found] == [0, 3, 3, 3, 2, 2]
    assert [s.stage for s in found] == [1, 1, 1, 1, 1, 3]
    assert [s.tier for s in found] == [None, None, None, "key", "key", "key"]


def test_own_entries_count_in_the_view_of_their_party_alone(register: Recorded, connection: Connection) -> None:
    register.record(line("relationship.tiered", "2025-01-01", "a", "r2", own=True, tier="transactional"))
    found = standings(connection, [asked("r2", "2025-06-30", 18, party) for party in (None, A, C)])
    assert [s.tier for s in found] == [None, "transactional", None]
