"""A whole log in one file, and back (docs/operations.md)."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from api.trail.archive import ArchiveIsRefused, RegisterIsNotEmpty, export_log, header_of, restore
from api.trail.files import FileIsThere
from api.trail.verifying.checkpoints import Vouched
from api.trail.verifying.whole import verify
from api.wiring import VAULT_KEY, Services
from domain.log.policy import NO_WITNESSES
from domain.register import Command
from domain.store.engine import reading, writing
from domain.store.schema import command, metadata, vault_key
from projections.schema import metadata as read_models
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from recording import Recorded
from telling import line, uid
from trail_story import ORIGIN, services, tell

Lines = list[bytes]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `whole.ndjson`, the register it is of, and its keys."""
    folder = tmp_path_factory.mktemp("exported")
    opened = services(f"sqlite:///{folder / 'register.db'}", folder)
    tell(opened)
    export_log(opened.store, ORIGIN, folder / "whole.ndjson")
    opened.close()
    return folder


def keys_of(exported: Path, folder: Path) -> Path:
    """A folder with the same keys."""
    folder.mkdir()
    for name in (VAULT_KEY, "log.key"):
        (folder / name).write_bytes((exported / name).read_bytes())
    return folder


@pytest.fixture
def empty(database_url: str, exported: Path, tmp_path: Path) -> Iterator[Services]:
    opened = services(database_url, keys_of(exported, tmp_path / "keys"))
    yield opened
    opened.close()


def digests(opened: Services) -> list[str]:
    with reading(opened.engine) as connection:
        size = opened.store.size()
        questions = [
            Question(relationship_id=UUID(uid("r")), as_of=date(2024, 7, 15), known_at=known, party=None)
            for known in range(12, size + 1, 5)
        ]
        return [card.digest() for card in scorecards(connection, questions)]


def is_empty(opened: Services) -> bool:
    tables = [*metadata.sorted_tables, *read_models.sorted_tables]
    with reading(opened.engine) as connection:
        counts = {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}
    return counts == {**dict.fromkeys(counts, 0), "head": 1} and opened.store.size() == 0


def test_a_restored_register_is_the_exported_one(empty: Services, exported: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    header = restore(empty.store, empty.vault, ORIGIN, exported / "whole.ndjson", seen.append)
    assert sum(seen) == header.lines
    export_log(empty.store, ORIGIN, tmp_path / "again.ndjson")
    assert (tmp_path / "again.ndjson").read_bytes() == (exported / "whole.ndjson").read_bytes()
    first = services(f"sqlite:///{exported / 'register.db'}", exported)
    assert digests(empty) == digests(first)
    assert len(set(digests(first))) > 3
    first.close()
    vouched = Vouched(ORIGIN, empty.log_keys(), NO_WITNESSES)
    assert verify(empty.engine, empty.vault, vouched).findings == []


def test_a_restored_register_goes_on(empty: Services, exported: Path) -> None:
    restore(empty.store, empty.vault, ORIGIN, exported / "whole.ndjson")
    size = empty.store.size()
    told = Recorded(empty.register)
    renamed = line("organisation.renamed", "2024-07-01", None, None, organisation_id=uid("b"), legal_name="Bee again")
    again = empty.register.record(Command(command_id="none", drafts=(told.draft(renamed),), actor="tester"))
    assert (again.events, again.replayed) == ((), True)
    other = {**renamed, "data": {**renamed["data"], "legal_name": "Bumblebee"}}
    answer = empty.register.record(Command(command_id="new", drafts=(told.draft(other),), actor="tester"))
    assert [event.position for event in answer.events] == [size + 1]
    row = empty.publisher.publish()
    assert row is not None
    assert row.size == size + 1


def test_from_one_database_to_the_other_and_back(postgres_url: str, exported: Path, tmp_path: Path) -> None:
    keys = keys_of(exported, tmp_path / "keys")
    before = exported / "whole.ndjson"
    for number, url in enumerate((postgres_url, f"sqlite:///{tmp_path / 'back.db'}")):
        opened = services(url, keys)
        restore(opened.store, opened.vault, ORIGIN, before)
        before = tmp_path / f"{number}.ndjson"
        export_log(opened.store, ORIGIN, before)
        opened.close()
    assert before.read_bytes() == (exported / "whole.ndjson").read_bytes()


def test_a_packed_file_holds_the_same_lines(exported: Path, empty: Services, tmp_path: Path) -> None:
    first = services(f"sqlite:///{exported / 'register.db'}", exported)
    for name in ("one.ndjson.gz", "two.gz"):
        export_log(first.store, ORIGIN, tmp_path / name)
    first.close()
    assert gzip.decompress((tmp_path / "one.ndjson.gz").read_bytes()) == (exported / "whole.ndjson").read_bytes()
    assert (tmp_path / "one.ndjson.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
    restore(empty.store, empty.vault, ORIGIN, tmp_path / "two.gz")
    assert empty.store.size() == header_of(exported / "whole.ndjson").size


def test_the_file_says_what_it_holds(exported: Path) -> None:
    lines = (exported / "whole.ndjson").read_bytes().splitlines(keepends=True)
    header = json.loads(lines[0])
    assert (header["format"], header["version"], header["origin"]) == ("counterfoil-log", 1, ORIGIN)
    events = [json.loads(text) for text in lines[1 : header["size"] + 1]]
    assert [event["position"] for event in events] == list(range(1, header["size"] + 1))
    counts = [header[name] for name in ("commands", "vault_keys", "vault_values", "checkpoints")]
    assert len(lines) == 1 + header["size"] + sum(counts) + 1
    assert counts[0] == header["size"] - 2 + 1  # one command has three events, and one none
    assert counts[3] == 3
    assert json.loads(lines[-1]) == {"sha256": sha256(b"".join(lines[:-1])).hexdigest()}
    assert (exported / "whole.ndjson").stat().st_mode & 0o777 == 0o600


def test_what_is_sealed_is_in_no_export_in_the_clear_and_what_is_erased_not_at_all(exported: Path) -> None:
    whole = (exported / "whole.ndjson").read_bytes()
    assert b"typed wrongly" not in whole  # the reason of a correction
    assert b"Ada Example" not in whole
    assert (exported / VAULT_KEY).read_bytes().strip() not in whole
    sealed = [line for line in whole.splitlines() if line.startswith((b'{"subject":',))]
    assert sealed
    assert not [line for line in sealed if uid("gone").encode() in line]
    assert uid("gone").encode() in whole


def test_nothing_is_written_over_and_a_failure_leaves_nothing(exported: Path, tmp_path: Path) -> None:
    opened = services(f"sqlite:///{exported / 'register.db'}", exported)
    (tmp_path / "there").write_text("mine")
    with pytest.raises(FileIsThere):
        export_log(opened.store, ORIGIN, tmp_path / "there")

    def fail(_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        export_log(opened.store, ORIGIN, tmp_path / "other", fail)
    opened.close()
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert (tmp_path / "there").read_text() == "mine"


def test_a_log_is_restored_into_an_empty_register_alone(empty: Services, exported: Path) -> None:
    row = {"command_id": "c", "content_sha256": "0" * 64}
    with writing(empty.engine) as connection:
        connection.execute(insert(command).values(row))
    with pytest.raises(RegisterIsNotEmpty):
        restore(empty.store, empty.vault, ORIGIN, exported / "whole.ndjson")
    assert empty.store.size() == 0


def test_a_vault_under_another_key_is_refused(database_url: str, exported: Path, tmp_path: Path) -> None:
    opened = services(database_url, tmp_path / "other keys")
    with pytest.raises(ArchiveIsRefused, match=r"Line \d+: its texts are sealed under another key"):
        restore(opened.store, opened.vault, ORIGIN, exported / "whole.ndjson")
    assert is_empty(opened)
    opened.close()


# Files that are not what was exported


def whole(lines: Lines) -> Lines:
    """With the digest of what now stands there, as somebody who knows the format would write it."""
    return [
        *lines[:-1],
        json.dumps({"sha256": sha256(b"".join(lines[:-1])).hexdigest()}, separators=(",", ":")).encode() + b"\n",
    ]


def swapped(lines: Lines, one: int, two: int) -> Lines:
    lines = list(lines)
    lines[one], lines[two] = lines[two], lines[one]
    return lines


def edited(lines: Lines, place: int, old: bytes, new: bytes) -> Lines:
    assert old in lines[place], lines[place]
    return [*lines[:place], lines[place].replace(old, new, 1), *lines[place + 1 :]]


SIZE = 33
COMMANDS = SIZE + 1
CHECKPOINTS = -4
BROKEN: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "nothing": (lambda lines: lines[:0], "Line 1: the file ends here."),
    "another format": (
        lambda lines: edited(lines, 0, b"counterfoil-log", b"counterfoil"), "Line 1: this release reads"
    ),
    "a later version": (lambda lines: edited(lines, 0, b'"version":1', b'"version":2'), "Line 1: this release reads"),
    "another origin": (
        lambda lines: edited(lines, 0, b"example/", b"other/"), "Line 1: the log is of counterfoil.other"
    ),
    "blanks": (lambda lines: edited(lines, 0, b'"version":1', b'"version": 1'), "Line 1: the Header is not written as"),
    "fewer events": (
        lambda lines: edited(lines, 0, b'"size":33', b'"size":32'), "Line 33: the events up to here do not"
    ),
    "more events": (lambda lines: edited(lines, 0, b'"size":33', b'"size":34'), "Line 35: The text is no envelope"),
    "cut between lines": (lambda lines: lines[:20], "Line 21: the file ends here."),
    "cut within a line": (lambda lines: [*lines[:20], lines[20][:50]], "Line 21: the file ends here."),
    "cut before its end": (lambda lines: lines[:-1], "the file ends here."),
    "a letter of an event": (
        lambda lines: whole(edited(lines, 1, b"Organisation A", b"Organisation E")),
        "Line 34: the events up to here do not have the root",
    ),
    "an event in another form": (
        lambda lines: whole(edited(lines, 9, b'"actor":"tester",', b'"actor": "tester",')),
        "Line 10: The envelope at position 9 is not written in the form of RFC 8785.",
    ),
    "events swapped": (lambda lines: whole(swapped(lines, 4, 5)), "Line 5: Position 5, recorded at"),
    "an event twice": (lambda lines: whole([*lines[:6], lines[5], *lines[7:]]), "Line 7: Position 5, recorded at"),
    "not UTF-8": (lambda lines: [*lines[:3], b"\xff\n", *lines[4:]], "Line 4: it is not UTF-8."),
    "no JSON": (lambda lines: [*lines[:3], b"{\n", *lines[4:]], "Line 4: The text is no envelope"),
    "a very long line": (lambda lines: [*lines[:3], b"x" * 2**21 + b"\n"], "Line 4: the line is too long."),
    "a command's hash": (
        lambda lines: [*lines[:COMMANDS], lines[COMMANDS].replace(b'"content_sha256":"', b'"content_sha256":"0')],
        "Line 35: it is not the Command that belongs here",
    ),
    "a command twice": (
        lambda lines: whole([*lines[: COMMANDS + 1], lines[COMMANDS], *lines[COMMANDS + 2 :]]), "says again"
    ),
    "another root in a checkpoint": (
        lambda lines: whole(swapped_roots(lines)), "the first 15 events do not have the root of their checkpoint."
    ),
    "a checkpoint too many": (
        lambda lines: whole(edited(lines, CHECKPOINTS, b'"size":15', b'"size":99')), "the first 99 events do not have"
    ),
    "commands in another order": (
        lambda lines: swapped(lines, COMMANDS, COMMANDS + 1), "are not those that were written"
    ),
    "something behind the end": (lambda lines: [*lines, b"\n"], "nothing may stand behind the end."),
}  # fmt: skip


def swapped_roots(lines: Lines) -> Lines:
    one, two = (json.loads(lines[place])["root"].encode() for place in (CHECKPOINTS, CHECKPOINTS + 1))
    return edited(lines, CHECKPOINTS, one, two)


@pytest.fixture(scope="module")
def bare(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One empty register for all files that are refused."""
    folder = tmp_path_factory.mktemp("bare")
    opened = services(f"sqlite:///{folder / 'register.db'}", keys_of(exported, folder / "keys"))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_was_changed_is_refused_with_the_line_and_leaves_nothing(
    bare: Services, exported: Path, tmp_path: Path, name: str
) -> None:
    change, said = BROKEN[name]
    lines = (exported / "whole.ndjson").read_bytes().splitlines(keepends=True)
    (tmp_path / "changed.ndjson").write_bytes(b"".join(change(lines)))
    with pytest.raises(ArchiveIsRefused) as refused:
        restore(bare.store, bare.vault, ORIGIN, tmp_path / "changed.ndjson")
    assert str(refused.value).startswith("Line ")
    assert said in str(refused.value)
    assert is_empty(bare)


def test_a_file_that_fails_late_leaves_nothing_on_postgresql_either(
    postgres_url: str, exported: Path, tmp_path: Path
) -> None:
    opened = services(postgres_url, keys_of(exported, tmp_path / "keys"))
    lines = (exported / "whole.ndjson").read_bytes().splitlines(keepends=True)
    for change in (BROKEN["a command twice"][0], BROKEN["commands in another order"][0]):
        (tmp_path / "changed.ndjson").write_bytes(b"".join(change(lines)))
        with pytest.raises(ArchiveIsRefused):
            restore(opened.store, opened.vault, ORIGIN, tmp_path / "changed.ndjson")
        assert is_empty(opened)
    opened.close()


@pytest.mark.parametrize("spoil", [lambda packed: packed[:-20], lambda packed: packed[:200] + b"spoilt" + packed[206:]])
def test_a_packed_file_that_is_damaged_is_refused(
    bare: Services, exported: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    packed = gzip.compress((exported / "whole.ndjson").read_bytes())
    (tmp_path / "changed.gz").write_bytes(spoil(packed))
    with pytest.raises(ArchiveIsRefused, match=r"Line \d+: "):
        restore(bare.store, bare.vault, ORIGIN, tmp_path / "changed.gz")
    assert is_empty(bare)


def test_an_empty_log_can_be_exported_too(empty: Services, tmp_path: Path) -> None:
    export_log(empty.store, ORIGIN, tmp_path / "empty.ndjson")
    header = restore(empty.store, empty.vault, ORIGIN, tmp_path / "empty.ndjson")
    assert (header.size, header.lines, header.root) == (0, 0, sha256().digest())
    with reading(empty.engine) as connection:
        assert connection.execute(select(vault_key)).all() == []
