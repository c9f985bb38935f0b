"""Facts of one aggregate that holds many items, or none, on their way through the register."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from domain.errors import EntriesStandOnIt, UnknownId
from domain.facts import FACTS
from domain.facts.fact import Draft, Envelope
from domain.facts.meetings import MeetingHeld
from domain.parsing import parse_fact
from domain.register import Command, FactIsRefused, Register
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.migrate import migrate
from domain.store.vault import Vault
from given import ANNE, A, B, uid

RELATIONSHIP, BODY, SPONSOR, ENGINEER = uid(0x99), uid(1), uid(2), uid(3)


class Book:
    """A register in which A and B have a relationship since 2024-01-01."""

    def __init__(self, engine: Engine) -> None:
        self.register = Register(Store(engine, FACTS), Vault(b"k" * 32), {})
        self.commands = 0
        for organisation in (A, B):
            data = {"organisation_id": str(organisation), "legal_name": "Org", "country": "DE"}
            self.record("organisation.registered", "2024-01-01", data, relationship=None)
        person = {"person_id": str(ANNE), "organisation_id": str(A), "name": "Anne"}
        self.record("person.registered", "2024-01-01", person, relationship=None)
        pair = {"name": "Pair", "form": "bilateral", "currency": "EUR", "time_zone": "Europe/Berlin"}
        self.record("relationship.registered", "2024-01-01", {**pair, "parties": [str(A), str(B)]})

    def record(self, kind: str, on: str, data: dict[str, Any], relationship: UUID | None = RELATIONSHIP) -> Envelope:
        self.commands += 1
        draft = Draft(
            fact=parse_fact(kind, data),
            relationship_id=relationship,
            on_behalf_of=A if relationship else None,
            on=date.fromisoformat(on),
        )
        command = Command(command_id=f"command {self.commands}", drafts=(draft,), actor="clerk")
        try:
            (event,) = self.register.record(command).events
        except FactIsRefused as refused:
            raise refused.refusal from refused
        return event

    def assign(self, role_id: UUID, role: str, on: str) -> Envelope:
        data = {"role_id": str(role_id), "role": role, "party": str(A), "person": str(ANNE)}
        return self.record("role.assigned", on, data)

    def assess(self, role_id: UUID, on: str) -> Envelope:
        data = {"role_id": str(role_id), "competence": "planning", "level": 3, "valid_until": "2025-12-31"}
        return self.record("competence.assessed", on, data)

    def establish(self) -> None:
        data = {"body_id": str(BODY), "name": "Board", "level": "management", "cadence_days": 30}
        self.record("governance_body.established", "2024-01-10", {**data, "required_roles": []})

    def hold(self, on: str, **names: UUID) -> Envelope:
        data = {name: str(value) for name, value in names.items()}
        attendees = [{"party": str(A), "role": "engineer", "person": str(ANNE)}]
        return self.record("meeting.held", on, {**data, "attendees": attendees})


@pytest.fixture
def book(database_url: str) -> Iterator[Book]:
    engine = connect(database_url)
    migrate(engine)
    yield Book(engine)
    engine.dispose()


def test_the_assignment_of_an_assessed_role_is_not_voided(book: Book) -> None:
    book.assign(SPONSOR, "executive_sponsor", "2024-01-10")
    engineer = book.assign(ENGINEER, "engineer", "2024-02-10")
    assessed = book.assess(ENGINEER, "2024-03-10")
    void = {"target_event_id": str(engineer.event_id), "reason": "Wrong person."}
    with pytest.raises(EntriesStandOnIt) as refused:
        book.record("entry.voided", "2024-04-10", void)
    assert refused.value.positions == (assessed.position,)


def test_the_assignment_of_a_role_never_assessed_is_voided(book: Book) -> None:
    sponsor = book.assign(SPONSOR, "executive_sponsor", "2024-01-10")
    book.assign(ENGINEER, "engineer", "2024-02-10")
    book.assess(ENGINEER, "2024-03-10")
    book.record("entry.voided", "2024-04-10", {"target_event_id": str(sponsor.event_id), "reason": "Wrong person."})
    with pytest.raises(UnknownId):
        book.assess(SPONSOR, "2024-04-11")


def test_a_key_role_assigned_late_before_the_present_holder_is_refused(book: Book) -> None:
    present = book.assign(SPONSOR, "executive_sponsor", "2024-02-10")
    with pytest.raises(EntriesStandOnIt) as refused:
        book.assign(ENGINEER, "executive_sponsor", "2024-02-09")
    assert refused.value.positions == (present.position,)


def test_meetings_never_scheduled_are_recorded_in_any_order(book: Book) -> None:
    book.establish()
    data = [book.hold(on, body_id=BODY).data for on in ("2024-05-01", "2024-04-01", "2024-05-01")]
    assert [isinstance(each, MeetingHeld) and (each.meeting_id, each.body_id) for each in data] == [(None, BODY)] * 3


def test_a_scheduled_meeting_that_is_held_is_stored_with_its_body(book: Book) -> None:
    book.establish()
    meeting = {"meeting_id": str(uid(7)), "body_id": str(BODY), "scheduled_for": "2024-03-01"}
    book.record("meeting.scheduled", "2024-02-01", meeting)
    held = book.hold("2024-03-01", meeting_id=uid(7)).data
    assert isinstance(held, MeetingHeld)
    assert held.body_id == BODY


def test_a_cancellation_recorded_late_for_a_meeting_since_held_acts_from_its_own_date(book: Book) -> None:
    """docs/principles.md A34: what is in force is decided by the business dates."""
    book.establish()
    meeting = {"meeting_id": str(uid(7)), "body_id": str(BODY), "scheduled_for": "2024-03-01"}
    book.record("meeting.scheduled", "2024-02-01", meeting)
    held = book.hold("2024-03-01", meeting_id=uid(7))
    cancelled = {"meeting_id": str(uid(7)), "agreed_by": [str(A), str(B)]}
    assert book.record("meeting.cancelled", "2024-02-20", cancelled).position == held.position + 1
