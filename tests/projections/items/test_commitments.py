"""Commitments as they stand at a date, as known at a position, in a view."""

from datetime import date
from uuid import UUID

from domain.store.engine import reading
from item_pages import A, B, C, R, about, asked, ids, promise, rows, titles
from projections.items.commitments import COMMITMENT, Commitment, commitment_outcomes
from recording import Recorded
from telling import Line, line, tell, uid


def test_a_commitment_shows_what_was_promised_and_what_came_of_it(register: Recorded) -> None:
    move: Line = {"new_due_on": "2024-03-10", "requested_on": "2024-02-20"}
    tell(
        register,
        promise("c1", "2024-03-01", "a", "b", "c"),
        about("accepted", "2024-02-02", "c1", "b", party=uid("b")),
        about("rescheduled", "2024-02-25", "c1", agreed_by=ids("b"), **move),
        about("rescheduled", "2024-02-28", "c1", agreed_by=ids("b", "c"), **move),
        about("fulfilled", "2024-03-12", "c1"),
        about("fulfilment_confirmed", "2024-03-13", "c1", "c", party=uid("c")),
    )
    (found,) = rows(register, COMMITMENT, "2024-03-31")
    assert isinstance(found, Commitment)
    assert (found.id, found.relationship_id, found.position) == (UUID(uid("c1")), R, 8)
    assert (found.made_on, found.by_party, found.to_parties) == (date(2024, 2, 1), A, (B, C))
    assert (found.title, found.weight, found.origin) == ("Promise c1", "1", None)
    assert (found.due_on, found.scored_due_on) == (date(2024, 3, 1), date(2024, 3, 10))
    assert (found.outcome, found.done_on, found.days_late, found.in_dispute) == ("LATE", date(2024, 3, 12), 2, False)
    assert (found.accepted_by, found.confirmed_by) == ((B,), (C,))
    first, second = found.reschedulings
    assert (first.position, first.on, first.effect, first.agreed_by) == (10, date(2024, 2, 25), "not_agreed", (B,))
    assert (second.effect, second.from_due_on, second.new_due_on) == (
        "moves_due_date",
        date(2024, 3, 1),
        date(2024, 3, 10),
    )
    assert second.requested_on == date(2024, 2, 20)


def test_a_commitment_is_as_at_the_date_asked_for(register: Recorded) -> None:
    tell(register, promise("c1", "2024-03-01"), about("fulfilled", "2024-04-10", "c1"))
    found = {}
    for on in ("2024-01-31", "2024-02-01", "2024-03-01", "2024-03-02", "2024-03-31", "2024-04-01", "2024-04-10"):
        some = rows(register, COMMITMENT, on)
        found[on] = (some[0].outcome, some[0].days_late) if some else None
    assert found == {
        "2024-01-31": None,
        "2024-02-01": ("PENDING", None),
        "2024-03-01": ("PENDING", None),
        "2024-03-02": ("OVERDUE", 1),
        "2024-03-31": ("OVERDUE", 30),
        "2024-04-01": ("BROKEN", 31),
        "2024-04-10": ("LATE", 40),
    }


def test_what_was_declared_broken_or_withdrawn_is_not_late(register: Recorded) -> None:
    tell(
        register,
        promise("c1", "2024-03-01"),
        promise("c2", "2024-03-01"),
        about("broken", "2024-02-10", "c1", reason_code="none"),
        about("withdrawn", "2024-02-10", "c2", agreed_by=ids("a", "b")),
    )
    with reading(register.register.store.engine) as connection:
        found = commitment_outcomes(connection, asked("2024-06-01"))
    assert {str(key): (c.outcome, c.days_late) for key, c in found.items()} == {
        uid("c1"): ("BROKEN", None),
        uid("c2"): ("WITHDRAWN", None),
    }


def test_all_outcomes_are_found_beyond_one_page(register: Recorded) -> None:
    tell(register, *(promise(f"c{n}", "2024-03-01") for n in range(101)))
    with reading(register.register.store.engine) as connection:
        assert len(commitment_outcomes(connection, asked("2024-06-01"))) == 101


def test_a_corrected_commitment_shows_its_correction_from_then_on(register: Recorded) -> None:
    """Positions: promise 8, correction 9, void of the correction 10, second correction 11."""
    right: Line = {"commitment_id": uid("c1"), "by_party": uid("a"), "to_parties": ids("b"), "due_on": "2024-04-01"}
    correction: Line = {"target_event_id": "c1", "reason": "typed wrongly"}
    tell(
        register,
        promise("c1", "2024-03-01"),
        line("entry.corrected", "2024-02-05", data={**right, "title": "Right"}, ref="fix", **correction),
        line("entry.voided", "2024-02-06", target_event_id="fix", reason="it was right before"),
        line("entry.corrected", "2024-02-07", data={**right, "title": "Third"}, on="2024-02-02", **correction),
    )
    found = {k: rows(register, COMMITMENT, "2024-02-28", known_at=k)[0] for k in (8, 9, 10, 11)}
    assert {k: (c.title, c.due_on, c.made_on) for k, c in found.items()} == {
        8: ("Promise c1", date(2024, 3, 1), date(2024, 2, 1)),
        9: ("Right", date(2024, 4, 1), date(2024, 2, 1)),
        10: ("Promise c1", date(2024, 3, 1), date(2024, 2, 1)),
        11: ("Third", date(2024, 4, 1), date(2024, 2, 2)),
    }
    assert {c.position for c in found.values()} == {8}


def test_a_voided_commitment_is_gone_from_then_on(register: Recorded) -> None:
    tell(
        register,
        promise("c1", "2024-03-01"),
        line("entry.voided", "2024-02-05", target_event_id="c1", reason="never promised"),
    )
    assert [len(rows(register, COMMITMENT, "2024-02-28", known_at=k)) for k in (7, 8, 9)] == [0, 1, 0]


def test_an_own_commitment_is_seen_by_its_party_alone(register: Recorded) -> None:
    tell(register, promise("c1", "2024-03-01"), promise("c2", "2024-03-02", own=True))
    seen = {party: titles(rows(register, COMMITMENT, "2024-02-28", party=party)) for party in (None, A, B)}
    assert seen == {None: ["Promise c1"], A: ["Promise c1", "Promise c2"], B: ["Promise c1"]}
