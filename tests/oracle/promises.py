"""Commitments and objectives at T: scored due dates and outcomes (docs/principles.md A9 to A16, A41)."""

from dataclasses import dataclass
from datetime import date

from oracle.entries import Entry, day
from oracle.facts import Facts


@dataclass
class Promise:
    """A commitment or an objective with its scored due date and the entries that touched it."""

    made: Entry
    due: date
    mover: Entry | None
    withdrawn: bool
    without_effect: list[tuple[Entry, str]]


@dataclass
class Commitment(Promise):
    outcome: str
    fulfilment: Entry | None
    disputed: bool
    verdict: Entry | None
    breach: Entry | None
    reschedules: list[str]

    @property
    def id(self) -> str:
        return str(self.made.data["commitment_id"])

    @property
    def deciders(self) -> list[Entry | None]:
        return [self.mover, self.fulfilment, self.verdict, self.breach]


@dataclass
class Objective(Promise):
    target: str
    target_mover: Entry | None

    @property
    def id(self) -> str:
        return str(self.made.data["objective_id"])


def without_effect(entries: list[Entry]) -> list[tuple[Entry, str]]:
    listed = []
    for e in entries:
        if e.data["effect"] in ("late_replan", "late"):
            listed.append((e, "late_replan"))
        if e.data["effect"] == "not_agreed":
            listed.append((e, "not_agreed"))
    return listed


def commitments(facts: Facts) -> list[Commitment]:
    return [_commitment(facts, made) for made in facts.of("commitment.made")]


def _commitment(facts: Facts, made: Entry) -> Commitment:
    of_it = {"commitment_id": made.data["commitment_id"]}
    due, mover = day(made.data["due_on"]), None
    reschedulings = facts.of("commitment.rescheduled", **of_it)
    for e in reschedulings:
        if e.data["effect"] == "moves_due_date":
            due, mover = day(e.data["new_due_on"]), e

    fulfilment, disputed, verdict = None, False, None
    for e in facts.of("commitment.fulfilled", "commitment.fulfilment_disputed", "commitment.dispute_settled", **of_it):
        if e.type == "commitment.fulfilled":
            fulfilment = e
        elif e.type == "commitment.fulfilment_disputed":
            disputed, verdict = True, e
        else:
            disputed, verdict = False, e
            if e.data["outcome"] == "upheld":
                fulfilment = None

    withdrawals = facts.of("commitment.withdrawn", **of_it)
    withdrawn = any(e.data["effect"] == "effective" for e in withdrawals)
    breach = facts.first("commitment.broken", **of_it)
    return Commitment(
        made=made,
        due=due,
        mover=mover,
        withdrawn=withdrawn,
        without_effect=without_effect(reschedulings + withdrawals),
        outcome=_outcome(facts, due, withdrawn, breach, fulfilment, disputed),
        fulfilment=fulfilment,
        disputed=disputed,
        verdict=verdict,
        breach=breach,
        reschedules=[e.data["effect"] for e in reschedulings],
    )


def _outcome(
    facts: Facts, due: date, withdrawn: bool, breach: Entry | None, fulfilment: Entry | None, disputed: bool
) -> str:
    """The first that fits (A12)."""
    if withdrawn:
        return "WITHDRAWN"
    if breach is not None:
        return "BROKEN"
    if fulfilment is not None:
        if fulfilment.on > due:
            return "LATE"
        return "DISPUTED" if disputed else "KEPT"
    if due >= facts.today:
        return "PENDING"
    return "OVERDUE" if facts.age(due) <= 30 else "BROKEN"


def objectives(facts: Facts) -> list[Objective]:
    found = []
    for made in facts.of("objective.agreed"):
        of_it = {"objective_id": made.data["objective_id"]}
        due, mover, target, target_mover = day(made.data["due_on"]), None, made.data["target"], None
        revisions = facts.of("objective.revised", **of_it)
        for e in revisions:
            if e.data["effect"] == "moves_due_date":
                if e.data.get("due_on") is not None:
                    due, mover = day(e.data["due_on"]), e
                if e.data.get("target") is not None:
                    target, target_mover = e.data["target"], e
        withdrawals = facts.of("objective.withdrawn", **of_it)
        withdrawn = any(e.data["effect"] == "effective" for e in withdrawals)
        found.append(
            Objective(
                made=made,
                due=due,
                mover=mover,
                withdrawn=withdrawn,
                without_effect=without_effect(revisions + withdrawals),
                target=target,
                target_mover=target_mover,
            )
        )
    return found
