"""Pages of items: order, filters, cursors, many relationships at once."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from domain.errors import IsMalformed, IsOutOfRange
from domain.store.engine import reading
from item_pages import A, B, about, asked, page, promise, rows, titles
from projections.items.commitments import COMMITMENT
from projections.items.listing import Wanted, pages
from projections.pages import cursor
from recording import Recorded
from telling import relationship, tell, uid


def some_promises(register: Recorded) -> None:
    tell(
        register,
        promise("c1", "2024-03-03", "b", "a"),
        promise("c2", "2024-03-01"),
        promise("c3", "2024-03-03"),
        promise("c4", "2024-03-02"),
        about("fulfilled", "2024-03-01", "c2"),
    )


def test_items_come_by_due_date_and_then_as_they_were_recorded(register: Recorded) -> None:
    some_promises(register)
    whole = page(register, COMMITMENT, "2024-03-10")
    assert titles(whole.rows) == ["Promise c2", "Promise c4", "Promise c1", "Promise c3"]
    assert not whole.has_more
    found: list[Any] = []
    after = None
    for n in range(4):
        one = page(register, COMMITMENT, "2024-03-10", first=1, after=after)
        assert one.has_more == (n < 3)
        found, after = [*found, *one.rows], one.cursors[0]
    assert tuple(found) == whole.rows
    assert rows(register, COMMITMENT, "2024-03-10", first=0) == ()


def test_items_are_filtered(register: Recorded) -> None:
    some_promises(register)

    def found(**wanted: Any) -> list[str]:
        return titles(rows(register, COMMITMENT, "2024-03-10", wanted=Wanted(**wanted)))

    assert found(states=("KEPT",)) == ["Promise c2"]
    assert found(states=("KEPT", "PENDING")) == ["Promise c2"]
    assert found(open_only=True) == ["Promise c4", "Promise c1", "Promise c3"]
    assert found(party=B) == ["Promise c1"]
    assert found(due_from=date(2024, 3, 2)) == ["Promise c4", "Promise c1", "Promise c3"]
    assert found(due_until=date(2024, 3, 2)) == ["Promise c2", "Promise c4"]
    assert found(due_from=date(2024, 3, 2), due_until=date(2024, 3, 2), party=A) == ["Promise c4"]
    assert found(item=UUID(uid("c3"))) == ["Promise c3"]
    assert found(item=UUID(uid("c9"))) == []


@pytest.mark.parametrize("after", ["x", cursor((1,)), cursor(("a", 1)), cursor((1, 2**62))])
def test_a_cursor_of_another_list_is_refused(register: Recorded, after: str) -> None:
    with pytest.raises(IsMalformed):
        page(register, COMMITMENT, "2024-03-10", after=after)


@pytest.mark.parametrize("first", [-1, 101])
def test_a_page_has_0_to_100_items(register: Recorded, first: int) -> None:
    with pytest.raises(IsOutOfRange):
        page(register, COMMITMENT, "2024-03-10", first=first)


def statements_of(connection: Connection) -> list[str]:
    found: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *args: found.append(args[2]))
    return found


def test_many_relationships_take_two_statements(register: Recorded) -> None:
    some_promises(register)
    other = {**promise("d1", "2024-03-05"), "relationship_id": uid("r2")}
    tell(register, relationship("r2", "a", "b"), relationship("r3", "a", "b"), other)
    questions = [asked("2024-03-10"), asked("2024-03-10", rel="r3"), asked("2024-03-10", rel="r2"), asked("2024-02-01")]
    with reading(register.register.store.engine) as connection:
        statements = statements_of(connection)
        found = pages(connection, COMMITMENT, questions, first=2)
    assert [titles(one.rows) for one in found] == [
        ["Promise c2", "Promise c4"],
        [],
        ["Promise d1"],
        ["Promise c2", "Promise c4"],
    ]
    assert [one.has_more for one in found] == [True, False, False, True]
    assert found[2].rows[0].relationship_id == UUID(uid("r2"))
    assert len(statements) == 2
