"""A relationship told in a few lines, for the tests of the oracle. Parties are "a", "b", "c"; T is 2025-07-01."""

from typing import Any

from oracle.compose import commitments, scorecard
from oracle.entries import Line
from oracle.envelopes import envelopes

T = "2025-07-01"
REL = "rel"


class Story:
    """Registered on 2023-01-02 at position 1; at stage 5 from 2023-01-06 (positions 2 to 5) unless told otherwise."""

    def __init__(self, *parties: str, currency: str = "EUR", stage: int = 5) -> None:
        self.facts: list[dict[str, Any]] = []
        named: dict[str, Any] = {
            "relationship_id": REL,
            "name": "s",
            "form": "alliance",
            "currency": currency,
            "time_zone": "UTC",
        }
        self.add("relationship.registered", "2023-01-02", **named, parties=list(parties or ("a", "b")))
        for entered in range(2, stage + 1):
            self.add("lifecycle.stage_entered", f"2023-01-{entered + 1:02}", stage=entered, gate="proceed")

    def add(
        self, event_type: str, on: str, by: str | None = "a", own: bool = False, ref: str | None = None, **data: Any
    ) -> int:
        """Records a fact and returns its position."""
        register_wide = event_type.startswith("scoring_policy.")
        fact: dict[str, Any] = {"type": event_type, "on": on, "data": data, "visibility": "own" if own else "shared"}
        fact["relationship_id"] = None if register_wide else REL
        fact["on_behalf_of"] = None if register_wide else by
        if ref is not None:
            fact["event_ref"] = ref
        self.facts.append(fact)
        return len(self.facts)

    def correct(self, target: str, on: str | None = None, ref: str | None = None, **data: Any) -> int:
        position = self.add("entry.corrected", T, ref=ref, target_event_id=target, data=data)
        if on is not None:
            self.facts[-1]["data"]["on"] = on
        return position

    def void(self, target: str, ref: str | None = None) -> int:
        return self.add("entry.voided", T, ref=ref, target_event_id=target)

    def promise(
        self, id_: str, due: str, done: str | None = None, by: str = "a", to: str = "b", own: bool = False
    ) -> int:
        about: dict[str, Any] = {"commitment_id": id_, "by_party": by, "to_parties": [to], "due_on": due}
        made = self.add("commitment.made", "2024-01-10", by, own, f"made-{id_}", **about)
        if done is not None:
            self.add("commitment.fulfilled", done, by, own, f"done-{id_}", commitment_id=id_)
        return made

    def reschedule(self, id_: str, on: str, new: str, agreed_by: list[str], by: str = "a") -> int:
        dates: dict[str, Any] = {"new_due_on": new, "requested_on": on}
        return self.add("commitment.rescheduled", on, by, commitment_id=id_, agreed_by=agreed_by, **dates)

    def body(
        self, id_: str, on: str, level: str = "management", cadence: int = 30, roles: list[str] | None = None
    ) -> int:
        kind: dict[str, Any] = {"level": level, "cadence_days": cadence, "required_roles": roles or []}
        return self.add("governance_body.established", on, body_id=id_, name="g", **kind)

    def claim(self, id_: str, initiative: str, on: str, amount: str, shares: dict[str, str]) -> int:
        money = {"amount": amount, "currency": "EUR"}
        claimed: dict[str, Any] = {"initiative_id": initiative, "money": money, "shares": shares, "claimed_by": "a"}
        return self.add("value.realised", on, realisation_id=id_, **claimed)

    @property
    def log(self) -> list[Line]:
        return envelopes(self.facts)

    def card(self, as_of: str = T, **options: Any) -> dict[str, Any]:
        return scorecard(self.log, REL, as_of, **options)

    def indicator(self, id_: str, as_of: str = T, **options: Any) -> dict[str, Any]:
        principles = self.card(as_of, **options)["principles"]
        return next(i for p in principles for i in p["indicators"] if i["id"] == id_)

    def figures(self, id_: str, as_of: str = T, **options: Any) -> tuple[str, str | None, str | None, str | None]:
        """Status, value, numerator, denominator."""
        found = self.indicator(id_, as_of, **options)
        return found["status"], found["value"], found["numerator"], found["denominator"]

    def evidence(self, id_: str, as_of: str = T, **options: Any) -> tuple[list[int], list[list[Any]]]:
        found = self.indicator(id_, as_of, **options)
        return found["counted"], found["excluded"]

    def outcome(self, id_: str, as_of: str = T, **options: Any) -> str:
        return str(commitments(self.log, REL, as_of, **options)[id_]["outcome"])
