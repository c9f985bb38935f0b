"""Issues (P4, P5, P10): raised, escalated, answered, resolved, reopened. Rules: docs/principles.md A46, A50, A69."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import ItemId, PartyId, PersonId, SealedText, Title, field

Level = Literal["management", "strategic"]

# Facts


class IssueRaised(Fact, frozen=True, kw_only=True, tag="issue.raised"):
    """A party named a problem. Severity 1 is the worst."""

    creates: ClassVar[bool] = True

    issue_id: ItemId | None = None
    by_party: PartyId
    severity: Annotated[int, Meta(ge=1, le=4), field(column="number")]
    title: Title
    linked_risk: Annotated[UUID, field(column="ref", known="risk")] | None = None


class IssueEscalated(Fact, frozen=True, kw_only=True, tag="issue.escalated"):
    """The issue was laid before a higher level."""

    issue_id: ItemId
    level: Annotated[Level, field(column="code")]


class IssueAcknowledged(Fact, frozen=True, kw_only=True, tag="issue.acknowledged"):
    """Someone of that level answered for the issue."""

    issue_id: ItemId
    level: Annotated[Level, field(column="code")]
    by: PersonId


class IssueResolved(Fact, frozen=True, kw_only=True, tag="issue.resolved"):
    """The issue was settled on that day."""

    issue_id: ItemId
    outcome: SealedText | None = None


class IssueReopened(Fact, frozen=True, kw_only=True, tag="issue.reopened"):
    """The resolution did not hold."""

    issue_id: ItemId


# State


class Issue(Struct, frozen=True, kw_only=True):
    """An issue as its facts leave it. `answers`: who acknowledged it at which level since it was last laid open."""

    resolved: bool = False
    answers: frozenset[tuple[Level, UUID]] = frozenset()


# Decisions


def decide(state: Issue | None, entry: Entry, world: World) -> Fact | None:
    """An issue may be escalated and acknowledged at any time: A46 looks at the order of answers, not at the state."""
    fact = entry.fact
    if isinstance(fact, IssueRaised):
        return fact
    assert state is not None, "the register has checked that the item is known"
    match fact:
        case IssueAcknowledged() if (fact.level, fact.by) in state.answers:
            return None
        case IssueResolved() if state.resolved:
            raise IsNotAllowedNow(f"The issue was already resolved before this entry of {entry.on}.")
        case IssueReopened() if not state.resolved:
            raise IsNotAllowedNow(f"Only a resolved issue can be reopened, and this one is open on {entry.on}.")
    return fact


# State from facts


def evolve(state: Issue | None, entry: Entry) -> Issue:
    fact = entry.fact
    if isinstance(fact, IssueRaised):
        return Issue()
    assert state is not None
    match fact:
        case IssueEscalated():
            return replace(state, answers=frozenset())
        case IssueAcknowledged():
            return replace(state, answers=state.answers | {(fact.level, fact.by)})
        case IssueResolved():
            return replace(state, resolved=True)
    assert isinstance(fact, IssueReopened)
    return Issue()


issues = Aggregate(
    name="issue",
    key="issue_id",
    facts=(IssueRaised, IssueEscalated, IssueAcknowledged, IssueResolved, IssueReopened),
    decide=decide,
    evolve=evolve,
)
