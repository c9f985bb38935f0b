"""`event_ref`: names in the place of ids. Source: docs/principles.md A90."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.interchange import LineIsRefused, record_file
from interchange_files import OPENING, Line, fact, promise, wide, write
from registering import Desk

QUESTION = {"key": "q", "principle": "P2", "text": "How?"}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(database_url)
    yield made
    made.engine.dispose()


class File:
    """A file that begins with the opening of the story."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.path = folder / "story.ndjson"

    def record(self, *lines: Line, **how: Any) -> None:
        record_file(self.desk.register, write(self.path, [*OPENING, *lines]), actor="tester", **how)

    def refusal(self, *lines: Line) -> tuple[int, str | None, str]:
        """(line counted from the first behind the opening, field, message)"""
        with pytest.raises(LineIsRefused) as refused:
            self.record(*lines)
        found = refused.value
        assert self.desk.register.store.size() == 0
        return found.line - len(OPENING), found.refusal.field, found.refusal.message

    def stored(self) -> list[dict[str, Any]]:
        """The envelopes behind the opening."""
        return [json.loads(text) for _, text in self.desk.register.store.envelopes(len(OPENING))]

    def id(self, line: int, field: str) -> str:
        """The id that a line of the opening made."""
        found: str = json.loads(self.desk.register.store.envelopes(line - 1, 1)[0][1])["data"][field]
        return found


@pytest.fixture
def file(desk: Desk, tmp_path: Path) -> File:
    return File(desk, tmp_path)


def test_a_name_stands_for_the_thing_whose_line_left_its_id_out(file: File) -> None:
    file.record(promise("frames"), fact("commitment.fulfilled", "2024-02-01", commitment_id="frames"))
    made, fulfilled = file.stored()
    assert made["data"]["by_party"] == made["on_behalf_of"] == file.id(1, "organisation_id")
    assert made["data"]["to_parties"] == [file.id(2, "organisation_id")]
    assert made["relationship_id"] == file.id(4, "relationship_id")
    assert fulfilled["data"]["commitment_id"] == made["data"]["commitment_id"]


def test_a_name_stands_for_the_thing_whose_line_gave_its_id(file: File) -> None:
    key = "00000000-0000-4000-8000-000000000001"
    file.record(
        promise("frames", commitment_id=key), fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")
    )
    assert [e["data"]["commitment_id"] for e in file.stored()] == [key, key]


def test_a_name_stands_for_the_event_where_an_event_is_meant(file: File) -> None:
    file.record(
        promise("frames"),
        fact("entry.voided", ref="void", target_event_id="frames", reason="Never promised."),
        fact("entry.voided", target_event_id="void", reason="It was."),
    )
    made, void, undone = file.stored()
    assert void["data"]["target_event_id"] == made["event_id"]
    assert undone["data"]["target_event_id"] == void["event_id"]


def test_names_stand_in_lists_of_objects_and_as_keys_of_maps(file: File) -> None:
    file.record(
        fact(
            "governance_body.established",
            ref="board",
            name="B",
            level="operational",
            required_roles=[],
            cadence_days=30,
        ),
        fact("meeting.held", body_id="board", attendees=[{"party": "birch", "person": "ada", "role": "x"}]),
        fact("health_check.opened", questions=[QUESTION], invited={"aster": 3, "birch": 4}),
    )
    board, held, opened = file.stored()
    assert held["data"]["body_id"] == board["data"]["body_id"]
    assert held["data"]["attendees"][0]["party"] == file.id(2, "organisation_id")
    assert held["data"]["attendees"][0]["person"] == file.id(3, "person_id")
    assert opened["data"]["invited"] == {file.id(1, "organisation_id"): 3, file.id(2, "organisation_id"): 4}


def test_a_planned_treatment_names_the_treatment_in_its_field_and_the_risk_in_that_of_the_risk(file: File) -> None:
    file.record(
        fact("risk.identified", ref="sale", title="Sale", category="strategic", joint=True, owner_party="aster"),
        fact(
            "risk.treatment_planned",
            ref="plan",
            risk_id="sale",
            action="Ask",
            owner_party="aster",
            due_on="2024-03-01",
        ),
        fact("risk.treatment_completed", "2024-01-20", risk_id="plan", treatment_id="plan"),
    )
    sale, plan, done = (e["data"] for e in file.stored())
    assert done == {"risk_id": sale["risk_id"], "treatment_id": plan["treatment_id"]}
    assert plan["treatment_id"] != plan["risk_id"] == sale["risk_id"]


@pytest.mark.parametrize("by_name", [True, False])
def test_the_data_of_a_correction_may_hold_names(file: File, by_name: bool) -> None:
    file.record(promise("frames"))
    corrected = {"by_party": "birch", "to_parties": ["aster"], "title": "The other way round", "due_on": "2024-02-10"}
    target = "frames" if by_name else file.stored()[0]["event_id"]
    file.record(
        promise("frames"),
        fact("entry.corrected", target_event_id=target, data=corrected, reason="Mixed up."),
    )
    correction = file.stored()[1]["data"]
    assert correction["data"]["by_party"] == file.id(2, "organisation_id")
    assert correction["data"]["to_parties"] == [file.id(1, "organisation_id")]


def test_names_reach_over_batches_and_stand_for_the_same_things_when_recorded_again(file: File) -> None:
    lines = [promise("frames"), fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")]
    file.record(*lines[:1], batch=1)
    file.record(*lines, batch=2)
    made, fulfilled = file.stored()
    assert fulfilled["data"]["commitment_id"] == made["data"]["commitment_id"]


@pytest.mark.parametrize("name", ["frames", "späte Lieferung", "2026-01", "x", "a" * 32 + "g", "0" * 31, "0" * 33])
def test_any_text_but_an_id_is_a_name(file: File, name: str) -> None:
    file.record(promise(name), fact("commitment.fulfilled", "2024-02-01", commitment_id=name))
    assert len(file.stored()) == 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        "00000000-0000-4000-8000-00000000000a",
        "00000000-0000-4000-8000-00000000000A",
        "00000000000040008000000000000001",
        "{00000000-0000-4000-8000-000000000001}",
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        "0-0000000000040008000000000000001",
    ],
)
def test_an_empty_name_and_one_that_looks_like_an_id_are_refused(file: File, name: str) -> None:
    said = f"event_ref is {name!r}: a name is not empty and does not look like an id."
    assert file.refusal(promise(name)) == (1, "event_ref", said)


def test_a_second_line_of_the_same_name_is_refused(file: File) -> None:
    said = "event_ref is 'frames', the name of line 5 already."
    assert file.refusal(promise("frames"), promise("frames")) == (2, "event_ref", said)


def test_the_name_of_a_later_line_or_of_the_line_itself_is_refused(file: File) -> None:
    early = fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")
    said = "commitment_id is 'frames', neither an id nor the name of an earlier line."
    assert file.refusal(early, promise("frames")) == (1, "commitment_id", said)
    said = "to_parties[0] is 'self', the name of line 5, of which nothing was recorded."
    assert file.refusal(promise("self", to_parties=["self"])) == (1, "to_parties[0]", said)


def test_the_name_of_a_line_that_is_about_no_thing_is_refused_where_an_id_stands(file: File) -> None:
    lines = [
        fact("relationship.tiered", ref="tier", tier="key"),
        fact("commitment.fulfilled", "2024-02-01", commitment_id="tier"),
    ]
    said = "commitment_id is 'tier', the name of a relationship.tiered, which brings no id."
    assert file.refusal(*lines) == (2, "commitment_id", said)


def test_a_name_of_the_wrong_kind_of_thing_is_unknown_there(file: File) -> None:
    refused = file.refusal(fact("commitment.fulfilled", "2024-02-01", commitment_id="ada"))
    assert refused[:2] == (1, "commitment_id")
    assert refused[2].startswith("No commitment ")


@pytest.mark.parametrize("where", ["relationship_id", "on_behalf_of"])
def test_an_unknown_name_around_the_data_is_refused(file: File, where: str) -> None:
    said = f"{where} is 'nobody', neither an id nor the name of an earlier line."
    assert file.refusal({**promise("frames"), where: "nobody"}) == (1, where, said)


def test_two_names_of_one_thing_as_keys_are_refused(file: File) -> None:
    again = wide(
        "organisation.renamed", "2024-01-03", ref="aster-again", organisation_id="aster", legal_name="Aster SE"
    )
    check = fact(
        "health_check.opened",
        questions=[QUESTION],
        invited={"aster": 3, "aster-again": 4},
    )
    assert file.refusal(again, check) == (2, "invited", "invited names one thing twice.")


def test_names_of_another_file_mean_nothing(file: File, tmp_path: Path) -> None:
    file.record(promise("frames"))
    other = write(tmp_path / "other.ndjson", [fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")])
    with pytest.raises(LineIsRefused, match=r"Line 1, commitment_id: .* neither an id nor the name of an earlier line"):
        record_file(file.desk.register, other, actor="tester")


def test_a_dry_run_says_which_line_a_name_failed_with(file: File) -> None:
    lines = [promise("frames", due_on="soon"), fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")]
    path = write(file.path, [*OPENING, *lines])
    report = record_file(file.desk.register, path, actor="tester", dry_run=True)
    assert [(r.line, r.refusal.field) for r in report.refused] == [(5, "due_on"), (6, "commitment_id")]
    assert report.refused[1].refusal.message == (
        "commitment_id is 'frames', the name of line 5, of which nothing was recorded."
    )
