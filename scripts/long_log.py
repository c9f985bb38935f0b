"""A log of any length in a short time, deterministic: a hundred events of each of the fuller demo relationships.

They come over and over under other ids, all relationships side by side, and touch all twelve principles. The rows go
straight into the table of events, without tree, commands or read models: a rebuild reads nothing else.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, insert, update
from sqlalchemy.dialects import sqlite

from api.interchange import record_file
from api.settings import Settings
from api.wiring import open_services
from domain.store.engine import learn_of, writing
from domain.store.schema import event, head

EACH = 100
"""Events of a relationship."""
AS_OF = date(2026, 11, 20)
DEMO = Path(__file__).parents[1] / "api" / "demo"
AT_ONCE = 10_000
_ID = re.compile("([0-9a-f]{8})(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_ALIAS = re.compile('(?<="alias":")[^"]*')
_POSITION = re.compile(r'"position":\d+')


class _Head(msgspec.Struct):
    stream_id: str
    stream_version: int
    type: str
    event_id: str
    relationship_id: str | None
    recorded_at: str


_head = msgspec.json.Decoder(_Head)


def fill(engine: Engine, events: int) -> int:
    """The log of an empty, migrated register holds about so many events; gives how many."""
    wide, stories = _told()
    relationships = (events - len(wide)) // EACH
    rows = _rows(wide, stories, relationships)
    with _loading(engine) as insert_rows:
        position = 0
        while some := list(islice(rows, AT_ONCE)):
            insert_rows(some)
            position = some[-1]["position"]
    with writing(engine) as connection:
        connection.execute(update(head).values(size=position, peaks=bytes(32) * position.bit_count()))
    learn_of(engine, position)
    return position


@contextmanager
def _loading(engine: Engine) -> Iterator[Callable[[list[dict[str, Any]]], None]]:
    """Inserts into the table of events; on SQLite in one transaction that need not survive a loss of power."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield lambda rows: void(connection.execute(insert(event), rows))
        return
    assert engine.url.database
    sql = str(insert(event).compile(dialect=sqlite.dialect(paramstyle="named")))
    with closing(sqlite3.connect(engine.url.database, isolation_level=None)) as raw:
        for setting in ("synchronous = OFF", "cache_size = -1000000"):
            raw.execute(f"PRAGMA {setting}")
        raw.execute("BEGIN")
        yield lambda rows: void(raw.executemany(sql, rows))
        raw.execute("COMMIT")


def void(_: object) -> None:
    """What an insert gives back is of no use."""


def _told() -> tuple[list[str], list[list[str]]]:
    """The demo register's facts about everybody, and a digest of the life of each relationship with facts enough."""
    with tempfile.TemporaryDirectory() as folder:
        opened = open_services(Settings(database_url=f"sqlite:///{folder}/demo.db", data=Path(folder)))
        for file in sorted(DEMO.glob("*.ndjson")):
            record_file(opened.register, file, actor="demo")
        texts = [text for _, text in opened.store.envelopes(0, 1_000_000)]
        opened.close()
    wide: list[str] = []
    lives: dict[str, list[str]] = {}
    for text in texts:
        key = _head.decode(text).relationship_id
        (wide if key is None else lives.setdefault(key, [])).append(text)
    return wide, [story for life in lives.values() if len(story := _shortened(life)) == EACH]


def _shortened(life: list[str]) -> list[str]:
    """A hundred events of a relationship: its own, and whole items of every family in turn, the newest first."""
    items: dict[str, list[int]] = {}
    families: dict[str, dict[str, None]] = {}
    for n, text in enumerate(life):
        said = _head.decode(text)
        items.setdefault(said.stream_id, []).append(n)
        families.setdefault(said.type.split(".")[0], {}).setdefault(said.stream_id)
    chosen: set[int] = set()
    for family in ("relationship", "lifecycle"):
        chosen.update(n for item in families.pop(family, {}) for n in items[item])
    queues = [list(streams) for streams in families.values()]
    while any(queues):
        for queue in filter(None, queues):
            item = items[queue.pop()]
            if len(chosen.union(item)) <= EACH:
                chosen.update(item)
    return [life[n] for n in sorted(chosen)]


def _rows(wide: list[str], stories: list[list[str]], relationships: int) -> Iterator[dict[str, Any]]:
    position = 0
    for text in wide:
        position += 1
        yield _row(text, position)
    for n in range(EACH):
        for number in range(relationships):
            turn, story = divmod(number, len(stories))
            position += 1
            yield _row(_renamed(stories[story][n], turn), position)


def _renamed(text: str, turn: int) -> str:
    mask = turn * 0x9E3779B1 & 0xFFFFFFFF
    text = _ALIAS.sub(lambda found: f"{found[0]}-{turn}", text)
    return _ID.sub(lambda found: f"{int(found[1], 16) ^ mask:08x}{found[2]}", text)


def _row(text: str, position: int) -> dict[str, Any]:
    text = _POSITION.sub(f'"position":{position}', text, count=1)
    said = _head.decode(text)
    return {
        "position": position,
        "stream_id": said.stream_id,
        "stream_version": said.stream_version,
        "type": said.type,
        "event_id": said.event_id,
        "relationship_id": said.relationship_id,
        "recorded_at": said.recorded_at,
        "envelope": text,
    }
