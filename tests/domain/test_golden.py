"""What was once stored can always be read: one golden example of every event type and schema version."""

import hashlib
import types
from typing import Any

import pytest
import rfc8785

from domain.facts import FACTS
from domain.facts.fact import Fact
from domain.facts.structure import tag
from domain.store.mapper import decode, encode
from golden_files import goldens, stored_text, story

GOLDENS = goldens()
PRESENT = [name for name in GOLDENS if name in {f"{type_}.v{cls.schema_version}" for type_, cls in FACTS.items()}]
PAST = sorted(GOLDENS.keys() - PRESENT)


def renamed(cls: type[Fact]) -> type[Fact]:
    """The same fact under a class of another name in another module."""

    def body(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = "somewhere.else"

    options = {"tag": tag(cls), "frozen": True, "kw_only": True}
    found: type[Fact] = types.new_class(f"Renamed{cls.__name__}", (cls,), options, body)
    return found


RENAMED = {type_: renamed(cls) for type_, cls in FACTS.items()}


def test_every_event_type_has_a_golden_example_of_its_present_schema_version() -> None:
    assert {f"{type_}.v{cls.schema_version}" for type_, cls in FACTS.items()} <= set(GOLDENS)


def test_there_are_116_event_types() -> None:
    assert len(FACTS) == 116


def test_every_golden_example_is_of_the_type_and_version_in_its_name() -> None:
    for name, golden in GOLDENS.items():
        assert name == f"{golden['envelope']['type']}.v{golden['envelope']['schema_version']}"


def test_the_story_tells_every_golden_example_once() -> None:
    told = [line["type"] for line in story() if line.get("event_ref") == line["type"]]
    assert sorted(told) == sorted(FACTS)


@pytest.mark.parametrize("name", PRESENT)
def test_a_stored_event_is_read_and_written_again_to_the_same_bytes(name: str) -> None:
    text = stored_text(GOLDENS[name])
    assert encode(decode(text, FACTS)) == text


@pytest.mark.parametrize("name", PRESENT)
def test_renaming_a_class_leaves_what_is_stored_readable(name: str) -> None:
    text = stored_text(GOLDENS[name])
    envelope = decode(text, RENAMED)
    assert type(envelope.data).__name__ == f"Renamed{FACTS[envelope.type].__name__}"
    assert encode(envelope) == text


@pytest.mark.parametrize("name", PAST)
def test_an_event_of_an_earlier_schema_version_is_read_in_the_present_form(name: str) -> None:
    """Its envelope keeps the version under which it was stored, for the stored text stays as it is."""
    was, golden = decode(stored_text(GOLDENS[name]), FACTS), GOLDENS[name]["envelope"]
    now = decode(stored_text(GOLDENS[f"{was.type}.v{FACTS[was.type].schema_version}"]), FACTS)
    assert was.schema_version == golden["schema_version"]
    assert was.data == now.data


@pytest.mark.parametrize("name", GOLDENS)
def test_a_sealed_text_is_committed_to_by_salt_field_and_value(name: str) -> None:
    golden = GOLDENS[name]
    for field, text in golden["texts"].items():
        sealed = golden["envelope"]["note"] if field == "note" else golden["envelope"]["data"][field]
        committed = rfc8785.dumps([text["salt"], field, text["value"]])
        assert sealed["sha256"] == hashlib.sha256(committed).hexdigest()


def test_no_sealed_text_stands_in_what_is_stored() -> None:
    for golden in GOLDENS.values():
        for text in golden["texts"].values():
            assert text["value"] not in stored_text(golden)
