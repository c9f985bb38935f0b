"""Corrections, voids, countersignatures, settlements. Source: docs/events.md "About entries", A34, A76 to A78, A94."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.errors import (
    EntriesStandOnIt,
    IsMalformed,
    IsNotAllowedNow,
    IsNotAParty,
    IsOutOfOrder,
    UnknownId,
)
from domain.facts.commitments import Commitment, CommitmentRescheduled, commitments
from domain.facts.entries import EntryCorrected
from domain.facts.fact import Envelope
from domain.history import History
from domain.register import FactIsRefused
from domain.session import stream_id
from local_ids import PEOPLE, A, B, C, uid
from registering import Desk

How = dict[str, Any]
PROMISE = uid(1)


def promise(desk: Desk, due: str = "2026-02-01", **how: Any) -> str:
    event = desk.record(
        "commitment.made",
        commitment_id=PROMISE,
        by_party=A,
        to_parties=[B],
        title="Deliver the wings",
        due_on=due,
        **how,
    )
    return str(event.event_id)


def board(desk: Desk) -> Envelope:
    return desk.record(
        "governance_body.established",
        body_id=uid(40),
        name="Board",
        level="strategic",
        cadence_days=30,
        required_roles=[],
    )


def state(desk: Desk, view: str | None = None) -> Commitment:
    with desk.register.store.append() as append:
        history = History(commitments, append.stream(stream_id(commitments, UUID(PROMISE))))
    found = history.state(None if view is None else UUID(view))
    assert isinstance(found, Commitment)
    return found


def correct(desk: Desk, target: str, data: How, **how: Any) -> EntryCorrected:
    event = desk.record("entry.corrected", "2026-06-01", target_event_id=target, data=data, reason="wrong", **how)
    assert isinstance(event.data, EntryCorrected)
    return event.data


def test_a_correction_replaces_the_data_and_keeps_the_id(opened: Desk) -> None:
    target = promise(opened)
    correct(opened, target, {"by_party": A, "to_parties": [B], "title": "Deliver", "due_on": "2026-03-01"})
    assert str(state(opened).due_on) == "2026-03-01"


def test_a_correction_cannot_change_the_id(opened: Desk) -> None:
    target = promise(opened)
    data: How = {"commitment_id": uid(2), "by_party": A, "to_parties": [B], "title": "x", "due_on": "2026-03-01"}
    refusal = opened.refused("entry.corrected", target_event_id=target, data=data, reason="wrong")
    assert isinstance(refusal, IsMalformed)
    assert refusal.field == "data.commitment_id"


def test_a_correction_passes_the_rules_of_the_original(opened: Desk) -> None:
    target = promise(opened)
    bad: How = {"by_party": A, "to_parties": [C], "title": "x", "due_on": "2026-03-01"}
    assert isinstance(opened.refused("entry.corrected", target_event_id=target, data=bad, reason="wrong"), IsNotAParty)
    short: How = {"by_party": A}
    assert isinstance(
        opened.refused("entry.corrected", target_event_id=target, data=short, reason="wrong"), IsMalformed
    )


def test_a_correction_to_before_the_items_beginning_is_refused(opened: Desk) -> None:
    promise(opened)
    done = str(opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE).event_id)
    with pytest.raises(FactIsRefused) as refused:
        correct_on(opened, done, "2026-01-09")
    assert isinstance(refused.value.refusal, IsOutOfOrder)
    correct_on(opened, done, "2026-01-10")


def test_the_date_stays_as_it_stood_when_a_correction_gives_none(opened: Desk) -> None:
    """docs/principles.md A76."""
    promise(opened)
    done = str(opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE).event_id)
    correct_on(opened, done, "2026-01-25")
    correct(opened, done, {"commitment_id": PROMISE})
    assert str(state(opened).fulfilled_on) == "2026-01-25"


def correct_on(desk: Desk, target: str, on: str) -> None:
    data: How = {"target_event_id": target, "data": {"commitment_id": PROMISE}, "on": on, "reason": "typing error"}
    desk.answer(desk.draft_of("entry.corrected", data))


def test_a_void_takes_the_entry_away_and_a_void_of_the_void_gives_it_back(opened: Desk) -> None:
    """docs/principles.md A77."""
    promise(opened)
    done = opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE)
    void = opened.record("entry.voided", target_event_id=str(done.event_id), reason="not done")
    assert state(opened).fulfilled_on is None
    opened.record("entry.voided", target_event_id=str(void.event_id), reason="it was")
    assert str(state(opened).fulfilled_on) == "2026-01-20"


def test_a_void_of_what_is_voided_already_holds(opened: Desk) -> None:
    target = promise(opened)
    opened.record("entry.voided", target_event_id=target, reason="never made")
    assert opened.holds("entry.voided", target_event_id=target, reason="never made")
    data: How = {"by_party": A, "to_parties": [B], "title": "x", "due_on": "2026-03-01"}
    assert isinstance(opened.refused("entry.corrected", target_event_id=target, data=data, reason="x"), IsNotAllowedNow)


def test_a_correction_of_a_correction_or_a_void_is_refused(opened: Desk) -> None:
    target = promise(opened)
    data: How = {"by_party": A, "to_parties": [B], "title": "x", "due_on": "2026-03-01"}
    correction = opened.record("entry.corrected", target_event_id=target, data=data, reason="x")
    refusal = opened.refused("entry.corrected", target_event_id=str(correction.event_id), data=data, reason="x")
    assert isinstance(refusal, IsNotAllowedNow)


def test_a_voided_correction_has_no_effect(opened: Desk) -> None:
    target = promise(opened)
    data: How = {"by_party": A, "to_parties": [B], "title": "x", "due_on": "2026-03-01"}
    correction = opened.record("entry.corrected", target_event_id=target, data=data, reason="x")
    opened.record("entry.voided", target_event_id=str(correction.event_id), reason="no")
    assert str(state(opened).due_on) == "2026-02-01"


def test_voiding_a_promise_that_has_been_kept_since_is_refused_with_what_stands_on_it(opened: Desk) -> None:
    target = promise(opened)
    done = opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE)
    refusal = opened.refused("entry.voided", target_event_id=target, reason="x")
    assert isinstance(refusal, EntriesStandOnIt)
    assert refusal.positions == (done.position,)
    opened.record("entry.voided", target_event_id=str(done.event_id), reason="x")
    opened.record("entry.voided", target_event_id=target, reason="x")


def test_voiding_an_item_that_other_items_name_is_refused(opened: Desk) -> None:
    body = board(opened)
    meeting = opened.record("meeting.scheduled", meeting_id=uid(41), body_id=uid(40), scheduled_for="2026-03-01")
    refusal = opened.refused("entry.voided", target_event_id=str(body.event_id), reason="x")
    assert isinstance(refusal, EntriesStandOnIt)
    assert refusal.positions == (meeting.position,)


def test_a_shared_entry_may_be_voided_whatever_is_kept_private_about_its_item(opened: Desk) -> None:
    """A34: what is shared is decided from what is shared alone; a refusal would tell of the private entry."""
    body = board(opened)
    opened.record("meeting.scheduled", meeting_id=uid(41), body_id=uid(40), scheduled_for="2026-03-01", own=True, by=B)
    opened.record("entry.voided", target_event_id=str(body.event_id), reason="x")


def test_the_joining_of_a_party_may_be_voided_whatever_it_keeps_private(opened: Desk) -> None:
    joined = opened.record("relationship.party_joined", "2026-01-10", party=C)
    opened.record("behaviour_concern.raised", "2026-01-12", by=C, own=True, by_party=C, about_party=A, description="x")
    opened.record("entry.voided", target_event_id=str(joined.event_id), reason="x")


def test_voiding_the_joining_of_a_party_that_acted_since_is_refused(opened: Desk) -> None:
    joined = opened.record("relationship.party_joined", "2026-01-10", party=C)
    acted = opened.record("relationship.tiered", "2026-01-11", by=C, tier="key")
    raised = opened.record("behaviour_concern.raised", "2026-01-12", by=A, by_party=A, about_party=C, description="x")
    refusal = opened.refused("entry.voided", target_event_id=str(joined.event_id), reason="x")
    assert isinstance(refusal, EntriesStandOnIt)
    assert refusal.positions in {(raised.position,), (acted.position, raised.position)}


def test_an_organisation_that_relationships_name_is_not_voided(opened: Desk) -> None:
    event = opened.register.store.by_position(2)
    assert event is not None
    refusal = opened.refused("entry.voided", by=None, rel=None, target_event_id=str(event.event_id), reason="x")
    assert isinstance(refusal, EntriesStandOnIt)


def test_currency_and_time_zone_of_a_registration_stay_once_another_fact_stands(opened: Desk) -> None:
    event = opened.register.store.by_position(6)
    assert event is not None
    data: How = {
        "name": "Wings",
        "form": "bilateral",
        "currency": "USD",
        "time_zone": "Europe/Berlin",
        "parties": [A, B],
    }
    how: How = {"target_event_id": str(event.event_id), "reason": "x"}
    opened.record("entry.corrected", data={**data, "currency": "CHF"}, **how)
    opened.record("relationship.tiered", tier="key")
    assert isinstance(opened.refused("entry.corrected", data=data, **how), IsNotAllowedNow)
    opened.record("entry.corrected", data={**data, "currency": "CHF", "name": "Wings and tails"}, **how)


def test_a_correction_is_recorded_for_the_party_of_its_target(opened: Desk) -> None:
    """docs/principles.md A78."""
    target = promise(opened, own=True)
    data: How = {"by_party": A, "to_parties": [B], "title": "x", "due_on": "2026-03-01"}
    how: How = {"target_event_id": target, "data": data, "reason": "x"}
    assert isinstance(opened.refused("entry.corrected", by=B, **how), IsNotAParty)
    event = opened.record("entry.corrected", by=None, **how)
    assert (str(event.on_behalf_of), event.visibility) == (A, "own")


def test_a_rescheduling_is_decided_from_the_facts_before_its_place(opened: Desk) -> None:
    """docs/principles.md A34: recorded late, it acts from its own date."""
    promise(opened, due="2026-05-10")
    opened.record("commitment.fulfilled", "2026-05-20", commitment_id=PROMISE)
    event = opened.record(
        "commitment.rescheduled",
        "2026-05-09",
        commitment_id=PROMISE,
        new_due_on="2026-05-20",
        requested_on="2026-05-05",
        agreed_by=[B],
    )
    assert isinstance(event.data, CommitmentRescheduled)
    assert (str(event.data.from_due_on), event.data.effect) == ("2026-05-10", "moves_due_date")


def test_a_corrected_rescheduling_is_decided_anew_and_later_ones_stay(opened: Desk) -> None:
    """docs/principles.md A34."""
    promise(opened, due="2026-05-10")
    how: How = {"commitment_id": PROMISE, "requested_on": "2026-05-05", "agreed_by": [A, B]}
    first = opened.record("commitment.rescheduled", "2026-05-08", new_due_on="2026-05-15", **how)
    opened.record("commitment.rescheduled", "2026-05-12", new_due_on="2026-06-20", **how)
    data: How = {"new_due_on": "2026-05-15", "requested_on": "2026-05-05", "agreed_by": [A]}
    corrected = correct(opened, str(first.event_id), data)
    assert corrected.data["effect"] == "not_agreed"
    assert corrected.data["from_due_on"] == "2026-05-10"
    assert str(state(opened).due_on) == "2026-06-20"


def test_sealed_text_of_a_correction_is_a_commitment_in_the_event(opened: Desk) -> None:
    promise(opened)
    opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE)
    disputed = opened.record(
        "commitment.fulfilment_disputed", "2026-01-21", by=B, commitment_id=PROMISE, party=B, reason="a secret reason"
    )
    data: How = {"party": B, "reason": "another secret"}
    correct(opened, str(disputed.event_id), data, by=B)
    texts = "".join(text for _, text in opened.register.store.envelopes(0, 100))
    assert "secret" not in texts


def test_a_countersignature_is_said_once(opened: Desk) -> None:
    target = promise(opened)
    how: How = {"by": B, "target_event_id": target, "party": B, "decision": "accepted"}
    opened.record("entry.countersigned", **how)
    assert opened.holds("entry.countersigned", "2026-01-11", **how)
    opened.record("entry.countersigned", "2026-01-12", **{**how, "decision": "disputed"})
    opened.record("entry.dispute_settled", "2026-01-13", target_event_id=target, outcome="rejected")
    refusal = opened.refused("entry.dispute_settled", "2026-01-14", target_event_id=target, outcome="rejected")
    assert isinstance(refusal, IsNotAllowedNow)


def test_an_entry_that_is_anothers_own_cannot_be_named(opened: Desk) -> None:
    target = promise(opened, own=True)
    how: How = {"target_event_id": target, "party": B, "decision": "accepted"}
    assert isinstance(opened.refused("entry.countersigned", by=B, **how), IsNotAParty)


def test_an_unknown_entry_cannot_be_named(opened: Desk) -> None:
    assert isinstance(opened.refused("entry.voided", target_event_id=uid(99), reason="x"), UnknownId)


def test_an_amendment_names_the_relationship_of_its_target_or_none(opened: Desk) -> None:
    target = promise(opened)
    assert isinstance(opened.refused("entry.voided", rel=uid(98), target_event_id=target, reason="x"), IsMalformed)
    opened.record("entry.voided", rel=None, target_event_id=target, reason="x")


def test_a_late_fact_that_is_the_first_of_two_is_refused(opened: Desk) -> None:
    promise(opened)
    broken = opened.record("commitment.broken", "2026-02-10", commitment_id=PROMISE, reason_code="capacity")
    refusal = opened.refused("commitment.broken", "2026-02-05", commitment_id=PROMISE, reason_code="capacity")
    assert isinstance(refusal, EntriesStandOnIt)
    assert refusal.positions == (broken.position,)


def test_a_late_fact_of_another_kind_acts_from_its_own_date(opened: Desk) -> None:
    """docs/principles.md A34: a withdrawal of 01-15 recorded after a fulfilment of 01-20 releases the promise."""
    promise(opened)
    opened.record("commitment.fulfilled", "2026-01-20", commitment_id=PROMISE)
    opened.record("commitment.withdrawn", "2026-01-15", commitment_id=PROMISE, agreed_by=[A, B])
    assert isinstance(
        opened.refused("commitment.withdrawn", "2026-01-21", commitment_id=PROMISE, agreed_by=[A, B]), IsNotAllowedNow
    )


def test_a_registration_on_which_facts_stand_is_not_voided(opened: Desk) -> None:
    event = opened.register.store.by_position(6)
    assert event is not None
    opened.record("lifecycle.stage_entered", stage=2, gate="proceed")
    how = {"target_event_id": str(event.event_id), "reason": "x"}
    assert isinstance(opened.refused("entry.voided", **how), EntriesStandOnIt)


def test_only_the_party_of_an_entry_amends_it(opened: Desk) -> None:
    target = promise(opened)
    refusal = opened.refused("entry.voided", target_event_id=target, reason="x", by=B)
    assert isinstance(refusal, IsNotAParty)
    assert str(refusal) == f"Only {A}, for whom it was recorded, amends this entry."


def test_a_register_wide_entry_is_countersigned_too(opened: Desk) -> None:
    organisation = opened.register.store.by_position(1)
    assert organisation is not None
    said = {"target_event_id": str(organisation.event_id), "party": B, "decision": "accepted"}
    opened.record("entry.countersigned", rel=None, by=B, **said)
    assert opened.holds("entry.countersigned", rel=None, by=B, **said)


def test_moving_the_registration_behind_what_was_recorded_is_refused(opened: Desk) -> None:
    registered = opened.register.store.by_position(6)
    assert registered is not None
    promise(opened)
    data = {"name": "Wings", "form": "bilateral", "currency": "EUR", "time_zone": "Europe/Berlin", "parties": [A, B]}
    correction = {"target_event_id": str(registered.event_id), "on": "2026-02-01", "data": data, "reason": "x"}
    with pytest.raises(FactIsRefused) as refused:
        opened.answer(opened.draft_of("entry.corrected", correction))
    assert isinstance(refused.value.refusal, EntriesStandOnIt)
    assert refused.value.refusal.positions == (7,)


def test_an_id_that_is_merely_written_in_a_text_does_not_stand_in_the_way(opened: Desk) -> None:
    body = board(opened)
    opened.record(
        "commitment.made",
        commitment_id=PROMISE,
        by_party=A,
        to_parties=[B],
        title=f"Set up {uid(40)}",
        due_on="2026-02-01",
    )
    opened.record("entry.voided", target_event_id=str(body.event_id), reason="x")


def test_who_has_been_erased_is_not_given_a_name_again(opened: Desk) -> None:
    registered = opened.register.store.by_position(4)
    assert registered is not None
    correction = {
        "target_event_id": str(registered.event_id),
        "data": {"organisation_id": A, "name": "Ada Other"},
        "reason": "x",
    }
    draft = replace(opened.draft_of("entry.corrected", correction, by=None), relationship_id=None)
    opened.answer(draft)
    opened.record("person.erased", rel=None, by=None, person_id=PEOPLE[0], ground="request")
    with pytest.raises(FactIsRefused) as refused:
        opened.answer(draft)
    assert refused.value.refusal.message == f"The person {PEOPLE[0]} has been erased."
