"""A register on a real database for tests of the projections: facts in interchange form go in, scorecards come out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from domain.facts import FACTS
from domain.facts.fact import Draft
from domain.parsing import parse_fact
from domain.register import Command, Register
from domain.store.append import Store
from domain.store.engine import connect, reading
from domain.store.migrate import migrate
from domain.store.vault import Vault
from projections.indicators import INDICATORS
from projections.journal import Journal
from projections.scorecards.question import Question
from projections.scorecards.scorecard import IndicatorResult, Scorecard, fixed
from projections.scorecards.service import scorecards

Line = Mapping[str, Any]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOALPOSTS = {i.id: (fixed(i.floor, 4) or "", fixed(i.target, 4) or "") for i in INDICATORS}


class Recorded:
    """A register and what has been recorded in it, one command a fact."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.refs: dict[str, str] = {}
        self.commands = 0

    def record(self, *facts: Line) -> int:
        """The position after the facts; `event_ref` names an entry that later facts point at."""
        for line in facts:
            self.commands += 1
            command = Command(command_id=f"c{self.commands}", drafts=(self.draft(line),), actor="tester")
            answer = self.register.record(command)
            if "event_ref" in line and answer.events:
                self.refs[line["event_ref"]] = str(answer.events[0].event_id)
        return self.register.store.size()

    def scorecard(
        self,
        relationship: str,
        as_of: str,
        known_at: int | None = None,
        policy_version: int | None = None,
        party: str | None = None,
    ) -> Scorecard:
        question = Question(
            relationship_id=UUID(relationship),
            as_of=date.fromisoformat(as_of),
            known_at=self.register.store.size() if known_at is None else known_at,
            party=None if party is None else UUID(party),
        )
        with reading(self.register.store.engine) as connection:
            return scorecards(connection, [question], policy_version)[0]

    def indicator(self, indicator: str, relationship: str, as_of: str, **how: Any) -> IndicatorResult:
        card = self.scorecard(relationship, as_of, **how)
        return next(i for p in card.principles for i in p.indicators if i.id == indicator)

    def draft(self, line: Line) -> Draft:
        data = {k: self.refs.get(v, v) if isinstance(v, str) else v for k, v in line["data"].items()}
        relationship, party = line.get("relationship_id"), line.get("on_behalf_of")
        return Draft(
            fact=parse_fact(line["type"], data),
            relationship_id=relationship and UUID(relationship),
            on_behalf_of=party and UUID(party),
            on=date.fromisoformat(line["on"]),
            visibility=line.get("visibility", "shared"),
        )


def recorded(
    database: str | Engine, facts: Iterable[Line] = (), clock: Callable[[], datetime] = lambda: NOW
) -> Recorded:
    """A register in an empty database with these facts in it."""
    engine = connect(database) if isinstance(database, str) else database
    migrate(engine)
    store = Store(engine, FACTS, [Journal().project])
    found = Recorded(Register(store, Vault(b"k" * 32), GOALPOSTS, clock))
    found.record(*facts)
    return found
