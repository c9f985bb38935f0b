"""The publisher checks again what was recorded, then signs; it can be cut off anywhere. Source: docs/audit.md 3."""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pymerkle import InmemoryTree  # type: ignore[import-untyped]
from sqlalchemy import text

from api.trail import checking
from api.trail.keys import LogKeys
from api.trail.publisher import PositionIsNotRecorded, Publisher, PublisherHasHalted
from domain.errors import RegisterIsReadOnly
from domain.log.policy import NO_WITNESSES
from domain.log.verify import open_checkpoint
from domain.store import checkpoints
from domain.store.checkpoints import CheckpointRow
from domain.store.engine import writing
from domain.store.head import set_read_only
from trailing import ORIGIN, Trail, trail

NAMES = ("Aster AG", "Birch BV", "Cedar Ltd", "Dill SA", "Elder Oy", "Fern AB", "Gorse KG")


@pytest.fixture
def register(database_url: str, tmp_path: Path) -> Iterator[Trail]:
    with trail(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def spoilt(migrated: str, tmp_path: Path) -> Iterator[Trail]:
    """A register whose database is about to be changed behind its back; the kind of database does not matter."""
    with trail(migrated, tmp_path) as opened:
        yield opened


def run(register: Trail, statement: str, **values: object) -> None:
    """As somebody who changes the database behind the register's back."""
    with writing(register.services.engine) as connection:
        connection.execute(text(statement), values)


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def flip_hash(register: Trail, level: int, number: int) -> None:
    with writing(register.services.engine) as connection:
        place = {"level": level, "number": number}
        found = connection.execute(text("SELECT hash FROM node WHERE level = :level AND number = :number"), place)
        changed = flip(bytes(found.scalar_one()))
        connection.execute(
            text("UPDATE node SET hash = :changed WHERE level = :level AND number = :number"),
            {**place, "changed": changed},
        )


def halted(register: Trail) -> tuple[int, str]:
    """Where and why the next round halts the publisher; it signs nothing."""
    before = register.rows
    with pytest.raises(PublisherHasHalted) as raised:
        register.publisher.publish()
    assert [row for row in register.rows if row.note is not None] == [row for row in before if row.note is not None]
    [halt] = register.halts
    assert halt.name == "publisher"
    assert halt.reason in str(raised.value)
    with pytest.raises(PublisherHasHalted):  # and so does every other round
        register.publisher.publish()
    return halt.position, halt.reason


def test_nothing_is_published_of_an_empty_register(register: Trail) -> None:
    assert register.publisher.publish() is None
    assert register.rows == []


def test_a_checkpoint_says_what_is_recorded_and_is_signed_by_the_log(register: Trail) -> None:
    other = InmemoryTree(algorithm="sha256")
    for size, name in enumerate(NAMES, 1):
        register.record(name)
        other.append_entry(register.services.store.envelopes(size - 1, 1)[0][1].encode())
        note = register.publish().note or ""
        origin, said, root, *_ = note.split("\n")
        assert (origin, said, b64decode(root)) == (ORIGIN, str(size), other.get_root())
        assert open_checkpoint(note.encode(), [register.log_key])[0].size == size
    assert [(row.size, row.final) for row in register.rows] == [(size, True) for size in range(1, 8)]


def test_publishing_again_changes_nothing(register: Trail) -> None:
    register.record(*NAMES)
    first = register.publish()
    assert register.publish() == first
    assert register.rows == [first]


def test_many_events_are_read_in_batches(register: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    register.record(*NAMES)
    whole = register.publish().note
    for batch in (1, 2, 3, 7):
        monkeypatch.setattr(checking, "BATCH", batch)
        run(register, "DELETE FROM checkpoint")
        seen: list[int] = []
        row = register.publisher.publish(progress=seen.append)
        assert row is not None
        assert (row.note, sum(seen), max(seen)) == (whole, 7, batch)


def test_an_event_is_covered_by_a_checkpoint_of_its_own_if_there_is_none(register: Trail) -> None:
    register.record(*NAMES[:3])
    assert register.publisher.covering(2).size == 3
    register.record(*NAMES[3:])
    assert register.publisher.covering(3).size == 3
    assert register.publisher.covering(4).size == 7
    assert register.publisher.covering(1).size == 3
    with pytest.raises(PositionIsNotRecorded, match=r"No event is recorded at position 8\."):
        register.publisher.covering(8)


def test_several_processes_and_threads_publish_at_once(database_url: str, register: Trail, tmp_path: Path) -> None:
    several = [Trail(database_url, tmp_path) for _ in range(4)]
    try:
        with ThreadPoolExecutor(8) as threads:
            for name in NAMES:
                register.record(name)
                found = list(threads.map(lambda each: each.publish(), several * 2))
                assert len({(row.size, row.note) for row in found}) == 1
    finally:
        for each in several:
            each.close()
    assert [row.size for row in register.rows] == [1, 2, 3, 4, 5, 6, 7]
    for row in register.rows:
        assert open_checkpoint((row.note or "").encode(), [register.log_key])[0].size == row.size
    assert register.halts == []


def test_publishing_while_others_record_covers_everything_in_the_end(
    database_url: str, register: Trail, tmp_path: Path
) -> None:
    with trail(database_url, tmp_path) as other, ThreadPoolExecutor(3) as threads:
        recording = threads.submit(lambda: [register.record(f"Organisation {n}") for n in range(40)])
        publishing = [threads.submit(lambda: [other.publisher.publish() for _ in range(15)]) for _ in range(2)]
        recording.result()
        for each in publishing:
            each.result()
        assert other.publish().size == 40
    assert register.halts == []


# Cut off between the steps


def test_a_row_that_was_not_signed_is_signed_after_it_is_checked(register: Trail) -> None:
    register.record(*NAMES[:3])

    def cut_off() -> LogKeys:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Publisher(register.services.engine, ORIGIN, cut_off, NO_WITNESSES).publish()
    assert [(row.size, row.note) for row in register.rows] == [(3, None)]
    register.record(*NAMES[3:])
    assert register.publish().size == 7
    for row in register.rows:
        assert open_checkpoint((row.note or "").encode(), [register.log_key])[0].root == row.root
    assert [row.size for row in register.rows] == [3, 7]


def test_a_row_that_was_not_signed_and_is_wrong_is_never_signed(register: Trail) -> None:
    register.record(*NAMES[:3])
    with writing(register.services.engine) as connection:
        checkpoints.put(
            connection, [CheckpointRow(2, hashlib.sha256(b"wrong").digest(), "2026-01-01T00:00:00.000000Z")]
        )
    assert halted(register) == (2, "The first 2 events do not lead to the root stored.")


# What is stored contradicts itself


def test_a_changed_event_is_found_and_nothing_is_signed_until_it_is_repaired(register: Trail) -> None:
    register.record(*NAMES[:2])
    register.publish()
    register.record(*NAMES[2:])
    [(_, before)] = register.services.store.envelopes(3, 1)
    change = "UPDATE event SET envelope = :envelope WHERE position = 4"
    run(register, change, envelope=before.replace("Dill SA", "Dull SA"))
    assert halted(register) == (4, "The event at position 4 is not the one that was recorded.")
    with pytest.raises(PublisherHasHalted, match=r"signed any more, from position 4 on: .* --resume\.$"):
        register.publisher.covering(3)
    register.publisher.resume()
    assert halted(register)[0] == 4  # it was not repaired
    run(register, change, envelope=before)
    register.publisher.resume()
    assert register.publish().size == 7


def test_a_missing_event_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES)
    run(spoilt, "DELETE FROM event WHERE position = 5")
    assert halted(spoilt) == (5, "The event at position 5 is missing.")


@pytest.mark.parametrize(("level", "number", "position"), [(0, 0, 1), (0, 6, 7), (1, 0, 2), (1, 2, 6), (2, 0, 4)])
def test_a_changed_node_of_the_tree_is_found(spoilt: Trail, level: int, number: int, position: int) -> None:
    spoilt.record(*NAMES)
    flip_hash(spoilt, level, number)
    assert halted(spoilt)[0] == position


def test_a_missing_node_of_the_tree_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES)
    run(spoilt, "DELETE FROM node WHERE level = 1 AND number = 1")
    assert halted(spoilt)[0] == 4


def test_a_head_that_does_not_follow_from_the_events_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES)
    with writing(spoilt.services.engine) as connection:
        peaks = bytes(connection.execute(text("SELECT peaks FROM head")).scalar_one())
        connection.execute(text("UPDATE head SET peaks = :peaks"), {"peaks": flip(peaks)})
    assert halted(spoilt) == (7, "The first 7 events do not lead to the root stored.")


def test_a_head_that_cannot_be_read_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES)
    run(spoilt, "UPDATE head SET peaks = :peaks", peaks=b"")
    assert halted(spoilt)[0] == 7


def test_a_changed_node_below_the_last_checkpoint_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES[:4])
    spoilt.publish()
    spoilt.record(*NAMES[4:])
    flip_hash(spoilt, 2, 0)
    assert halted(spoilt) == (4, "The tree of the first 4 events has not the root of their checkpoint.")


def test_a_lost_node_below_the_last_checkpoint_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES[:4])
    spoilt.publish()
    spoilt.record(*NAMES[4:])
    run(spoilt, "DELETE FROM node WHERE level = 2")
    assert halted(spoilt) == (4, "A node of the tree of the first 4 events is missing.")


@pytest.mark.parametrize("more", [(), ("Holly GmbH",)])
def test_a_changed_root_of_the_last_checkpoint_is_found(spoilt: Trail, more: tuple[str, ...]) -> None:
    spoilt.record(*NAMES)
    root = spoilt.publish().root
    spoilt.record(*more)
    run(spoilt, "UPDATE checkpoint SET root = :root", root=flip(root))
    assert halted(spoilt) == (7, "The checkpoint of 7 events was signed as another one.")


def test_a_changed_signature_of_the_last_checkpoint_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES)
    note = spoilt.publish().note or ""
    run(spoilt, "UPDATE checkpoint SET note = :note", note=note.replace("\n7\n", "\n8\n"))
    assert halted(spoilt)[1].startswith("The checkpoint of 7 events: The signature of example.org/register is wrong.")
    spoilt.publisher.resume()
    run(spoilt, "UPDATE checkpoint SET note = :note", note="no note")
    assert halted(spoilt)[0] == 7


@pytest.mark.parametrize("signed", [True, False])
def test_events_that_vanished_behind_a_checkpoint_are_missed(spoilt: Trail, signed: bool) -> None:
    spoilt.record(*NAMES)
    spoilt.publish()
    if not signed:
        run(spoilt, "UPDATE checkpoint SET note = NULL")
    run(spoilt, "DELETE FROM event WHERE position = 7")
    run(spoilt, "DELETE FROM node WHERE level = 0 AND number = 6")
    tree = checking.tree_at(spoilt.services.engine, 6)
    run(spoilt, "UPDATE head SET size = 6, peaks = :peaks", peaks=b"".join(tree.peaks))
    assert halted(spoilt) == (7, "There is a checkpoint of 7 events, and the head says 6.")


def test_a_head_changed_behind_its_checkpoint_is_found(spoilt: Trail) -> None:
    spoilt.record(*NAMES)
    spoilt.publish()
    run(spoilt, "UPDATE head SET peaks = :peaks", peaks=bytes(96))
    assert halted(spoilt) == (7, "The head of 7 events has not the root of their checkpoint.")


# Read-only


def test_nothing_is_published_while_the_register_is_read_only(register: Trail) -> None:
    register.record(*NAMES[:3])
    register.publish()
    register.record(NAMES[3])
    with writing(register.services.engine) as connection:
        set_read_only(connection, "a witness has cosigned another history.")
    said = "The register is read-only: a witness has cosigned another history."
    for refused in (register.publisher.publish, register.publisher.final, lambda: register.publisher.covering(4)):
        with pytest.raises(RegisterIsReadOnly) as raised:
            refused()
        assert str(raised.value) == said
    assert register.publisher.covering(3).size == 3
    with pytest.raises(RegisterIsReadOnly):
        register.record(NAMES[4])
    assert [row.size for row in register.rows] == [3]
