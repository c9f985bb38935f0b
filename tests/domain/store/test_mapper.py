"""Envelopes as stored text (docs/audit.md 1, docs/events.md 1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import ClassVar
from uuid import UUID

import msgspec
import pytest
import rfc8785
from eventsourcing.persistence import MapperDeserialisationError
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import IsMalformed, IsOutOfRange
from domain.facts.fact import Envelope, Fact
from domain.store.mapper import EnvelopeMapper, Facts, canonical, decode, encode
from domain.values import Data, EvidenceItem, Money, Sealed

Note = Callable[..., Envelope]

SMALLEST = (
    '{"actor":"anna","causation_id":null,"command_id":"c1","correlation_id":null,"data":{"text":"Grüße \\"A\\"\\n"},'
    '"event_id":"0190f3a0-0000-7000-8000-000000000001","evidence":[],"note":null,"on":"2026-03-31","on_behalf_of":null,'
    '"position":1,"recorded_at":"2026-03-31T09:15:00.000000Z","relationship_id":null,"schema_version":1,"source":"api",'
    '"stream_id":"0190f3a0-0000-7000-8000-00000000000a","stream_version":1,"type":"note.taken","visibility":"shared"}'
)
FULLEST = (
    '{"actor":"anna","causation_id":"0190f3a0-0000-7000-8000-00000000000c","command_id":"c7",'
    '"correlation_id":"0190f3a0-0000-7000-8000-00000000000d",'
    '"data":{"anything":{"a":[1,null,true],"z":"end"},"copies":["one","two"],'
    '"cost":{"amount":"12500.00","currency":"EUR"},"counts":{"Z":2,"a":1},'
    '"filed_by":"0190f3a0-0000-7000-8000-0000000000bb","filed_on":"2026-04-01","folder":"out","pages":3,"urgent":false},'
    '"event_id":"0190f3a0-0000-7000-8000-000000000007",'
    '"evidence":[{"media_type":"application/pdf","sha256":"' + "a" * 64 + '","title":"Minutes"},{"title":"Letter"}],'
    '"note":{"$sealed":"entry-7","sha256":"' + "b" * 64 + '"},'
    '"on":"2026-03-31","on_behalf_of":"0190f3a0-0000-7000-8000-00000000000f","position":7,'
    '"recorded_at":"2026-03-31T09:15:00.000042Z","relationship_id":"0190f3a0-0000-7000-8000-00000000aaaa",'
    '"schema_version":1,"source":"import:b1","stream_id":"0190f3a0-0000-7000-8000-00000000000a","stream_version":2,'
    '"type":"note.filed","visibility":"own"}'
)


def smallest(note: Note) -> Envelope:
    return note(
        1,
        data={"text": 'Grüße "A"\n'},
        event_id=UUID("0190f3a0-0000-7000-8000-000000000001"),
        stream_id=UUID("0190F3A0-0000-7000-8000-00000000000A"),
        relationship_id=None,
    )


def fullest(note: Note) -> Envelope:
    return note(
        7,
        "note.filed",
        {
            "folder": "out",
            "pages": 3,
            "filed_by": UUID("0190f3a0-0000-7000-8000-0000000000bb"),
            "filed_on": date(2026, 4, 1),
            "urgent": False,
            "cost": Money(amount="12500.00", currency="EUR"),
            "copies": ("one", "two"),
            "counts": {"a": 1, "Z": 2},
            "anything": {"z": "end", "a": [1, None, True]},
        },
        event_id=UUID("0190f3a0-0000-7000-8000-000000000007"),
        stream_id=UUID("0190f3a0-0000-7000-8000-00000000000a"),
        stream_version=2,
        recorded_at=datetime(2026, 3, 31, 9, 15, 0, 42, tzinfo=UTC),
        causation_id=UUID("0190f3a0-0000-7000-8000-00000000000c"),
        correlation_id=UUID("0190f3a0-0000-7000-8000-00000000000d"),
        on_behalf_of=UUID("0190f3a0-0000-7000-8000-00000000000f"),
        visibility="own",
        source="import:b1",
        evidence=(
            EvidenceItem(title="Minutes", sha256="a" * 64, media_type="application/pdf"),
            EvidenceItem(title="Letter"),
        ),
        note=Sealed(subject="entry-7", sha256="b" * 64),
    )


def test_the_stored_text_has_every_field_of_the_envelope_in_rfc_8785_order(note: Note) -> None:
    assert encode(smallest(note)) == SMALLEST
    assert encode(fullest(note)) == FULLEST


def test_what_was_stored_is_read_as_it_was(note: Note, facts: Facts) -> None:
    assert decode(SMALLEST, facts) == smallest(note)
    assert decode(FULLEST, facts) == fullest(note)


def test_a_default_is_written_and_an_absent_value_is_not(note: Note) -> None:
    assert '"data":{"copies":[],"folder":"in"}' in encode(note(1, "note.filed", {}))


def test_an_instant_of_another_zone_is_written_in_utc(note: Note) -> None:
    in_berlin = datetime(2026, 3, 31, 11, 15, tzinfo=timezone(timedelta(hours=2)))
    assert '"recorded_at":"2026-03-31T09:15:00.000000Z"' in encode(note(1, recorded_at=in_berlin))


def test_an_integer_of_two_to_the_53_is_refused_and_one_less_is_not(note: Note) -> None:
    assert '"pages":9007199254740991' in encode(note(1, "note.filed", {"pages": 9007199254740991}))
    assert '"pages":-9007199254740991' in encode(note(1, "note.filed", {"pages": -9007199254740991}))
    for beyond in (9007199254740992, -9007199254740992):
        with pytest.raises(IsOutOfRange) as refused:
            encode(note(1, "note.filed", {"anything": {"sums": [1, beyond]}}))
        assert refused.value.field == "anything.sums.1"


def test_a_float_is_refused_wherever_it_hides(note: Note) -> None:
    with pytest.raises(IsMalformed) as refused:
        encode(note(1, "note.filed", {"anything": {"sums": [1.0]}}))
    assert refused.value.field == "anything.sums.0"


def test_broken_unicode_is_refused(note: Note) -> None:
    with pytest.raises(IsMalformed):
        encode(note(1, data={"text": "\ud800"}))


@pytest.mark.parametrize("letter", ["x", "ü"])
def test_an_envelope_of_65535_bytes_is_refused_and_one_byte_less_is_not(note: Note, letter: str) -> None:
    empty = len(encode(note(1, data={"text": ""})).encode())
    room = 65_534 - empty
    text = letter * (room // len(letter.encode()))
    text += "x" * (room - len(text.encode()))
    assert len(encode(note(1, data={"text": text})).encode()) == 65_534
    with pytest.raises(IsOutOfRange, match="65535 bytes"):
        encode(note(1, data={"text": text + "x"}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        SMALLEST[:-1],
        SMALLEST.replace("note.taken", "note.burnt"),
        SMALLEST.replace('"schema_version":1', '"schema_version":2'),
        SMALLEST.replace('"schema_version":1', '"schema_version":0'),
        SMALLEST.replace('"text":', '"words":'),
        SMALLEST.replace('"actor":"anna",', ""),
        SMALLEST.replace('"actor":', '"acter":1,"actor":'),
        SMALLEST.replace('"visibility":"shared"', '"visibility":"secret"'),
        "\ud800",
        b"\xff",
    ],
)
def test_what_is_no_envelope_is_not_read(text: str | bytes, facts: Facts) -> None:
    with pytest.raises(MapperDeserialisationError):
        decode(text, facts)


class Renamed(Fact, frozen=True, kw_only=True, tag="note.taken"):
    """The note's third form: first `text`, then `words`, now `lines`."""

    schema_version: ClassVar[int] = 3

    lines: tuple[str, ...]

    @classmethod
    def upcast(cls, data: Data, version: int) -> Data:
        return {"lines": [data["text" if version == 1 else "words"]]}


def test_data_of_an_earlier_schema_version_is_read_in_the_present_form(note: Note) -> None:
    second = SMALLEST.replace('"schema_version":1', '"schema_version":2').replace('"text":', '"words":')
    third = second.replace('"schema_version":2', '"schema_version":3').replace(
        '"words":"Grüße \\"A\\"\\n"', '"lines":["a","b"]'
    )
    facts = {"note.taken": Renamed}
    assert decode(SMALLEST, facts).data == Renamed(lines=('Grüße "A"\n',))
    assert decode(SMALLEST, facts).schema_version == 1
    assert decode(second, facts).data == Renamed(lines=('Grüße "A"\n',))
    assert decode(third, facts).data == Renamed(lines=("a", "b"))
    assert encode(decode(third, facts)) == third


def test_the_library_sees_the_type_as_topic_and_the_text_as_state(note: Note, facts: Facts) -> None:
    mapper = EnvelopeMapper(facts)
    stored = mapper.to_stored_event(fullest(note))
    assert stored.originator_id == UUID("0190f3a0-0000-7000-8000-00000000000a")
    assert stored.originator_version == 2
    assert stored.topic == "note.filed"
    assert stored.state == FULLEST.encode()
    assert mapper.to_domain_event(stored) == fullest(note)


def test_a_text_stored_before_is_taken_verbatim_or_refused(facts: Facts) -> None:
    mapper = EnvelopeMapper(facts)
    assert mapper.as_stored(SMALLEST).state == SMALLEST.encode()
    for other in (
        SMALLEST.replace(":", ": ", 1),
        SMALLEST.replace("ü", "\\u00fc"),
        SMALLEST.replace('"source":"api"', '"source":"cli","source":"api"'),
        FULLEST.replace("[1,null", "[1.5,null"),
        "no JSON",
    ):
        with pytest.raises(IsMalformed):
            mapper.as_stored(other)
    with pytest.raises(IsOutOfRange):
        mapper.as_stored(FULLEST.replace("[1,null", "[9007199254740992,null"))


keys = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\ue000\uffff\U00010000\U0001f600aZ\x00\x7f"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
)


@given(json_values)
def test_the_canonical_form_is_the_one_of_an_independent_canonicaliser(value: object) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert msgspec.json.decode(canonical(value)) == value


def test_the_library_finds_the_stream_of_an_envelope(note: Note) -> None:
    one = note(3)
    assert (one.originator_id, one.originator_version) == (one.stream_id, one.stream_version)
