"""Envelopes as stored bytes: RFC 8785 JSON, written once and kept verbatim. Source: docs/audit.md 1, docs/events.md 1.

Importing the eventsourcing library wraps a private function of the standard `dataclasses` module, for the whole
process: a class that the library already made a dataclass is not made one twice. Nothing else changes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
import rfc8785
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, StoredEvent
from msgspec import Raw, Struct
from msgspec.structs import fields

from domain.errors import IsMalformed, IsOutOfRange
from domain.facts.fact import Envelope, Fact
from domain.store.instants import format_instant

Facts = Mapping[str, type[Fact]]  # by event type

ENVELOPE_BYTES_BELOW = 65_535  # what an entry bundle of tlog-tiles can hold, less one
INTEGER_BELOW = 2**53
_NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it, behind no backslash that is itself escaped

_AS_THEY_ARE = frozenset({str, bool, type(None), UUID, date})
_FIELDS = tuple(field.name for field in fields(Envelope))
_STORED = msgspec.defstruct(
    "Stored",
    [(field.name, Raw if field.name == "data" else field.type) for field in fields(Envelope)],
    kw_only=True,
    forbid_unknown_fields=True,
)
_sorted_by_code_point = msgspec.json.Encoder(order="sorted")
_stored: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_STORED)


def encode(envelope: Envelope) -> str:
    """The text that is stored and hashed: every field of the envelope, and in `data` those that have a value.

    Refuses with IsMalformed what the log or a database cannot hold (floats, broken Unicode, null characters), and with
    IsOutOfRange integers from 2^53 on and envelopes of 65,535 bytes or more. A refusal's `field` is the place in the
    data.
    """
    fact = type(envelope.data)
    assert (envelope.type, envelope.schema_version) == (fact.__struct_config__.tag, fact.schema_version), envelope
    text = canonical({name: _plain(getattr(envelope, name), name) for name in _FIELDS})
    if "\\u0000" in text and _NULL.search(text):
        raise IsMalformed("The text holds a null character.")
    size = len(text) if text.isascii() else len(text.encode())
    if size >= ENVELOPE_BYTES_BELOW:
        raise IsOutOfRange(f"The event takes {size} bytes; it must stay under {ENVELOPE_BYTES_BELOW}.")
    return text


def decode(text: str | bytes, facts: Facts) -> Envelope:
    """The envelope, its data in the form of the present schema version; `schema_version` remains the stored one.

    Raises MapperDeserialisationError where the text is no envelope of a known type and version.
    """
    try:
        stored = _stored.decode(text)
        if (cls := facts.get(stored.type)) is None:
            raise MapperDeserialisationError(f"No fact of type {stored.type} is known.")
        values = {name: getattr(stored, name) for name in _FIELDS}
        values["data"] = _fact(cls, stored.schema_version, stored.data)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise MapperDeserialisationError(f"The text is no envelope: {error}.") from error
    return Envelope(**values)


def canonical(value: object) -> str:
    """RFC 8785 JSON of strings, integers, booleans, nulls, lists and objects (and of ids and days, as strings).

    RFC 8785 sorts keys by UTF-16 units, msgspec by code points: they differ only where a character lies beyond U+FFFF.
    """
    try:
        text = _sorted_by_code_point.encode(value).decode()
    except UnicodeEncodeError as error:
        raise IsMalformed("The text is not valid Unicode.") from error
    if text.isascii() or max(text) <= "\uffff":
        return text
    return rfc8785.dumps(msgspec.json.decode(text)).decode()


@dataclass(frozen=True)
class StoredEnvelope(StoredEvent):
    """A stored event with what the recorder's other columns repeat from the envelope."""

    envelope: Envelope


class EnvelopeMapper(Mapper[UUID]):
    """The library's mapper between envelopes and stored events; the topic is the event's type."""

    def __init__(self, facts: Facts) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self.facts = facts

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEnvelope:
        envelope = cast(Envelope, domain_event)
        return StoredEnvelope(
            envelope.stream_id, envelope.stream_version, envelope.type, encode(envelope).encode(), envelope
        )

    def as_stored(self, text: str) -> StoredEnvelope:
        """A text that was stored before, verbatim. Refuses with IsMalformed one that is not an envelope in RFC 8785."""
        try:
            envelope = decode(text, self.facts)
        except MapperDeserialisationError as error:
            raise IsMalformed(str(error)) from error
        read = msgspec.json.decode(text)
        _plain(read["data"], "data")
        if canonical(read) != text:
            raise IsMalformed(f"The envelope at position {envelope.position} is not written in the form of RFC 8785.")
        return StoredEnvelope(envelope.stream_id, envelope.stream_version, envelope.type, text.encode(), envelope)

    def to_domain_event(self, stored_event: StoredEvent) -> Envelope:
        return decode(stored_event.state, self.facts)


def _plain(value: Any, place: str) -> Any:
    """`value` for JSON: structs as objects without their tag and without fields that have no value."""
    if type(value) in _AS_THEY_ARE:
        return value
    match value:
        case int():
            if not -INTEGER_BELOW < value < INTEGER_BELOW:
                raise IsOutOfRange(f"The integer {value} is not between -2^53 and 2^53.", place.removeprefix("data."))
            return value
        case datetime():
            return format_instant(value)
        case Struct():
            return {
                key: _plain(part, f"{place}.{key}")
                for key, name in zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
                if (part := getattr(value, name)) is not None
            }
        case list() | tuple():
            return [_plain(part, f"{place}.{index}") for index, part in enumerate(value)]
        case dict():
            return {str(key): _plain(part, f"{place}.{key}") for key, part in value.items()}
    raise IsMalformed(f"{value!r} is neither text, integer, truth value, list nor object.", place.removeprefix("data."))


def _fact(cls: type[Fact], version: int, data: Raw) -> Fact:
    if version == cls.schema_version:
        return _decoder(cls).decode(data)
    if not 1 <= version <= cls.schema_version:
        raise MapperDeserialisationError(
            f"The fact is of schema version {version}; this release knows 1 to {cls.schema_version}."
        )
    return msgspec.convert(cls.upcast(msgspec.json.decode(data), version), cls)


@cache
def _decoder(cls: type[Fact]) -> msgspec.json.Decoder[Fact]:
    return msgspec.json.Decoder(cls)
