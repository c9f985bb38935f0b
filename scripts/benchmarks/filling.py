"""A large log in a short time: the same histories over and over under other ids, put into the tables directly."""

import re
from collections.abc import Iterator

from sqlalchemy import insert

from api.wiring import Services
from benchmarks import setting
from domain.facts import FACTS
from domain.log.verify import leaf_hash
from domain.store import nodes
from domain.store.engine import learn_of
from domain.store.head import locked_head
from domain.store.mapper import decode
from domain.store.schema import command, event
from projections.rebuild import InBulk
from projections.tables import LIVE

ROUND, RELATIONSHIPS, AT_ONCE = 20_000, 100, 5_000
INSTANT = "2026-03-31T09:15:00.000000Z"
_ID = re.compile("([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8})[0-9a-f]{4}")
_OWN = re.compile(r'"command_id":"[^"]*"|"position":\d+|"recorded_at":"[^"]*"')


def fill(opened: Services, events: int) -> None:
    """The register holds so many events, each of a command of its own, with its tree and its read models."""
    with setting.services("sqlite") as scratch:
        setting.load(scratch, min(ROUND, events), RELATIONSHIPS)
        texts = [text for _, text in scratch.store.envelopes(0, ROUND)]
    journal = InBulk(LIVE)
    for start in range(0, events, AT_ONCE):
        positions = range(start + 1, min(start + AT_ONCE, events) + 1)
        some = list(_renamed(texts, positions))
        envelopes = [decode(text, FACTS) for text in some]
        with locked_head(opened.engine) as locked:
            connection = locked.connection
            connection.execute(
                insert(event),
                [
                    {
                        "position": e.position,
                        "stream_id": str(e.stream_id),
                        "stream_version": e.stream_version,
                        "type": e.type,
                        "event_id": str(e.event_id),
                        "relationship_id": e.relationship_id and str(e.relationship_id),
                        "recorded_at": INSTANT,
                        "envelope": text,
                    }
                    for e, text in zip(envelopes, some, strict=True)
                ],
            )
            connection.execute(
                insert(command),
                [
                    {
                        "command_id": e.command_id,
                        "content_sha256": "0" * 64,
                        "first_position": e.position,
                        "last_position": e.position,
                        "recorded_at": INSTANT,
                    }
                    for e in envelopes
                ],
            )
            nodes.grow(connection, locked.tree, [leaf_hash(text.encode()) for text in some])
            locked.recorded_at = INSTANT
            journal.project(connection, envelopes)
    learn_of(opened.engine, events)


def _renamed(texts: list[str], positions: range) -> Iterator[str]:
    for position in positions:
        turn, place = divmod(position - 1, len(texts))
        own = {
            '"c': f'"command_id":"bulk-{position:08}"',
            '"p': f'"position":{position}',
            '"r': f'"recorded_at":"{INSTANT}"',
        }
        text = _OWN.sub(lambda found, own=own: own[found[0][:2]], texts[place])  # type: ignore[misc]
        yield _ID.sub(lambda found, turn=turn: f"{found[1]}{turn:04x}", text)  # type: ignore[misc]
