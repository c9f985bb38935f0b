"""A log of any length: the same few random histories over and over under other ids."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import Connection

import histories
from domain.store.engine import learn_of
from local_ids import REL, A
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from random_register import written
from recording import Recorded, recorded

_ID = re.compile("([0-9a-f]{8})(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_PLACE = re.compile(r'"position":\d+|"recorded_at":"[^"]*"|"command_id":"[^"]*"')
_AT = "2026-07-01T09:15:00.000000Z"
_CURRENCIES = ("EUR", "JPY", "KWD", "USD")
_STORED, _ASKED = 5_000, 20
"""Events stored, and questions asked, at a time."""


def some() -> list[list[str]]:
    """A dozen random histories."""
    return [log_of(seed, _CURRENCIES[seed % 4]) for seed in range(100, 112)]


def questions(logs: list[list[str]], events: int) -> list[Question]:
    """About every relationship in so many events: in turn all that is known, and what a party knew at nine tenths."""
    turns = events * len(logs) // sum(map(len, logs))
    return [
        Question(relationship_id=UUID(renamed(REL, turn)), as_of=histories.T, known_at=known_at, party=party)
        for turn in range(turns)
        for known_at, party in (((events, None), (events * 9 // 10, UUID(A)))[turn % 2],)
    ]


def stored(url: str, envelopes: list[str]) -> Recorded:
    """A register in an empty database with that log."""
    found = recorded(url)
    store = found.register.store
    for n in range(0, len(envelopes), _STORED):
        with store.append() as append:
            append.put_stored(envelopes[n : n + _STORED])
    learn_of(store.engine, len(envelopes))
    return found


def digests(connection: Connection, wanted: Sequence[Question]) -> list[str]:
    """Of the live scorecards."""
    return [
        card.digest() for n in range(0, len(wanted), _ASKED) for card in scorecards(connection, wanted[n : n + _ASKED])
    ]


def log_of(seed: int, currency: str) -> list[str]:
    """The envelopes of one random history."""
    with TemporaryDirectory() as folder:
        found = written(Random(seed), f"sqlite:///{Path(folder) / 'register.db'}", currency)
        texts = [text for _, text in found.register.store.envelopes(0, 1_000_000)]
        found.register.store.engine.dispose()
    return texts


def texts(logs: list[list[str]], events: int) -> Iterator[str]:
    """So many envelopes, the histories in turn; those of the first turn of the first keep their ids."""
    position = turn = 0
    while True:
        for log in logs:
            for text in log:
                position += 1
                if position > events:
                    return
                yield _placed(renamed(text, turn), position)
            turn += 1


def renamed(text: str, turn: int) -> str:
    """With the ids of that turn: different ones stay different."""
    mask = turn * 0x9E3779B1 & 0xFFFFFFFF
    return _ID.sub(lambda found: f"{int(found[1], 16) ^ mask:08x}{found[2]}", text)


def _placed(text: str, position: int) -> str:
    own = {"p": str(position), "r": json.dumps(_AT), "c": f'"copy-{position}"'}
    return _PLACE.sub(lambda found: f"{found[0].split(':')[0]}:{own[found[0][1]]}", text)
