"""Interchange files: what a line may be, and what becomes of a file. Source: docs/events.md 1, docs/contract.md 3."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.interchange import LONGEST_LINE, SET_BY_THE_REGISTER, LineIsRefused, Report, record_file
from domain.session import Cache
from interchange_files import OPENING, Line, fact, promise, said, text, wide, write
from registering import Desk

KEPT = fact("commitment.fulfilled", "2024-02-01", commitment_id="frames")
TOO_EARLY = fact("commitment.fulfilled", "2024-01-09", commitment_id="frames")
STORY = [*OPENING, promise("frames"), KEPT]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(database_url)
    yield made
    made.engine.dispose()


class Box:
    """A folder of files for one register."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.path = folder / "file.ndjson"

    def record(self, content: bytes | list[Line], **how: Any) -> Report:
        self.path.write_bytes(content if isinstance(content, bytes) else text(content).encode())
        return record_file(self.desk.register, self.path, actor="tester", **how)

    def refused(self, content: bytes | list[Line], **how: Any) -> LineIsRefused:
        with pytest.raises(LineIsRefused) as refused:
            self.record(content, **how)
        return refused.value

    @property
    def size(self) -> int:
        return self.desk.register.store.size()

    def said(self) -> list[str]:
        return said(self.desk.register.store)


@pytest.fixture
def box(desk: Desk, tmp_path: Path) -> Box:
    return Box(desk, tmp_path)


# Lines


def test_every_field_of_a_line_reaches_the_event(box: Box) -> None:
    line = promise("frames") | {
        "note": "By telephone.",
        "evidence": [{"title": "Order 4711", "uri": "https://example.org/4711", "sha256": "a" * 64}],
        "visibility": "own",
        "command_id": "order-4711",
        "schema_version": 1,
    }
    assert box.record([*OPENING, line]) == Report(lines=5, recorded=5)
    stored = json.loads(box.desk.register.store.envelopes(4)[0][1])
    assert stored["evidence"] == [{"title": "Order 4711", "uri": "https://example.org/4711", "sha256": "a" * 64}]
    assert (stored["visibility"], stored["command_id"], stored["on"]) == ("own", "order-4711", "2024-01-10")
    assert (stored["actor"], stored["source"]) == ("tester", "cli")
    assert set(stored["note"]) == {"$sealed", "sha256"}


def test_without_a_date_the_fact_holds_on_the_day_of_recording(box: Box) -> None:
    line = promise("frames")
    del line["on"]
    box.record([*OPENING, line])
    assert json.loads(box.desk.register.store.envelopes(4)[0][1])["on"] == "2026-06-30"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "This is not JSON in UTF-8: Input data was truncated."),
        (b'{"type": "x"} {}', "This is not JSON in UTF-8: JSON is malformed: trailing characters"),
        (b'{"a": NaN}', "This is not JSON in UTF-8: JSON is malformed: invalid character (byte 6)."),
        (b'{"a": "\xff"}', "This is not JSON in UTF-8: 'utf-8' codec can't decode byte 0xff in position 0"),
        ("{}".encode("utf-16"), "This is not JSON in UTF-8: JSON is malformed: invalid character (byte 0)."),
        (b"[]", "A line is one JSON object."),
        (b'"text"', "A line is one JSON object."),
        (b"null", "A line is one JSON object."),
        (b"[" * 100_000, "The line is nested too deeply."),
        (b"{}", "Object missing required field `type`."),
        (b'{"type": "commitment.made"}', "Object missing required field `data`."),
        (b'{"type": 3, "data": {}}', "type is 3: Expected `str`, got `int`."),
        (b'{"type": "commitment.made", "data": []}', "data is []: Expected `object`, got `array`."),
        (b'{"type": "commitment.made", "data": {}, "on": "10.1.2026"}', "on is '10.1.2026': Invalid"),
        (b'{"type": "commitment.made", "data": {}, "on": 20260110}', "on is 20260110: Expected `date | null`"),
        (b'{"type": "commitment.made", "data": {}, "visibility": "all"}', "visibility is 'all': Invalid enum value"),
        (b'{"type": "commitment.made", "data": {}, "evidence": [{"title": ""}]}', "evidence[0].title is ''"),
        (b'{"type": "commitment.kept", "data": {}}', "There is no event type 'commitment.kept'."),
        (b'{"type": "commitment.made", "data": {}, "dues": 1}', "A line has no field 'dues'."),
        (b'{"type": "commitment.made", "data": {"dues": 1}}', "Object contains unknown field `dues`."),
        (b'{"type": "commitment.made", "data": {"type": "x"}}', "commitment.made has no field type."),
        (b'{"type": "organisation.registered", "data": {"legal_name": "A", "country": "DE"}, "schema_version": 2}',
         "organisation.registered has no schema version 2."),
        (b'{"type": "organisation.registered", "data": {"legal_name": "A", "country": "DE"}, "schema_version": 0}',
         "organisation.registered has no schema version 0."),
        (b'{"type": "organisation.registered", "data": {"legal_name": "A", "country": "DE"}, "command_id": ""}',
         "The command id '' has not 1 to 200 characters other than null."),
        (b'{"type": "organisation.registered", "data": {"legal_name": "A\\u0000", "country": "DE"}}',
         "The text holds a null character."),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_refused_with_its_number(box: Box, content: bytes, message: str) -> None:
    first = text([wide("organisation.registered", legal_name="Aster AG", country="DE")]).encode()
    refused = box.refused(first + b"\n\n" + content + b"\n")
    assert refused.line == 4
    assert refused.refusal.message.startswith(message)
    assert box.size == 0


def test_the_signs_of_an_escaped_null_character_are_text_like_any_other(box: Box) -> None:
    box.record([wide("organisation.registered", legal_name="A\\u0000", country="DE")])
    assert json.loads(box.desk.register.store.envelopes()[0][1])["data"]["legal_name"] == "A\\u0000"


@pytest.mark.parametrize("name", sorted(SET_BY_THE_REGISTER))
def test_a_field_that_the_register_sets_is_refused(box: Box, name: str) -> None:
    refused = box.refused([wide("organisation.registered", legal_name="Aster AG", country="DE") | {name: None}])
    said = f"{name} is set by the register alone; a full export is read by `restore`."
    assert (refused.refusal.field, refused.refusal.message) == (name, said)


def test_the_register_sets_these_fields_of_the_envelope() -> None:
    assert {
        "event_id",
        "position",
        "stream_id",
        "stream_version",
        "recorded_at",
        "actor",
        "correlation_id",
        "causation_id",
        "source",
    } == SET_BY_THE_REGISTER


def test_a_correction_nested_too_deeply_is_refused(box: Box) -> None:
    deep: Any = []
    for _ in range(600):
        deep = [deep]
    correction = fact("entry.corrected", target_event_id="frames", data={"title": deep}, reason="No.")
    refused = box.refused([*STORY, correction])
    assert refused.line == 7


def test_a_fact_that_is_too_large_for_the_log_is_refused_at_its_line(box: Box) -> None:
    many = [{"title": "x" * 500} for _ in range(140)]
    refused = box.refused([*OPENING, promise("frames") | {"evidence": many}, KEPT])
    assert refused.line == 5
    assert "it must stay under 65535" in refused.refusal.message


def test_a_line_of_a_mebibyte_is_read_and_a_longer_one_is_refused(box: Box) -> None:
    line = text([wide("organisation.registered", legal_name="Aster AG", country="DE")]).encode().rstrip()
    fits = line + b" " * (LONGEST_LINE - len(line) - 1) + b"\n"
    assert box.record(fits + line + b"\n", dry_run=True) == Report(lines=2, recorded=2)
    refused = box.refused(fits + b" " + fits + line)
    assert (refused.line, refused.refusal.message) == (2, "The line has more than 1048576 bytes.")


def test_behind_a_line_that_is_too_long_the_next_one_is_read(box: Box) -> None:
    line = text([wide("organisation.registered", legal_name="Aster AG", country="DE")]).encode()
    report = box.record(b"x" * 3 * LONGEST_LINE + b"\n" + line, dry_run=True)
    assert (report.lines, report.recorded, [r.line for r in report.refused]) == (2, 1, [1])


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: b"\xef\xbb\xbf" + lines,
        lambda lines: lines.replace(b"\n", b"\r\n"),
        lambda lines: lines.replace(b"\n", b"\n\n \t\r\n"),
        lambda lines: lines.rstrip(b"\n"),
        lambda lines: b"\n\n" + lines,
    ],
    ids=["byte order mark", "CRLF", "blank lines", "no end of line at the end", "blank lines at the beginning"],
)
def test_what_editors_do_to_a_file_changes_nothing(box: Box, change: Any) -> None:
    plain = text(STORY).encode()
    assert box.record(change(plain)) == Report(lines=6, recorded=6)
    assert box.record(plain) == Report(lines=6, replayed=6)


def test_a_byte_order_mark_is_taken_off_the_first_line_alone(box: Box) -> None:
    lines = text(OPENING).encode().splitlines(keepends=True)
    assert box.refused(lines[0] + b"\xef\xbb\xbf" + lines[1]).line == 2


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_a_file_without_facts_records_nothing(box: Box, content: bytes) -> None:
    assert box.record(content) == Report()
    assert box.size == 0


def test_data_of_an_earlier_schema_version_is_taken_in_its_own_form(box: Box) -> None:
    lines = [
        *OPENING,
        fact("lesson.recorded", ref="lesson", title="Ask first"),
        fact("lesson.applied", lesson_id="lesson", where="Hull 5") | {"schema_version": 1},
        fact("lesson.applied", lesson_id="lesson", where_applied="Hull 6") | {"schema_version": 2},
        fact("lesson.applied", lesson_id="lesson", where_applied="Hull 7"),
    ]
    box.record(lines)
    applied = [json.loads(stored) for _, stored in box.desk.register.store.envelopes(5)]
    assert [e["data"]["where_applied"] for e in applied] == ["Hull 5", "Hull 6", "Hull 7"]
    assert {e["schema_version"] for e in applied} == {2}


# Files


def test_a_file_is_recorded_whole_or_not_at_all(box: Box) -> None:
    refused = box.refused([*OPENING, promise("frames"), TOO_EARLY, promise("more")])
    assert str(refused) == "Line 6, on: 2024-01-09 is before 2024-01-10, when the commitment began."
    assert refused.before == Report()
    assert box.size == 0


@pytest.mark.parametrize(("batch", "stored"), [(1, 5), (2, 4), (3, 3), (4, 4), (5, 5), (6, 0), (100, 0)])
def test_of_batches_those_before_the_refused_line_are_stored(box: Box, batch: int, stored: int) -> None:
    refused = box.refused([*OPENING, promise("frames"), TOO_EARLY, promise("more")], batch=batch)
    assert refused.line == 6
    assert refused.before == Report(lines=stored, recorded=stored)
    assert box.size == stored


@pytest.mark.parametrize("batch", [1, 2, 3, 6, 7, None])
def test_batches_record_what_the_whole_file_does(box: Box, batch: int | None, tmp_path: Path) -> None:
    assert box.record(STORY, batch=batch) == Report(lines=6, recorded=6)
    whole = Desk(f"sqlite:///{tmp_path / 'whole.db'}")
    record_file(whole.register, box.path, actor="tester")
    assert box.said() == said(whole.register.store)
    whole.engine.dispose()


def test_recording_a_file_again_appends_nothing(box: Box, tmp_path: Path) -> None:
    box.record(STORY)
    assert box.record(STORY) == Report(lines=6, replayed=6)
    assert box.record(STORY, batch=4) == Report(lines=6, replayed=6)
    copy = write(tmp_path / "copy.ndjson", STORY)
    assert record_file(box.desk.register, copy, actor="someone else") == Report(lines=6, replayed=6)
    assert box.size == 6


def test_a_file_mended_behind_what_is_recorded_goes_on_from_there(box: Box) -> None:
    box.refused([*OPENING, promise("frames"), TOO_EARLY, promise("more")], batch=5)
    assert box.record([*OPENING, promise("frames"), KEPT, promise("more")]) == Report(lines=7, recorded=2, replayed=5)
    assert box.size == 7


def test_a_file_that_has_grown_records_what_is_new(box: Box) -> None:
    box.record(STORY)
    assert box.record([*STORY, promise("more")]) == Report(lines=7, recorded=1, replayed=6)


def test_the_same_line_twice_in_a_file_is_two_facts(box: Box) -> None:
    lesson = fact("lesson.recorded", title="Ask first")
    assert box.record([*OPENING, lesson, lesson]) == Report(lines=6, recorded=6)


def test_the_same_line_at_the_top_of_another_file_is_the_same_fact_and_below_other_lines_another(box: Box) -> None:
    first = wide("organisation.registered", legal_name="Aster AG", country="DE")
    second = wide("organisation.registered", legal_name="Birch BV", country="NL")
    box.record([first])
    assert box.record([first, second]) == Report(lines=2, recorded=1, replayed=1)
    assert box.record([second, first]) == Report(lines=2, recorded=2)


def test_a_command_id_of_its_own_makes_a_line_the_same_in_every_file(box: Box) -> None:
    first = wide("organisation.registered", legal_name="Aster AG", country="DE") | {"command_id": "aster"}
    assert box.record([*OPENING, first]) == Report(lines=5, recorded=5)
    assert box.record([first]) == Report(lines=1, replayed=1)
    assert box.record([first, first]) == Report(lines=2, replayed=2)


def test_a_command_id_used_for_something_else_is_refused(box: Box) -> None:
    first = wide("organisation.registered", legal_name="Aster AG", country="DE") | {"command_id": "aster"}
    other = wide("organisation.registered", legal_name="Aster SE", country="DE") | {"command_id": "aster"}
    assert str(box.refused([first, other])) == (
        "Line 2, command_id: The command aster was recorded with other content."
    )
    assert box.size == 0


def test_what_already_holds_is_counted_apart(box: Box) -> None:
    renamed = wide("organisation.renamed", "2024-02-01", organisation_id="aster", legal_name="Aster AG")
    assert box.record([*OPENING, renamed]) == Report(lines=5, recorded=4, unchanged=1)
    assert box.record([*OPENING, renamed]) == Report(lines=5, replayed=5)


def test_progress_counts_the_bytes_of_the_lines(box: Box) -> None:
    seen: list[int] = []
    box.record(STORY, progress=seen.append)
    assert len(seen) == 6
    assert sum(seen) == box.path.stat().st_size


@pytest.mark.parametrize(("batch", "stored"), [(None, 0), (2, 4), (3, 3)])
def test_an_interrupt_undoes_what_is_not_complete(box: Box, batch: int | None, stored: int) -> None:
    seen: list[int] = []

    def interrupt(size: int) -> None:
        seen.append(size)
        if len(seen) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        box.record(STORY, batch=batch, progress=interrupt)
    assert box.size == stored
    assert box.record(STORY) == Report(lines=6, recorded=6 - stored, replayed=stored)


# Dry runs


def test_a_dry_run_lists_every_refusal_and_stores_nothing(box: Box) -> None:
    lines = [
        *OPENING,
        promise("frames"),
        TOO_EARLY,
        promise("late", due_on="soon"),
        fact("commitment.accepted", commitment_id="frames", party="ada"),
        fact("commitment.made"),
        KEPT,
        KEPT,
    ]
    report = box.record(text(lines).encode() + b"{\n", dry_run=True)
    assert (report.lines, report.recorded) == (12, 6)
    assert [(r.line, r.refusal.field) for r in report.refused] == [
        (6, "on"),
        (7, "due_on"),
        (8, "party"),
        (9, None),
        (11, None),
        (12, None),
    ]
    assert box.size == 0
    assert box.record(STORY) == Report(lines=6, recorded=6)


def test_a_dry_run_takes_no_notice_of_batches(box: Box) -> None:
    assert box.record(STORY, dry_run=True, batch=2) == Report(lines=6, recorded=6)
    assert box.size == 0


def test_a_dry_run_behind_the_recording_says_that_all_is_there(box: Box) -> None:
    box.record(STORY)
    assert box.record(STORY, dry_run=True) == Report(lines=6, replayed=6)


def test_the_alias_of_a_refused_line_is_free_for_the_next(box: Box) -> None:
    large = [{"scheme": "VAT", "value": "x" * 100} for _ in range(700)]
    refused = wide("organisation.registered", legal_name="Aster AG", country="DE", alias="aster", identifiers=large)
    taken = wide("organisation.registered", legal_name="Aster AG", country="DE", alias="aster")
    report = box.record([refused, taken, taken], dry_run=True)
    assert [r.line for r in report.refused] == [1, 3]
    assert report.refused[1].refusal.field == "alias"


# Large files


def test_a_large_file_is_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second half of a file takes no more memory than the first; the histories held are bounded, here by few."""
    monkeypatch.setattr(Cache, "largest", 100)
    box = Box(Desk(f"sqlite:///{tmp_path / 'register.db'}"), tmp_path)
    lines = [*OPENING, *({**promise(f"{n}"), "event_ref": None} for n in range(4996))]
    sizes, peaks = [], []

    def watch(size: int) -> None:
        sizes.append(size)
        if len(sizes) % 2500 == 0:
            peaks.append(tracemalloc.get_traced_memory()[1])

    tracemalloc.start()
    report = box.record(lines, progress=watch)
    tracemalloc.stop()
    assert report == Report(lines=5000, recorded=5000)
    assert peaks[1] - peaks[0] < 2_000_000  # held in memory, 2,500 promises take more than twice as much
    box.desk.engine.dispose()
