"""The four ways to record. A refusal is an answer, not an error; nothing of a refused command is stored."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from uuid import UUID

import strawberry
from msgspec import Struct, inspect
from starlette.concurrency import run_in_threadpool

from api.graphql.schema import ids
from api.graphql.schema.context import Info
from api.graphql.schema.events import Event, event_of
from api.graphql.schema.fact_inputs import FactInput, GivenFact, members_of
from api.graphql.schema.fields import described
from api.graphql.schema.forms import Member, form_of, input_type
from api.graphql.schema.refusals import Refused, refused
from api.graphql.schema.scalars import BigInt
from domain.errors import IsMalformed, Refusal
from domain.facts.fact import Draft
from domain.register import Answer, Command, FactIsRefused

MOST_FACTS = 1000


@strawberry.type(
    description="The facts are recorded, or would be (`dryRun`), or held already (then there is no event)."
)
class Recorded:
    events: list[Event]
    position: BigInt = strawberry.field(description="That of the newest event.")
    replayed: bool = strawberry.field(description="The command was recorded before; this is its first answer again.")


RecordResult = Annotated[Recorded | Refused, strawberry.union(name="RecordResult")]


@strawberry.input(description="One command: all of its facts are recorded, or none.")
class RecordInput:
    command_id: strawberry.ID = strawberry.field(description="1 to 200 characters; repeating a command is harmless.")
    relationship_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of every fact but the register-wide ones."
    )
    on_behalf_of: strawberry.ID | None = strawberry.field(default=None, description="The party for whom it is said.")
    facts: list[FactInput]
    dry_run: bool | None = strawberry.field(default=False, description="Decide, and store nothing.")


class Given(Struct, frozen=True, kw_only=True):
    """A command of one fact about an entry."""

    command_id: str
    on_behalf_of: str | None
    fact: GivenFact
    dry_run: bool


class _About(Struct, frozen=True):
    """Makes commands of one event type from the input of its mutation."""

    type: str

    def given(self, value: Mapping[str, Any]) -> Given:
        return Given(
            command_id=value["commandId"],
            on_behalf_of=value.get("onBehalfOf"),
            fact=GivenFact(type=self.type, given=value),
            dry_run=bool(value.get("dryRun")),
        )


def _input(name: str, type_: str, description: str) -> Any:
    an_id = form_of(inspect.UUIDType(), "", "")
    members = (
        Member("command_id", "commandId", an_id, True, "1 to 200 characters; repeating a command is harmless."),
        Member("on_behalf_of", "onBehalfOf", an_id, False, "The party for whom it is said."),
        *members_of(type_),
        Member("dry_run", "dryRun", form_of(inspect.BoolType(), "", ""), False, "Decide, and store nothing.", False),
    )
    return input_type(name, description, members, _About(type_).given)


if TYPE_CHECKING:
    CountersignInput: TypeAlias = Given
    CorrectInput: TypeAlias = Given
    VoidInput: TypeAlias = Given
else:
    CountersignInput = _input("CountersignInput", "entry.countersigned", "Whether a party takes an entry for true.")
    CorrectInput = _input("CorrectInput", "entry.corrected", "What an entry should have said.")
    VoidInput = _input("VoidInput", "entry.voided", "That an entry should not have been made.")


@strawberry.type
class Mutation:
    @described("Record one or more facts in one transaction.")
    async def record(self, info: Info, input: RecordInput) -> RecordResult:
        return await _record(
            info, input.command_id, input.facts, input.relationship_id, input.on_behalf_of, bool(input.dry_run)
        )

    @described("Say whether a party takes an entry for true; on behalf of that party unless another is named.")
    async def countersign(self, info: Info, input: CountersignInput) -> RecordResult:
        on_behalf_of = input.on_behalf_of or input.fact.given["party"]
        return await _record(info, input.command_id, [input.fact], None, on_behalf_of, input.dry_run)

    @described("Replace what an entry says. It stays in the log, with the correction beside it.")
    async def correct(self, info: Info, input: CorrectInput) -> RecordResult:
        return await _record(info, input.command_id, [input.fact], None, input.on_behalf_of, input.dry_run)

    @described("Take an entry's effect away. It stays in the log, with the void beside it.")
    async def void(self, info: Info, input: VoidInput) -> RecordResult:
        return await _record(info, input.command_id, [input.fact], None, input.on_behalf_of, input.dry_run)


async def _record(
    info: Info,
    command_id: str,
    facts: Sequence[GivenFact],
    relationship_id: str | None,
    on_behalf_of: str | None,
    dry_run: bool,
) -> Recorded | Refused:
    try:
        relationship, party = _key(relationship_id, "relationship_id"), _key(on_behalf_of, "on_behalf_of")
        if not 1 <= len(facts) <= MOST_FACTS:
            raise IsMalformed(f"A command has 1 to {MOST_FACTS} facts, not {len(facts)}.", "facts")
        drafts = _drafts(facts, relationship, party)
        command = Command(command_id=command_id, drafts=drafts, actor=info.context.actor)
        answer = await run_in_threadpool(info.context.services.register.record, command, dry_run=dry_run)
    except FactIsRefused as refusal:
        return refused(refusal.refusal, refusal.index)
    except Refusal as refusal:
        return refused(refusal)
    return _recorded(info, answer, dry_run)


def _drafts(facts: Sequence[GivenFact], relationship: UUID | None, party: UUID | None) -> tuple[Draft, ...]:
    drafts = []
    for index, fact in enumerate(facts):
        try:
            drafts.append(fact.draft(relationship, party))
        except Refusal as refusal:
            raise FactIsRefused(index, refusal) from refusal
    return tuple(drafts)


def _recorded(info: Info, answer: Answer, dry_run: bool) -> Recorded:
    if not dry_run:
        info.context.has_recorded(() if answer.replayed else answer.events)
    events = [event_of(envelope) for envelope in answer.events]
    return Recorded(events=events, position=answer.position, replayed=answer.replayed)


def _key(text: str | None, field: str) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(ids.plain(text))
    except ValueError as error:
        raise IsMalformed(f"{field} is {text[:100]!r}, which is no id.", field) from error
