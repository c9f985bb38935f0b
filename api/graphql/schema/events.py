"""Events: the entries of the log, with their sealed texts opened where they have not been erased."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.graphql.schema.connections import Connection, connection
from api.graphql.schema.context import Info
from api.graphql.schema.enums import CountersignatureDecision, View
from api.graphql.schema.fields import described
from api.graphql.schema.ids import global_id, optional_key
from api.graphql.schema.node import Node
from api.graphql.schema.organisations import Organisation, known_organisations, organisation
from api.graphql.schema.scalars import JSON, BigInt
from api.graphql.schema.trail import InclusionProof, proof
from domain.facts import entries
from domain.facts.fact import Envelope
from domain.facts.structure import data
from domain.values import Sealed
from projections.entries import EntryFilter
from projections.pages import Page

if TYPE_CHECKING:
    from api.graphql.schema.relationships import Relationship


@strawberry.type(description="A person or program that records, by a pseudonym.")
class Actor:
    id: strawberry.ID


@strawberry.type(description="A document named by an entry; its hash binds the file to the event.")
class Evidence:
    title: str
    uri: str | None
    sha256: str | None
    media_type: str | None


@strawberry.type(description="What a party said of an entry.")
class Countersignature:
    event: "Event"
    decision: CountersignatureDecision
    on: date
    recorded_at: datetime
    said: strawberry.Private[entries.EntryCountersigned]

    @strawberry.field
    async def party(self, info: Info) -> Organisation:
        (party,) = await known_organisations(info, (self.said.party,))
        return party

    @strawberry.field
    async def comment(self, info: Info) -> str | None:
        return await opened(info, self.said.comment)


@strawberry.type(description="One entry of the log. It never changes; what others say about it is added.")
class Event(Node):
    uuid: strawberry.ID = strawberry.field(description="The id as it stands in facts and files.")
    position: BigInt = strawberry.field(description="Its place in the order of all events, from 1.")
    type: str = strawberry.field(description="The stored name, for example commitment.made.")
    schema_version: int
    version: int = strawberry.field(
        description="Its place among the events of its item, from 1: `expectedVersion` takes the last one."
    )
    on: date = strawberry.field(description="The day on which the fact holds.")
    recorded_at: datetime
    actor: Actor
    visibility: View
    source: str
    command_id: str
    evidence: list[Evidence]
    envelope: strawberry.Private[Envelope]

    @described("The party for whom the actor speaks.")
    async def on_behalf_of(self, info: Info) -> Organisation | None:
        key = self.envelope.on_behalf_of
        return None if key is None else await organisation(info, key)

    @strawberry.field
    async def relationship(
        self, info: Info
    ) -> Annotated["Relationship", strawberry.lazy("api.graphql.schema.relationships")] | None:
        from api.graphql.schema.relationships import relationship  # noqa: PLC0415 - the two types name each other

        key = self.envelope.relationship_id
        return None if key is None else await relationship(info, key)

    @described("The fact's fields by their stored names. A sealed text is shown; an erased one is left sealed.")
    async def data(self, info: Info) -> JSON:
        return await _unsealed(info, data(self.envelope.data))

    @strawberry.field
    async def note(self, info: Info) -> str | None:
        return await opened(info, self.envelope.note)

    @described("The correction in force: it gives the data, and the day where it names one.")
    async def corrected_by(self, info: Info) -> "Event | None":
        remarks = await info.context.load.remarks.load((self.envelope.stream_id, self.envelope.event_id))
        return None if remarks.corrected_by is None else event_of(remarks.corrected_by)

    @described("The void through which it has no effect any more.")
    async def voided_by(self, info: Info) -> "Event | None":
        remarks = await info.context.load.remarks.load((self.envelope.stream_id, self.envelope.event_id))
        return None if remarks.voided_by is None else event_of(remarks.voided_by)

    @described("That it is in the log at its place, provable without this register.")
    async def proof(self, info: Info) -> InclusionProof:
        return await proof(info, self.envelope.position)

    @described("What parties said of it, in the order of recording.")
    async def countersignatures(self, info: Info) -> list[Countersignature]:
        remarks = await info.context.load.remarks.load((self.envelope.stream_id, self.envelope.event_id))
        return [_countersignature(said) for said in remarks.countersigned]


def event_of(envelope: Envelope) -> Event:
    return Event(
        id=global_id("Event", envelope.event_id),
        uuid=strawberry.ID(str(envelope.event_id)),
        position=envelope.position,
        type=envelope.type,
        schema_version=envelope.schema_version,
        version=envelope.stream_version,
        on=envelope.on,
        recorded_at=envelope.recorded_at,
        actor=Actor(id=strawberry.ID(envelope.actor)),
        visibility=View(envelope.visibility),
        source=envelope.source,
        command_id=envelope.command_id,
        evidence=[
            Evidence(title=item.title, uri=item.uri, sha256=item.sha256, media_type=item.media_type)
            for item in envelope.evidence
        ],
        envelope=envelope,
    )


def events_page(page: Page[Envelope], after: str | None) -> Connection[Event]:
    return connection(page, [event_of(envelope) for envelope in page.rows], after)


def _countersignature(envelope: Envelope) -> Countersignature:
    said = envelope.data
    assert isinstance(said, entries.EntryCountersigned)
    return Countersignature(
        event=event_of(envelope),
        decision=CountersignatureDecision(said.decision),
        on=envelope.on,
        recorded_at=envelope.recorded_at,
        said=said,
    )


# Sealed texts


async def opened(info: Info, text: str | Sealed | None) -> str | None:
    """The text, None where there is none or it has been erased."""
    return await info.context.load.texts.load(text) if isinstance(text, Sealed) else text


async def _unsealed(info: Info, value: Any) -> Any:
    """The data with every sealed text in it opened, where it has not been erased."""
    sealed = list(_sealed(value))
    texts = await info.context.load.texts.load_many(sealed)
    return _with(value, {one.sha256: text for one, text in zip(sealed, texts, strict=True) if text is not None})


def _sealed(value: Any) -> list[Sealed]:
    if isinstance(value, list):
        return [one for part in value for one in _sealed(part)]
    if not isinstance(value, dict):
        return []
    if "$sealed" in value:
        return [Sealed(subject=value["$sealed"], sha256=value["sha256"])]
    return [one for part in value.values() for one in _sealed(part)]


def _with(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_with(part, texts) for part in value]
    if not isinstance(value, dict):
        return value
    if "$sealed" in value:
        return texts.get(value["sha256"], value)
    return {name: _with(part, texts) for name, part in value.items()}


# What is asked for


@strawberry.input(description="Which events are listed; what is left out lets everything through.")
class EventFilter:
    types: list[str] | None = strawberry.field(default=None, description="Stored names, for example commitment.made.")
    relationship_id: strawberry.ID | None = None
    on_behalf_of: strawberry.ID | None = None
    item: strawberry.ID | None = strawberry.field(default=None, description="The item that the facts are about.")
    from_on: date | None = strawberry.field(default=None, description="On this day or later, as first recorded.")
    until_on: date | None = strawberry.field(default=None, description="On this day or earlier, as first recorded.")
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None

    def wanted(self) -> EntryFilter:
        """Raises UserError for what is no id."""
        return EntryFilter(
            relationship_id=optional_key(self.relationship_id, "Relationship"),
            types=tuple(self.types or ()),
            on_behalf_of=optional_key(self.on_behalf_of, "Organisation"),
            item=optional_key(self.item),
            from_on=self.from_on,
            until_on=self.until_on,
            recorded_from=self.recorded_from,
            recorded_until=self.recorded_until,
        )
