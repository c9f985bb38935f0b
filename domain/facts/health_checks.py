"""Health checks (P2, P7, P11): rounds of questions to people of every party. Rules: docs/principles.md A18–A24, A98."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.errors import IsMalformed, IsNotAllowedNow, unknown
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import FreeText, ItemId, Level5, PartyId, PrincipleId, Respondent, SealedText, ShortText, field


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of a round, answered from 1 to 5."""

    key: Annotated[ShortText, field(part="code")]
    principle: Annotated[PrincipleId, field(part="label")]
    text: FreeText


# Facts


class HealthCheckOpened(Fact, frozen=True, kw_only=True, tag="health_check.opened"):
    """A round began; `invited`: how many people of each party were asked."""

    creates: ClassVar[bool] = True

    check_id: ItemId | None = None
    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]
    invited: dict[
        Annotated[UUID, field(part="party", known="party")],
        Annotated[int, Meta(ge=0, le=1_000_000), field(part="number")],
    ]


class HealthCheckAnswered(Fact, frozen=True, kw_only=True, tag="health_check.answered"):
    """Someone of a party answered; an earlier answer of the same respondent is gone as a whole."""

    check_id: ItemId
    party: PartyId
    respondent: Respondent
    answers: dict[
        Annotated[ShortText, field(part="code")],
        Annotated[Level5, field(part="number")],
    ]
    recommend: Annotated[int, Meta(ge=0, le=10), field(column="number")] | None = None
    comment: SealedText | None = None


class HealthCheckClosed(Fact, frozen=True, kw_only=True, tag="health_check.closed"):
    """The round takes no more answers and can be scored."""

    check_id: ItemId


class ConsensusAgreed(Fact, frozen=True, kw_only=True, tag="consensus.agreed"):
    """The parties settled on one rating of a question of the round."""

    check_id: ItemId
    question: Annotated[ShortText, field(column="code")]
    rating: Annotated[Level5, field(column="number")]


# State


class HealthCheck(Struct, frozen=True, kw_only=True):
    """A round as its facts leave it. `consensus`: the rating last agreed on each question."""

    questions: frozenset[str]
    consensus: tuple[tuple[str, int], ...] = ()
    closed: bool = False


# Decisions


def decide(state: HealthCheck | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, HealthCheckOpened):
        if len({question.key for question in fact.questions}) < len(fact.questions):
            raise IsMalformed("Two questions of the round have the same key.", "questions")
        return fact
    assert state is not None, "the register has checked that the item is known"
    if isinstance(fact, ConsensusAgreed):
        _refuse_unasked(state, fact.question, "question")
        return None if (fact.question, fact.rating) in state.consensus else fact
    if state.closed:
        raise IsNotAllowedNow(f"The round was already closed before this entry of {entry.on}.")
    if isinstance(fact, HealthCheckAnswered):
        for key in fact.answers:
            _refuse_unasked(state, key, "answers")
    return fact


def _refuse_unasked(state: HealthCheck, key: str, field: str) -> None:
    if key not in state.questions:
        raise unknown("question", key, field)


# State from facts


def evolve(state: HealthCheck | None, entry: Entry) -> HealthCheck:
    fact = entry.fact
    if isinstance(fact, HealthCheckOpened):
        return HealthCheck(questions=frozenset(question.key for question in fact.questions))
    assert state is not None
    match fact:
        case HealthCheckClosed():
            return replace(state, closed=True)
        case ConsensusAgreed():
            agreed = {**dict(state.consensus), fact.question: fact.rating}
            return replace(state, consensus=tuple(agreed.items()))
    return state


health_checks = Aggregate(
    name="health_check",
    key="check_id",
    facts=(HealthCheckOpened, HealthCheckAnswered, HealthCheckClosed, ConsensusAgreed),
    decide=decide,
    evolve=evolve,
)
