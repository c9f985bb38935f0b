"""A register in a fresh database with two or three parties, for tests of what it accepts and refuses."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.errors import Refusal
from domain.facts import FACTS
from domain.facts.fact import Draft, Envelope
from domain.parsing import parse_fact
from domain.register import Answer, Command, FactIsRefused, Register
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.migrate import migrate
from domain.store.vault import Vault
from local_ids import PEOPLE, REL, A, B, C
from projections.journal import Journal

TODAY = date(2026, 6, 30)


class Clock:
    """Time as the test wants it; noon UTC of TODAY at first."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """Records one fact at a time in short form and remembers the answers."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        migrate(self.engine)
        self.clock = Clock()
        store = Store(self.engine, FACTS, [Journal().project])
        goalposts = {"TC1": ("0.5", "0.85"), "RM1": ("0", "1")}
        self.register = Register(store, Vault(b"k" * 32), goalposts, self.clock)
        self.count = 0

    def draft(
        self,
        kind: str,
        on: str | None = "2026-01-10",
        *,
        by: str | None = A,
        rel: str | None = REL,
        own: bool = False,
        expecting: int | None = None,
        **data: Any,
    ) -> Draft:
        return Draft(
            fact=parse_fact(kind, data),
            on=None if on is None else date.fromisoformat(on),
            relationship_id=None if rel is None else UUID(rel),
            on_behalf_of=None if by is None else UUID(by),
            visibility="own" if own else "shared",
            expected_version=expecting,
        )

    def draft_of(self, kind: str, data: dict[str, Any], by: str | None = A) -> Draft:
        """A draft of today whose data has a field named as one of `draft`'s own parameters."""
        return replace(self.draft("relationship.tiered", None, by=by, tier="key"), fact=parse_fact(kind, data))

    def answer(self, *drafts: Draft, command_id: str | None = None, dry_run: bool = False) -> Answer:
        self.count += 1
        command = Command(
            command_id=f"command-{self.count}" if command_id is None else command_id, drafts=drafts, actor="tester"
        )
        return self.register.record(command, dry_run=dry_run)

    def record(self, kind: str, on: str | None = "2026-01-10", **how: Any) -> Envelope:
        """The event; the fact must be taken."""
        events = self.answer(self.draft(kind, on, **how)).events
        assert len(events) == 1, "nothing was appended"
        return events[0]

    def holds(self, kind: str, on: str | None = "2026-01-10", **how: Any) -> bool:
        """Whether the fact was taken as one that already holds."""
        return not self.answer(self.draft(kind, on, **how)).events

    def refused(self, kind: str, on: str | None = "2026-01-10", **how: Any) -> Refusal:
        """The refusal; the fact must not be taken, and the log must not have grown."""
        before = self.register.store.size()
        try:
            self.record(kind, on, **how)
        except FactIsRefused as refused:
            assert self.register.store.size() == before
            return refused.refusal
        except Refusal as refusal:
            assert self.register.store.size() == before
            return refusal
        raise AssertionError(f"{kind} was recorded")

    def open(self, parties: tuple[str, ...] = (A, B), currency: str = "EUR", zone: str = "Europe/Berlin") -> "Desk":
        """Organisations, people and the relationship of 2025-01-01."""
        for org in (A, B, C):
            self.record(
                "organisation.registered",
                "2025-01-01",
                by=None,
                rel=None,
                organisation_id=org,
                legal_name=f"Organisation {org[-1]}",
                country="DE",
            )
        for person in PEOPLE[:2]:
            self.record(
                "person.registered",
                "2025-01-01",
                by=None,
                rel=None,
                person_id=person,
                organisation_id=A,
                name="Ada Example",
            )
        self.record(
            "relationship.registered",
            "2025-01-01",
            by=parties[0],
            name="Wings",
            form="bilateral",
            currency=currency,
            time_zone=zone,
            parties=list(parties),
        )
        return self
