"""The joint relationship management plan (P1), issued in versions. Rules: docs/principles.md A35, A36."""

from datetime import date
from typing import Annotated

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.facts.versions import Versions, refuse_unless_issued, refuse_unless_next
from domain.values import DueOn, PartyId, PersonId, SealedText, Title, Version, field

# Facts


class JointPlanIssued(Fact, frozen=True, kw_only=True, tag="joint_plan.issued"):
    """A version of the plan lies before the parties; it takes effect on `effective_on`."""

    version: Version
    effective_on: DueOn
    next_review_on: date | None = None
    parts: tuple[Annotated[Title, field(part="code")], ...] = ()


class JointPlanAgreed(Fact, frozen=True, kw_only=True, tag="joint_plan.agreed"):
    """A party agreed to a version."""

    version: Version
    party: PartyId
    signatory: PersonId


class JointPlanReviewed(Fact, frozen=True, kw_only=True, tag="joint_plan.reviewed"):
    """A version was looked through and found current, or not."""

    version: Version
    outcome: SealedText | None = None


# Decisions


def decide(state: Versions | None, entry: Entry, world: World) -> Fact | None:
    state = state or Versions()
    fact = entry.fact
    if isinstance(fact, JointPlanIssued):
        refuse_unless_next(state, fact.version)
        return fact
    assert isinstance(fact, JointPlanAgreed | JointPlanReviewed)
    refuse_unless_issued(state, fact.version, entry)
    if isinstance(fact, JointPlanAgreed) and (fact.version, fact.party) in state.signed:
        return None
    return fact


# State from facts


def evolve(state: Versions | None, entry: Entry) -> Versions:
    state = state or Versions()
    match entry.fact:
        case JointPlanIssued(version=version):
            return state.issue(version)
        case JointPlanAgreed(version=version, party=party):
            return state.sign(version, party)
        case _:
            return state


joint_plans = Aggregate(
    name="joint_plan",
    key=None,
    facts=(JointPlanIssued, JointPlanAgreed, JointPlanReviewed),
    decide=decide,
    evolve=evolve,
)
