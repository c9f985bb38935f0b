"""Random histories for laws: attempts at every event type over a small cast, of which the register takes what it may.

Dates crowd around the edges of the windows, so that a `<` for a `<=` shows.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.facts import AGGREGATE_OF, FACTS
from domain.facts.structure import fields, item_field
from local_ids import PEOPLE, REL, A, B, C, uid

T = date(2026, 6, 30)
EDGES = (
    *(0, 1, 2, 5, 7, 10, 20, 29, 30, 31, 40, 59, 60, 61, 89, 90, 91, 92, 120, 178, 179, 180, 181, 182),
    *(269, 270, 271, 300, 363, 364, 365, 366, 400, 453, 454, 455, 456, 547, 548, 549),
)
"""Days before T around which the windows begin and end."""
PARTIES = (A, B, C)
ROLES = ("executive_sponsor", "relationship_manager", "quality_lead")
COMPETENCES = ("negotiation", "planning")
EXIT_PARTS = (
    "triggers",
    "transition",
    "information_assets",
    "intellectual_property",
    "people",
    "liabilities",
    "communication",
)
Data = dict[str, Any]
Line = dict[str, Any]


def opening(three: bool, currency: str = "EUR") -> list[Line]:
    """Organisations, people and the relationship, registered well before every window."""

    def wide(kind: str, data: Data) -> Line:
        return {"type": kind, "on": "2023-01-01", "data": data}

    lines = [
        wide("organisation.registered", {"organisation_id": org, "legal_name": f"Organisation {n}", "country": "DE"})
        for n, org in enumerate(PARTIES)
    ]
    lines += [
        wide("person.registered", {"person_id": person, "organisation_id": PARTIES[n % 3], "name": f"Person {n}"})
        for n, person in enumerate(PEOPLE)
    ]
    parties = [A, B, C] if three else [A, B]
    data = {
        "name": "Random",
        "form": "alliance",
        "currency": currency,
        "time_zone": "Europe/Berlin",
        "parties": parties,
    }
    lines.append(
        {"type": "relationship.registered", "on": "2023-02-01", "relationship_id": REL, "on_behalf_of": A, "data": data}
    )
    return lines


class Author:
    """Writes attempts at facts with one source of chance, mostly about what the register has taken before."""

    def __init__(self, random: Random, families: Sequence[str] = ()) -> None:
        self.r = random
        self.lines = 0
        self.born: dict[str, dict[str, date]] = {}
        self.accepted: list[Line] = []
        self.treatments: dict[str, str] = {}
        wanted = [kind for kind in WRITERS if not families or _family(kind) in families]
        self.kinds = [kind for kind in wanted for _ in range(3 if FACTS[kind].creates else 4)]
        self.kinds += [kind for kind in WRITERS if _family(kind) == "relationship"]

    def next(self) -> Line:
        """One more line: a fact, or something about an earlier one."""
        if self.accepted and self.r.random() < 0.12:
            return self.amendment(self.r.choice(self.accepted))
        return self.attempt()

    def took(self, line: Line) -> None:
        """The register has taken the line."""
        self.accepted.append(line)
        fact = FACTS[line["type"]]
        field = item_field(fact)
        if line["type"] == "risk.treatment_planned":
            self.treatments[line["data"]["treatment_id"]] = line["data"]["risk_id"]
        if fact.creates and field:
            born = self.born.setdefault(_family(line["type"]), {})
            born[line["data"][field]] = date.fromisoformat(line["on"])

    def attempt(self) -> Line:
        """One fact of a random type that may or may not be possible."""
        kind = self.r.choice(self.kinds)
        self.lines += 1
        data, on = self._about(kind, WRITERS[kind](self), self.day())
        line: Line = {
            "type": kind,
            "on": str(on),
            "relationship_id": REL,
            "on_behalf_of": data.get("by_party") or self.party(),
            "data": data,
            "event_ref": f"line-{self.lines}",
        }
        if self.r.random() < 0.08:
            line["visibility"] = "own"
        return line

    def _about(self, kind: str, data: Data, on: date) -> tuple[Data, date]:
        """The data about something that is known, on a day that is hardly ever before it."""
        fact = FACTS[kind]
        for f in fields(fact):
            family = f.notes.get("known") or (_family(kind) if f.name == item_field(fact) else None)
            if family is None or f.name not in data:
                continue
            born = self.born.get(family, {})
            if f.name == item_field(fact) and fact.creates:
                data[f.name] = uid(FAMILIES.index(family) * 4096 + len(born) + 1)
            elif born:
                data[f.name] = self.r.choice(list(born))
                on = max(on, born[data[f.name]]) if self.r.random() < 0.97 else on
        if kind == "risk.treatment_planned":
            data["treatment_id"] = uid(0xFFF000 + self.lines)
        if kind == "risk.treatment_completed" and self.treatments:
            data["treatment_id"] = self.r.choice(list(self.treatments))
            data["risk_id"] = self.treatments[data["treatment_id"]]
        return data, on

    def amendment(self, target: Line) -> Line:
        """A correction or a void of an earlier line, or a word on it."""
        self.lines += 1
        name = {"target_event_id": target["event_ref"]}
        kind = self.r.choice(
            ("entry.corrected", "entry.corrected", "entry.voided", "entry.countersigned", "entry.dispute_settled")
        )
        line: Line = {
            "type": kind,
            "on": str(self.day()),
            "relationship_id": REL,
            "on_behalf_of": target["on_behalf_of"],
            "event_ref": f"line-{self.lines}",
        }
        if kind == "entry.corrected" and target["type"] in WRITERS:
            data = WRITERS[target["type"]](self)
            kept = {k: v for k, v in target["data"].items() if k in IDS}
            moved = {"on": str(self.day())} if self.r.random() < 0.5 else {}
            return {**line, "data": {**name, "data": {**data, **kept}, "reason": "typing error", **moved}}
        if kind == "entry.countersigned":
            party = self.party()
            decision = self.r.choice(("accepted", "accepted", "disputed"))
            return {**line, "on_behalf_of": party, "data": {**name, "party": party, "decision": decision}}
        if kind == "entry.dispute_settled":
            return {
                **line,
                "on_behalf_of": self.party(),
                "data": {**name, "outcome": self.r.choice(("upheld", "rejected"))},
            }
        return {**line, "type": "entry.voided", "data": {**name, "reason": "never happened"}}

    # Pieces

    def day(self, ahead: int = 0) -> date:
        days = self.r.choice(EDGES) if self.r.random() < 0.7 else self.r.randrange(0, 700)
        return T - timedelta(days=days) + timedelta(days=ahead)

    def due(self) -> str:
        return str(self.day(self.r.choice((0, 0, 1, 30, 90))))

    def party(self) -> str:
        return self.r.choice((A, A, A, B, B, B, C))

    def parties(self) -> list[str]:
        return self.r.sample((A, B), self.r.choice((1, 2, 2))) if self.r.random() < 0.9 else [A, B, C]

    def two(self) -> list[str]:
        return self.r.sample((A, B), self.r.choice((1, 2, 2)))

    def person(self) -> str:
        return self.r.choice(PEOPLE)

    def item(self, family: int, of: int = 4) -> str:
        return uid(family * 100 + self.r.randrange(of))

    def money(self) -> Data:
        amount = f"{self.r.choice((1, 3, 10, 33, 100, 999))}.{self.r.randrange(100):02}"
        if self.r.random() < 0.3:
            return {"amount": amount, "currency": "USD", "rate": self.r.choice(("0.9153", "1.1", "0.33335"))}
        return {"amount": amount, "currency": "EUR"}

    def shares(self, amount: str) -> Data:
        cents = int(amount.replace(".", ""))
        part = self.r.randrange(cents + 1)
        return {A: f"{part // 100}.{part % 100:02}", B: f"{(cents - part) // 100}.{(cents - part) % 100:02}"}

    def maybe(self, **fields: Any) -> Data:
        return {name: value for name, value in fields.items() if self.r.random() < 0.6}

    def figure(self) -> str:
        return self.r.choice(("0", "1", "2.5", "3.3333", "10", "-4", "7"))


def _family(kind: str) -> str:
    return AGGREGATE_OF[FACTS[kind]].name


def _realised(a: Author) -> Data:
    money = a.money()
    return {
        "realisation_id": a.item(19, 6),
        "initiative_id": a.item(18, 3),
        "money": money,
        "shares": a.shares(money["amount"]),
        "claimed_by": a.r.choice((A, B)),
    }


def _approved(a: Author) -> Data:
    target = a.money()
    start = a.day()
    data: Data = {
        "initiative_id": a.item(18, 3),
        "target": target,
        "start_on": str(start),
        "target_by": str(start + timedelta(days=a.r.choice((0, 90, 400)))),
    }
    if a.r.random() < 0.7:
        percent = a.r.choice((0, 30, 50, 60))
        data["agreed_share"] = {A: str(percent), B: str(100 - percent)}
    if a.r.random() < 0.4:
        parts = list(a.shares(target["amount"]).values())
        data["phasing"] = [{"by": str(a.day()), "amount": amount} for amount in parts if float(amount) > 0]
    return data


def _answered(a: Author) -> Data:
    keys = a.r.sample(("q1", "q2", "q3"), a.r.choice((1, 2, 3, 3)))
    return {
        "check_id": a.item(20, 3),
        "party": a.r.choice((A, A, B, B, C)),
        "respondent": f"n-{a.r.randrange(4)}",
        "answers": {key: a.r.randrange(1, 6) for key in keys},
        **a.maybe(recommend=a.r.randrange(11)),
    }


def _opened(a: Author) -> Data:
    questions = [
        {"key": f"q{n}", "principle": a.r.choice(("P2", "P2", "P7")), "text": "How well?"}
        for n in range(1, a.r.choice((2, 3, 4)))
    ]
    return {
        "check_id": a.item(20, 3),
        "questions": questions,
        "invited": {A: a.r.choice((0, 3, 5)), B: a.r.choice((3, 4))},
    }


Writer = Callable[[Author], Data]


def _of_a_recipient(a: Author) -> Data:
    return {"share_id": a.item(13, 8), "party": a.r.choice((A, B))}


WRITERS: dict[str, Writer] = {
    "relationship.party_joined": lambda _: {"party": C},
    "relationship.party_left": lambda a: {"party": a.r.choice((C, C, C, C, C, B))},
    "lifecycle.stage_entered": lambda a: {
        "stage": a.r.choice((1, 5, 5, 6, 7, 7, 8, 8)),
        "gate": a.r.choice(("proceed", "return", "stop")),
    },
    "role.assigned": lambda a: {
        "role_id": a.item(1, 6),
        "role": a.r.choice(ROLES),
        "party": a.party(),
        "person": a.person(),
        **a.maybe(deputy=a.person()),
    },
    "role.deputy_named": lambda a: {"role_id": a.item(1, 6), "deputy": a.person()},
    "role.vacated": lambda a: {"role_id": a.item(1, 6)},
    "role.handed_over": lambda a: {"role_id": a.item(1, 6), "to": a.person()},
    "joint_plan.issued": lambda a: {"version": a.r.choice((1, 1, 2)), "effective_on": str(a.day())},
    "joint_plan.agreed": lambda a: {"version": a.r.choice((1, 1, 2)), "party": a.party(), "signatory": a.person()},
    "joint_plan.reviewed": lambda a: {"version": a.r.choice((1, 2))},
    "charter.issued": lambda a: {"version": a.r.choice((1, 1, 2))},
    "charter.signed": lambda a: {"version": a.r.choice((1, 1, 2)), "party": a.party(), "signatory": a.person()},
    "behaviour_concern.raised": lambda a: {
        "concern_id": a.item(2),
        "by_party": A,
        "about_party": B,
        "description": "Late replies",
    },
    "behaviour_concern.closed": lambda a: {"concern_id": a.item(2)},
    "objective.agreed": lambda a: {
        "objective_id": a.item(3),
        "title": "Fewer defects",
        "measure": "defects",
        "unit": "ppm",
        "baseline": a.figure(),
        "target": a.figure(),
        "due_on": a.due(),
        "owner_party": a.party(),
        **a.maybe(links=[{"party": p, "own_objective": "Quality"} for p in a.parties()]),
    },
    "objective.linked": lambda a: {"objective_id": a.item(3), "party": a.party(), "own_objective": "Quality"},
    "objective.endorsed": lambda a: {"objective_id": a.item(3), "party": a.party()},
    "objective.measured": lambda a: {"objective_id": a.item(3), "value": a.figure()},
    "objective.revised": lambda a: {
        "objective_id": a.item(3),
        "due_on": a.due(),
        **a.maybe(target=a.figure()),
        "agreed_by": a.parties(),
    },
    "objective.withdrawn": lambda a: {"objective_id": a.item(3), "agreed_by": a.parties()},
    "governance_body.established": lambda a: {
        "body_id": a.item(4, 2),
        "name": "Board",
        "level": a.r.choice(("strategic", "strategic", "operational")),
        "cadence_days": a.r.choice((30, 90, 365, 400)),
        "required_roles": a.r.sample(ROLES, a.r.choice((0, 1, 2))),
    },
    "governance_body.dissolved": lambda a: {"body_id": a.item(4, 2)},
    "meeting.scheduled": lambda a: {"meeting_id": a.item(5), "body_id": a.item(4, 2), "scheduled_for": a.due()},
    "meeting.held": lambda a: {
        **({"meeting_id": a.item(5)} if a.r.random() < 0.7 else {"body_id": a.item(4, 2)}),
        "attendees": [{"party": p, "role": a.r.choice(ROLES[:2]), "person": a.person()} for p in a.parties()],
    },
    "meeting.cancelled": lambda a: {"meeting_id": a.item(5), "agreed_by": a.parties()},
    "decision.taken": lambda a: {
        "decision_id": a.item(6),
        "body_id": a.item(4, 2),
        "text": "Go ahead",
        "agreed_by": a.parties(),
        "owner_party": a.party(),
        **a.maybe(due_on=a.due()),
    },
    "decision.implemented": lambda a: {"decision_id": a.item(6)},
    "decision.reversed": lambda a: {"decision_id": a.item(6)},
    "resource.committed": lambda a: {
        "resource_id": a.item(7),
        "by_party": a.party(),
        "kind": "people",
        "needed_by": a.due(),
        "description": "Two engineers",
    },
    "resource.provided": lambda a: {"resource_id": a.item(7)},
    "commitment.made": lambda a: {
        "commitment_id": a.item(8, 8),
        "by_party": a.r.choice((A, B)),
        "to_parties": a.two(),
        "title": "Deliver",
        "due_on": a.due(),
    },
    "commitment.accepted": lambda a: {"commitment_id": a.item(8, 8), "party": a.party()},
    "commitment.rescheduled": lambda a: {
        "commitment_id": a.item(8, 8),
        "new_due_on": a.due(),
        "requested_on": str(a.day()),
        "agreed_by": a.parties(),
    },
    "commitment.fulfilled": lambda a: {"commitment_id": a.item(8, 8)},
    "commitment.fulfilment_confirmed": lambda a: {"commitment_id": a.item(8, 8), "party": a.party()},
    "commitment.fulfilment_disputed": lambda a: {"commitment_id": a.item(8, 8), "party": a.party(), "reason": "No"},
    "commitment.dispute_settled": lambda a: {
        "commitment_id": a.item(8, 8),
        "outcome": a.r.choice(("upheld", "rejected")),
    },
    "commitment.broken": lambda a: {"commitment_id": a.item(8, 8), "reason_code": "capacity"},
    "commitment.withdrawn": lambda a: {"commitment_id": a.item(8, 8), "agreed_by": a.parties()},
    "risk.identified": lambda a: {
        "risk_id": a.item(9),
        "title": "Delay",
        "category": "supply",
        "joint": True,
        **a.maybe(owner_party=a.party()),
    },
    "risk.owner_assigned": lambda a: {"risk_id": a.item(9), "owner_party": a.party()},
    "risk.assessed": lambda a: {
        "risk_id": a.item(9),
        "probability": a.r.randrange(1, 6),
        "impact": a.r.randrange(1, 6),
    },
    "risk.treatment_planned": lambda a: {
        "risk_id": a.item(9),
        "treatment_id": a.item(10, 6),
        "action": "Second source",
        "due_on": a.due(),
        "owner_party": a.party(),
    },
    "risk.treatment_completed": lambda a: {"risk_id": a.item(9), "treatment_id": a.item(10, 6)},
    "risk.reviewed": lambda a: {"risk_id": a.item(9)},
    "risk.accepted": lambda a: {"risk_id": a.item(9), "by_parties": a.parties(), "until": a.due()},
    "risk.materialised": lambda a: {"risk_id": a.item(9), **a.maybe(issue_id=a.item(11))},
    "risk.closed": lambda a: {"risk_id": a.item(9)},
    "issue.raised": lambda a: {
        "issue_id": a.item(11),
        "by_party": a.party(),
        "severity": a.r.randrange(1, 5),
        "title": "Stoppage",
        **a.maybe(linked_risk=a.item(9)),
    },
    "issue.escalated": lambda a: {
        "issue_id": a.item(11),
        "level": a.r.choice(("management", "strategic", "strategic")),
    },
    "issue.acknowledged": lambda a: {
        "issue_id": a.item(11),
        "level": a.r.choice(("management", "strategic")),
        "by": a.person(),
    },
    "issue.resolved": lambda a: {"issue_id": a.item(11)},
    "issue.reopened": lambda a: {"issue_id": a.item(11)},
    "information.requested": lambda a: {
        "request_id": a.item(12),
        "by_party": A,
        "from_party": B,
        "topic": "Forecast",
        "needed_by": a.due(),
    },
    "information.request_withdrawn": lambda a: {"request_id": a.item(12)},
    "information.request_declined": lambda a: {
        "request_id": a.item(12),
        "ground": "secret",
        "permitted": a.r.choice((True, False)),
    },
    "knowledge.shared": lambda a: {
        "share_id": a.item(13, 8),
        "from_party": (giver := a.r.choice((A, B))),
        "to_parties": [B if giver == A else A],
        "topic": "Forecast",
        "contains_personal_data": False,
        **a.maybe(
            classification=a.r.choice(("public", "confidential", "restricted")),
            ip_status=a.r.choice(("none", "background")),
            permitted_use=a.r.choice(("", "planning")),
            answers_request=a.item(12),
            expires_on=a.due(),
        ),
    },
    "knowledge.acknowledged": _of_a_recipient,
    "knowledge.access_revoked": _of_a_recipient,
    "knowledge.returned": _of_a_recipient,
    "knowledge.destroyed": _of_a_recipient,
    "information.breach_reported": lambda a: {
        "breach_id": a.item(14, 9),
        "severity": a.r.randrange(1, 5),
        "description": "Sent to the wrong list",
    },
    "lesson.recorded": lambda a: {"lesson_id": a.item(15), "title": "Ask early"},
    "lesson.applied": lambda a: {"lesson_id": a.item(15), "where_applied": "Next project"},
    "initiative.proposed": lambda a: {
        "initiative_id": a.item(18, 3),
        "by_party": a.r.choice((A, B)),
        "title": "Reuse boxes",
        "value_type": "cost",
        "expected": a.money(),
    },
    "initiative.approved": _approved,
    "initiative.rejected": lambda a: {"initiative_id": a.item(18, 3)},
    "initiative.stopped": lambda a: {"initiative_id": a.item(18, 3)},
    "value.realised": _realised,
    "value.verified": lambda a: {"realisation_id": a.item(19, 6), "by_party": a.r.choice((A, B))},
    "value.reversed": lambda a: {"realisation_id": a.item(19, 6)},
    "competence.required": lambda a: {
        "role": a.r.choice(ROLES),
        "competence": a.r.choice(COMPETENCES),
        "level": a.r.randrange(1, 6),
    },
    "competence.assessed": lambda a: {
        "role_id": a.item(1, 6),
        "competence": a.r.choice(COMPETENCES),
        "level": a.r.randrange(1, 6),
        "valid_until": a.due(),
    },
    "development_action.agreed": lambda a: {
        "action_id": a.item(16),
        "title": "Workshop",
        "due_on": a.due(),
        "joint": True,
    },
    "development_action.completed": lambda a: {"action_id": a.item(16)},
    "behaviour.rated": lambda a: {
        "about_party": (about := a.r.choice((A, B))),
        "by_party": B if about == A else A,
        "respondent": f"n-{a.r.randrange(5)}",
        "rating": a.r.randrange(1, 6),
    },
    "health_check.opened": _opened,
    "health_check.answered": _answered,
    "health_check.closed": lambda a: {"check_id": a.item(20, 3)},
    "improvement_action.raised": lambda a: {
        "action_id": a.item(17),
        "title": "Shorter agenda",
        "origin": "review",
        "owner_party": a.party(),
        "due_on": a.due(),
    },
    "improvement_action.completed": lambda a: {"action_id": a.item(17)},
    "improvement_action.verified": lambda a: {"action_id": a.item(17), "effective": a.r.choice((True, False))},
    "exit_strategy.issued": lambda a: {
        "version": a.r.choice((1, 1, 2)),
        "parts": a.r.sample(EXIT_PARTS, a.r.randrange(1, 8)),
    },
    "exit_strategy.agreed": lambda a: {"version": a.r.choice((1, 1, 2)), "party": a.party(), "signatory": a.person()},
    "exit_strategy.reviewed": lambda a: {"version": a.r.choice((1, 2))},
    "exit_trigger.defined": lambda a: {"trigger_id": a.item(21, 2), "condition": "Change of control"},
    "exit_trigger.observed": lambda a: {"trigger_id": a.item(21, 2)},
    "exit_trigger.assessed": lambda a: {"trigger_id": a.item(21, 2), "decision": "continue"},
    "exit_obligation.added": lambda a: {
        "obligation_id": a.item(22),
        "party": a.party(),
        "title": "Return tools",
        "due_on": a.due(),
    },
    "exit_obligation.discharged": lambda a: {"obligation_id": a.item(22)},
}
IDS = {item_field(fact) for fact in FACTS.values()} | {"treatment_id", "version"}
FAMILIES = sorted({_family(kind) for kind in WRITERS})
