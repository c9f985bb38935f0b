"""A relationship told in a few lines and recorded through the register, on a real database.

Parties are "a", "b", "c"; things and people go by any short name, which stands for a UUID. T is 2025-07-01.
"""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from domain.register import Command
from domain.store.engine import reading
from projections.scorecards.question import Question
from projections.scorecards.scorecard import IndicatorResult, Scorecard
from projections.scorecards.service import scorecards
from recording import Recorded

T = "2025-07-01"
NO_DATA = ("NO_DATA", None, None, None)
NOT_APPLICABLE = ("NOT_APPLICABLE", None, None, None)
Figures = tuple[str, str | None, str | None, str | None]
_WHO = {"organisation_id", "person_id", "person", "signatory", "deputy", "to", "party", "parties", "to_parties"}
_WHO |= {"by_party", "about_party", "owner_party", "agreed_by"}


def uid(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, name))


def _named(field: str, value: Any) -> Any:
    """`value` with the short names in it replaced by the UUIDs they stand for."""
    if isinstance(value, dict):
        if field == "invited":
            return {uid(party): count for party, count in value.items()}
        return {name: _named(name, found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_named(field, found) for found in value]
    if field in _WHO:
        return uid(value)
    return uid(f"the thing {value}") if field.endswith("_id") or field == "answers_request" else value


class Story:
    """Registered on 2023-01-02; at stage 5 from 2023-01-06 unless told otherwise. Each party has a person, "pa" …"""

    def __init__(self, recorded: Recorded, *parties: str, stage: int = 5) -> None:
        self.recorded = recorded
        self._told: list[dict[str, Any]] = []
        self._size = 0
        self._answers: dict[tuple[str, str | None, int], Scorecard] = {}
        for party in "abc":
            organisation: dict[str, Any] = {
                "organisation_id": party,
                "legal_name": f"Organisation {party}",
                "country": "DE",
            }
            self.add("organisation.registered", "2023-01-01", None, wide=True, **organisation)
            person: dict[str, Any] = {"person_id": f"p{party}", "organisation_id": party, "name": f"Person {party}"}
            self.add("person.registered", "2023-01-01", None, wide=True, **person)
        named: dict[str, Any] = {"name": "s", "form": "alliance", "currency": "EUR", "time_zone": "UTC"}
        self.add("relationship.registered", "2023-01-02", **named, parties=list(parties or ("a", "b")))
        for entered in range(2, stage + 1):
            self.add("lifecycle.stage_entered", f"2023-01-{entered + 1:02}", stage=entered, gate="proceed")

    def add(
        self, kind: str, on: str, by: str | None = "a", /, *, own: bool = False, wide: bool = False, **data: Any
    ) -> int:
        """Tells a fact and returns its position."""
        fact: dict[str, Any] = {"type": kind, "on": on, "visibility": "own" if own else "shared"}
        fact["relationship_id"] = None if wide else uid("rel")
        fact["on_behalf_of"] = None if by is None else uid(by)
        fact["data"] = {name: _named(name, value) for name, value in data.items()}
        if kind == "relationship.registered":
            fact["data"]["relationship_id"] = uid("rel")
        fact["event_ref"] = f"#{self._size + 1}"
        self._told.append(fact)
        self._size += 1
        return self._size

    def correct(self, position: int, on: str | None = None, **data: Any) -> int:
        """Tells that the entry should have said `data` (and happened on that day)."""
        at = {} if on is None else {"on": on}
        said = {name: _named(name, value) for name, value in data.items()}
        return self._amend("entry.corrected", position, data=said, **at)

    def void(self, position: int) -> int:
        return self._amend("entry.voided", position)

    def _amend(self, kind: str, position: int, **data: Any) -> int:
        added = self.add(kind, T, None, reason="It was wrong.")
        self._told[-1]["data"].update(target_event_id=f"#{position}", **data)
        return added

    def policy(self, **changes: dict[str, Any]) -> int:
        """Publishes version 1, which changes these indicators."""
        published: dict[str, Any] = {"policy_version": 1, "effective_from": "2023-01-01", "reason": "Test."}
        return self.add(
            "scoring_policy.published", "2025-07-01", None, wide=True, **published, changes={"indicators": changes}
        )

    def result(
        self, indicator: str, as_of: str = T, *, party: str | None = None, known_at: int | None = None
    ) -> IndicatorResult:
        self._record()
        asked = (as_of, party, known_at or self._size)
        if asked not in self._answers:
            view = None if party is None else uid(party)
            self._answers[asked] = self.recorded.scorecard(uid("rel"), as_of, known_at, party=view)
        principles = self._answers[asked].principles
        return next(i for p in principles for i in p.indicators if i.id == indicator)

    def together(self, indicator: str, *known_at: int) -> list[IndicatorResult]:
        """What is known at each position, asked in one statement."""
        self._record()
        questions = [
            Question(relationship_id=UUID(uid("rel")), as_of=date.fromisoformat(T), known_at=k) for k in known_at
        ]
        with reading(self.recorded.register.store.engine) as connection:
            cards = scorecards(connection, questions)
        return [i for card in cards for p in card.principles for i in p.indicators if i.id == indicator]

    def figures(self, indicator: str, as_of: str = T, **how: Any) -> Figures:
        """Status, value, numerator, denominator."""
        found = self.result(indicator, as_of, **how)
        return found.status, found.value, found.numerator, found.denominator

    def score(self, indicator: str, as_of: str = T, **how: Any) -> str | None:
        return self.result(indicator, as_of, **how).score

    def evidence(self, indicator: str, as_of: str = T, **how: Any) -> tuple[list[int], list[tuple[int, str]]]:
        """The positions counted, and those excluded with their reasons."""
        found = self.result(indicator, as_of, **how)
        return list(found.counted), list(found.excluded)

    def _record(self) -> None:
        """What has been told since the last question is recorded, in one transaction."""
        told, self._told = self._told, []
        with self.recorded.register.transaction() as transaction:
            for line in told:
                draft = self.recorded.draft(line)
                command = Command(command_id=line["event_ref"], drafts=(draft,), actor="tester")
                event = transaction.record(command).events[0]
                self.recorded.refs[line["event_ref"]] = str(event.event_id)
                assert line["event_ref"] == f"#{event.position}"


Tell = Callable[..., Story]
"""Begins a story: `tell("a", "b", "c", stage=7)`."""
