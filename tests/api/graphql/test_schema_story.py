"""Every event type is recorded through GraphQL and from a file, to the same effect, in one story."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.interchange import record_file
from api.wiring import Services
from domain.facts import FACTS
from domain.store.engine import reading
from domain.store.mapper import encode
from golden_files import STORY, goldens, sealed_in, story, told, told_golden
from graphql_form import fact_input, input_of
from serving import Served


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    found = Served(database_url, tmp_path)
    yield found
    found.close()


def everything_told(services: Services) -> dict[int, dict[str, Any]]:
    """What the events say, by position, but for those whose texts were erased."""
    events = services.store.events(0, 1000)
    positions = {event.event_id: event.position for event in events}
    sealed = {event.position: sealed_in(json.loads(encode(event))) for event in events}
    with reading(services.engine) as connection:
        texts = services.vault.open_many(connection, [one for some in sealed.values() for one in some])
    return {
        event.position: told(event, texts, positions)
        for event in events
        if all(one in texts for one in sealed[event.position])
    }


def record_by_graphql(served: Served) -> None:
    """The story, one command a line; lines that name earlier events get their ids."""
    ids: dict[str, str] = {}
    for number, line in enumerate(story(), 1):
        data = {
            name: ids.get(value, value) if isinstance(value, str) else value for name, value in line["data"].items()
        }
        answer = served.record(
            f"story-{number}",
            fact_input({**line, "data": data}),
            relationshipId=line["relationship_id"],
            onBehalfOf=line["on_behalf_of"],
        )
        assert answer["__typename"] == "Recorded", (line["type"], answer)
        (event,) = answer["events"]
        assert (event["type"], event["position"]) == (line["type"], str(number))
        ids[line.get("event_ref", "")] = event["id"]


def test_the_story_is_recorded_through_graphql_as_from_a_file(served: Served, tmp_path: Path) -> None:
    record_by_graphql(served)
    from_file = Served(f"sqlite:///{tmp_path / 'from_file.db'}", tmp_path)
    report = record_file(from_file.services.register, STORY, actor="operator")
    assert (report.lines, report.recorded) == (137, 137)
    assert everything_told(from_file.services) == everything_told(served.services)
    from_file.close()


def test_what_is_recorded_is_what_the_golden_examples_hold(served: Served) -> None:
    record_by_graphql(served)
    recorded = everything_told(served.services)
    golden = [each for name, each in goldens().items() if name != "lesson.applied.v1"]
    assert len(golden) == len(FACTS)
    for each in golden:
        assert recorded[each["envelope"]["position"]] == told_golden(each, golden), each["envelope"]["type"]


def test_every_event_type_has_an_input_and_every_input_a_type() -> None:
    assert {name.lower() for name in input_of("FactInput").fields} == {
        type_.replace(".", "").replace("_", "") for type_ in FACTS
    }


def test_no_input_takes_what_the_register_sets() -> None:
    for name in ("CommitmentRescheduledInput", "CommitmentWithdrawnInput", "ObjectiveRevisedInput"):
        assert not {"effect", "fromDueOn"} & set(input_of(name).fields)
