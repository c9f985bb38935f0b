"""Items in the feed are open from the day they began to the day they ended. Source: docs/bi/index.md."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

import histories
from feeding import Rows, fed, of
from item_pages import about, ids, rows
from local_ids import REL
from projections.bi.catalogue import TABLES, references, table_named
from projections.bi.items import COMMITMENTS, ITEMS, SHARES, ItemTable
from projections.items.listing import Wanted, pages
from projections.scorecards.question import Question
from random_register import live
from rebuilding import done, engine_of, promise
from recording import NOW, Recorded, recorded
from telling import Line, line, opening, told, uid

Ends = dict[str, tuple[str, str | None]]
"""The state of an item and the day from which it is closed, by title."""


def ends(found: Rows, family: ItemTable) -> Ends:
    shown = of(found, family.table.name)
    return {row["title"]: (row["state"], str(row["valid_to"]) if row["valid_to"] else None) for row in shown}


def told_ends(database: Engine, family: ItemTable, facts: Sequence[Line]) -> Ends:
    """How the items of these facts ended; each was open on the day before the one from which it is closed."""
    with told(database, [*opening("a", "b", "c"), *facts]) as register:
        found = ends(fed(engine_of(register)), family)
        for title, (_, closed) in found.items():
            if closed is None:
                assert title in still_open(register, family, str(NOW.date())), title
            else:
                assert title not in still_open(register, family, closed), title
                assert title in still_open(register, family, str(date.fromisoformat(closed) - timedelta(days=1))), title
    return found


def still_open(register: Recorded, family: ItemTable, on: str) -> set[str]:
    return {family.cells(item)["title"] for item in rows(register, family.family, on, wanted=Wanted(open_only=True))}


# Commitments


def settled(name: str, outcome: str, on: str) -> list[Line]:
    """Done on 9 March, which is disputed on the next day and settled on that day."""
    return [
        done(name, "2024-03-09"),
        about("fulfilment_disputed", "2024-03-10", name, "b", party=uid("b"), reason="not done"),
        about("dispute_settled", on, name, outcome=outcome),
    ]


def test_a_fulfilment_that_does_not_stand_ends_no_commitment(database: Engine) -> None:
    facts = [
        *(promise(name, "2024-03-20") for name in ("lapsed", "again", "broken", "freed", "kept", "doubt")),
        *settled("lapsed", "upheld", "2024-03-12"),
        *settled("again", "upheld", "2024-03-12"),
        done("again", "2024-03-25"),
        *settled("broken", "upheld", "2024-03-12"),
        about("broken", "2024-03-15", "broken", reason_code="none"),
        *settled("freed", "upheld", "2024-03-12"),
        about("withdrawn", "2024-03-18", "freed", agreed_by=ids("a", "b")),
        *settled("kept", "rejected", "2024-03-12"),
        *settled("doubt", "rejected", "2024-03-12")[:2],
    ]
    assert told_ends(database, COMMITMENTS, facts) == {
        "lapsed": ("BROKEN", None),
        "again": ("LATE", "2024-03-25"),
        "broken": ("BROKEN", "2024-03-15"),
        "freed": ("WITHDRAWN", "2024-03-18"),
        "kept": ("KEPT", "2024-03-09"),
        "doubt": ("DISPUTED", "2024-03-09"),
    }


def test_a_commitment_that_was_done_before_it_was_declared_broken_ended_when_it_was_done(database: Engine) -> None:
    """The fulfilment is recorded last, for an earlier day."""
    facts = [
        promise("c1", "2024-03-20"),
        about("broken", "2024-03-15", "c1", reason_code="none"),
        done("c1", "2024-03-09"),
    ]
    assert told_ends(database, COMMITMENTS, facts) == {"c1": ("BROKEN", "2024-03-09")}


def test_a_withdrawal_without_effect_ends_no_commitment(database: Engine) -> None:
    facts = [
        promise("alone", "2024-03-01"),
        promise("late", "2024-03-01"),
        about("withdrawn", "2024-02-20", "alone", agreed_by=ids("a")),
        about("withdrawn", "2024-03-02", "late", agreed_by=ids("a", "b")),
    ]
    assert told_ends(database, COMMITMENTS, facts) == {"alone": ("BROKEN", None), "late": ("BROKEN", None)}


# Shares


def given(name: str, *to: str, own: bool = False, **more: Any) -> Line:
    data: Line = {"share_id": uid(name), "from_party": uid("a"), "to_parties": ids(*to), "topic": name, **more}
    return line("knowledge.shared", "2024-03-01", own=own, contains_personal_data=False, **data)


def of_share(kind: str, on: str, name: str, party: str, *, by: str | None = None, own: bool = False) -> Line:
    return line(f"knowledge.{kind}", on, by or party, own=own, share_id=uid(name), party=uid(party))


def test_a_share_ends_with_the_first_ending_of_its_last_recipient(database: Engine) -> None:
    facts = [
        *(given(name, "b") for name in ("once", "twice", "open")),
        *(given(name, "b", "c") for name in ("both", "one")),
        of_share("returned", "2024-03-10", "once", "b"),
        of_share("destroyed", "2024-03-20", "twice", "b"),
        of_share("access_revoked", "2024-03-10", "twice", "b"),
        of_share("acknowledged", "2024-03-10", "open", "b"),
        of_share("access_revoked", "2024-03-10", "both", "b"),
        of_share("returned", "2024-03-15", "both", "c"),
        of_share("destroyed", "2024-03-20", "both", "b"),
        of_share("access_revoked", "2024-03-10", "one", "b"),
        of_share("destroyed", "2024-03-20", "one", "b"),
    ]
    assert told_ends(database, SHARES, facts) == {
        "once": ("ENDED", "2024-03-10"),
        "twice": ("ENDED", "2024-03-10"),
        "open": ("ACKNOWLEDGED", None),
        "both": ("ENDED", "2024-03-15"),
        "one": ("AWAITING", None),
    }


def test_a_share_that_expired_before_its_last_recipient_was_done_ended_when_it_expired(database: Engine) -> None:
    facts = [
        *(given(name, "b", expires_on="2024-03-31") for name in ("alone", "day", "after", "long")),
        given("one", "b", "c", expires_on="2024-03-31"),
        given("never", "b", expires_on="9999-12-31"),
        of_share("returned", "2024-03-31", "day", "b"),
        of_share("returned", "2024-04-01", "after", "b"),
        of_share("destroyed", "2024-05-01", "long", "b"),
        of_share("returned", "2024-03-10", "one", "b"),
        of_share("returned", "2024-03-10", "never", "b"),
    ]
    assert told_ends(database, SHARES, facts) == {
        "alone": ("EXPIRED", "2024-04-01"),
        "day": ("ENDED", "2024-03-31"),
        "after": ("ENDED", "2024-04-01"),
        "long": ("ENDED", "2024-04-01"),
        "one": ("EXPIRED", "2024-04-01"),
        "never": ("ENDED", "2024-03-10"),
    }


def test_what_a_party_says_to_itself_ends_its_own_shares_alone(database: Engine) -> None:
    facts = [
        given("shared", "b"),
        given("own", "b", own=True),
        of_share("access_revoked", "2024-03-10", "shared", "b", by="a", own=True),
        of_share("access_revoked", "2024-03-10", "own", "b", by="a", own=True),
        of_share("destroyed", "2024-03-20", "own", "b", by="a", own=True),
    ]
    with told(database, [*opening(), *facts]) as register:
        found = fed(engine_of(register))
    assert ends(found, SHARES) == {"shared": ("AWAITING", None), "own": ("ENDED", "2024-03-10")}


# All items


def test_initiatives_and_objectives_end_when_they_were_decided_upon(database: Engine) -> None:
    def idea(kind: str, on: str, name: str, **data: Any) -> Line:
        return line(f"initiative.{kind}", on, initiative_id=uid(name), **data)

    def aim(kind: str, on: str, name: str, **data: Any) -> Line:
        return line(f"objective.{kind}", on, objective_id=uid(name), **data)

    money: Line = {"amount": "10.00", "currency": "EUR"}
    proposal: Line = {"by_party": uid("a"), "value_type": "cost", "expected": money}
    plan: Line = {"target": money, "start_on": "2024-04-01", "target_by": "2024-12-31"}
    figures: Line = {"measure": "m", "unit": "u", "baseline": "1", "target": "2", "owner_party": uid("a"), "links": []}
    facts = [
        *(idea("proposed", "2024-02-01", name, title=name, **proposal) for name in ("no", "stop", "yes", "new")),
        *(idea("rejected", "2024-03-01", name) for name in ("no", "stop", "yes")),
        *(idea("approved", "2024-03-10", name, **plan) for name in ("stop", "yes")),
        idea("stopped", "2024-03-20", "stop"),
        *(
            aim("agreed", "2024-02-01", name, title=name, due_on="2024-03-31", **figures)
            for name in ("ended", "out", "tried")
        ),
        *(aim("withdrawn", "2024-03-01", name, agreed_by=ids("a")) for name in ("out", "tried")),
        aim("withdrawn", "2024-03-10", "out", agreed_by=ids("a", "b")),
    ]
    with told(database, [*opening(), *facts]) as register:
        found = fed(engine_of(register))
    shown = {
        row["title"]: str(row["valid_to"]) for name in ("item_initiative", "item_objective") for row in of(found, name)
    }
    assert shown == {
        "no": "2024-03-01",
        "stop": "2024-03-20",
        "yes": "None",
        "new": "None",
        "ended": "2024-04-01",
        "out": "2024-03-10",
        "tried": "2024-04-01",
    }


@pytest.mark.parametrize("seed", range(3))
def test_exactly_the_items_that_are_open_have_no_end(seed: int, database: Engine) -> None:
    """Of what the parties share. Something of every family has ended."""
    actions = ("improvement_action", "development_action")
    families = ("commitment", "risk", "share", "initiative", "objective", "issue", *actions)
    author = histories.Author(Random(seed), families)
    now = datetime(2026, 7, 1, 9, tzinfo=UTC)
    found = recorded(database, histories.opening(three=False), lambda: now)
    live(found, author, 400)
    feed = fed(engine_of(found), now)
    question = Question(relationship_id=UUID(REL), as_of=now.date(), known_at=found.register.store.size())
    for family in ITEMS:
        with engine_of(found).connect() as connection:
            page = pages(connection, family.family, [question], Wanted(open_only=True), first=100)[0]
        assert not page.has_more
        shared = of(feed, family.table.name, own_of=None)
        endless = {row["item_id"] for row in shared if row["valid_to"] is None}
        assert endless == {str(item.id) for item in page.rows}, family.table.name
        assert len(shared) > len(endless), family.table.name


# References


def test_an_action_names_what_it_is_to_better_as_it_was_typed(database: Engine) -> None:
    data: Line = {"title": "Better", "origin": "review", "owner_party": uid("a"), "due_on": "2024-05-01"}
    facts = [
        line("improvement_action.raised", "2024-03-01", action_id=uid(name), indicator=name, **data)
        for name in ("TC1", "tc1", "speed")
    ]
    with told(database, [*opening(), promise("c1", "2024-03-01"), given("k1", "b"), *facts]) as register:
        found = fed(engine_of(register))
    assert {row["indicator_id"] for row in of(found, "item_action")} == {"TC1", "tc1", "speed"}
    for table in TABLES:
        for name, other, key in references(table):
            named = {row[name] for row in of(found, table.name)} - {None}
            assert named <= {row[key] for row in of(found, other.name)}, (table.name, name)


def test_an_action_s_indicator_refers_to_nothing_and_a_score_s_does() -> None:
    def referring(name: str) -> set[str]:
        table = table_named(name)
        assert table is not None
        return {field for field, _, _ in references(table)}

    assert referring("item_action") == {"own_of", "position", "owner_party"}
    assert "indicator_id" in referring("fact_indicator_score")
