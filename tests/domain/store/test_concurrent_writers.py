"""Many writers at once, and writers that die (docs/audit.md 2)."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from domain.facts.fact import Envelope
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.recorder import Recorder

Note = Callable[..., Envelope]

# A process of its own that appends `count` times two events: with the library's recorder, since facts are ours alone.
WRITER = """
import sys
from uuid import uuid4
from eventsourcing.persistence import StoredEvent
from domain.store.engine import connect
from domain.store.migrate import migrate
from domain.store.recorder import Recorder
engine = connect(sys.argv[1])
migrate(engine)
recorder = Recorder(engine)
for _ in range(int(sys.argv[2])):
    stream = uuid4()
    recorder.insert_events([StoredEvent(stream, version, "written", b"{}") for version in (1, 2)])
    print(stream, flush=True)
"""


def start_writer(url: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, url, str(count)], stdout=subprocess.PIPE, text=True)


def test_eight_threads_leave_no_gap_and_mix_no_appends(store: Store, note: Note) -> None:
    def write(number: int) -> None:
        for round_ in range(10):
            with store.append() as append:
                first = append.size + 1
                append.put([note(first + step, actor=f"{number}/{round_}") for step in range(3)])
                append.remember(f"{number}/{round_}", "0" * 64, first, first + 2)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    events = store.events()
    assert [envelope.position for envelope in events] == list(range(1, 241))
    actors = [envelope.actor for envelope in events]
    assert actors[0::3] == actors[1::3] == actors[2::3]
    assert len(set(actors)) == 80
    assert store.size() == 240


def test_two_threads_with_the_same_command_record_it_once(store: Store, note: Note) -> None:
    def record(_: int) -> bool:
        with store.append() as append:
            if append.command("only once") is not None:
                return False
            append.put([note(append.size + 1)])
            append.remember("only once", "0" * 64, append.size, append.size)
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(record, range(8))) == 1
    assert store.size() == 1


def test_two_processes_that_start_on_an_empty_database_leave_no_gap(database_url: str) -> None:
    writers = [start_writer(database_url, 50) for _ in range(2)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    engine = connect(database_url)
    notifications = Recorder(engine).select_notifications(None, 1000)
    assert [notification.id for notification in notifications] == list(range(1, 201))
    assert [notification.originator_version for notification in notifications] == [1, 2] * 100
    engine.dispose()


def test_a_writer_killed_at_any_moment_leaves_whole_appends_and_all_that_it_acknowledged(
    engine: Engine, database_url: str
) -> None:
    writer = start_writer(database_url, 100_000)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
    writer.kill()
    acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    writer.stdout.close()
    with Store(engine, {}).append() as append:  # waits until a server has undone what the dead left open
        size = append.size
    notifications = Recorder(engine).select_notifications(None, 1_000_000)
    assert [notification.id for notification in notifications] == list(range(1, size + 1))
    assert [notification.originator_version for notification in notifications] == [1, 2] * (size // 2)
    streams = [str(notification.originator_id) for notification in notifications[::2]]
    assert streams[: len(acknowledged)] == acknowledged
    assert len(streams) - len(acknowledged) in (0, 1)
