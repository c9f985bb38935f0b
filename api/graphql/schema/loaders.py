"""One loader for each kind of thing a request may need: what is asked for in the same moment is read at once."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from domain.facts.fact import Envelope
from domain.log.tree import inclusion_ranges
from domain.store import checkpoints, nodes, reads
from domain.store.checkpoints import CheckpointRow
from domain.store.head import size_of
from domain.store.reads import position_at
from domain.store.vault import Vault
from domain.values import Sealed
from projections import directory, entries
from projections.directory import Organisation
from projections.due import DueItem, due
from projections.entries import EntryFilter, Remarks
from projections.items.listing import Family, Wanted
from projections.items.listing import pages as item_pages
from projections.pages import Page
from projections.scorecards.asking import Relationship
from projections.scorecards.question import Question
from projections.scorecards.scorecard import Scorecard
from projections.scorecards.service import scorecards

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
CARDS_AT_ONCE = 200
Covering = Callable[[int], Awaitable[CheckpointRow]]
"""A signed checkpoint that has the event at a position in it."""


class Read(Protocol):
    """Runs a read in a thread, in a transaction of its own."""

    def __call__(
        self, ask: Callable[[Connection, list[K]], Sequence[V]], keys: list[K], /
    ) -> Awaitable[Sequence[V]]: ...


class Asked(Struct, frozen=True):
    """A scorecard that is asked for."""

    question: Question
    policy_version: int | None = None


class EntriesWanted(Struct, frozen=True):
    """A page of the entries of one relationship."""

    relationship_id: UUID
    wanted: EntryFilter
    first: int
    after: str | None


class ItemsWanted(Struct, frozen=True):
    """A page of the items of one relationship."""

    question: Question
    family: Family[Any]
    wanted: Wanted
    first: int
    after: str | None


class DueWanted(Struct, frozen=True):
    """What is due in one relationship."""

    question: Question
    until: date | None


class Proven(Struct, frozen=True):
    """An event's stored text, and the hashes that lead from it to the root of a signed checkpoint."""

    position: int
    text: str
    hashes: list[bytes]
    checkpoint: CheckpointRow


class Loaders:
    """Loaders of one request, or of what is left of it after a mutation."""

    def __init__(self, read: Read, vault: Vault, covering: Covering) -> None:
        self.sizes = _loader(read, _sizes)
        self.relationships = _loader(read, _relationships)
        self.organisations = _loader(read, _organisations)
        self.standings = _loader(read, directory.standings)
        self.scorecards = _Grouped(read, _plain, _known_policy).loader
        self.explained = _Grouped(read, _explained, _known_policy).loader
        self.by_position = _loader(read, _by_position)
        self.by_event_id = _loader(read, _by_event_id)
        self.streams = _loader(read, _streams)
        self.remarks = _loader(read, _remarks)
        self.positions_at = _loader(read, _positions_at)
        self.texts = _loader(read, _Opening(vault).texts)
        self.entries = _Grouped(read, _entries, _page_of_entries).loader
        self.due = _Grouped(read, _due, _due_by).loader
        self.items = _Grouped(read, _items, _page_of_items).loader
        self.checkpoints = _loader(read, _checkpoints)
        self.proofs = _proofs(read, covering)


def _loader(read: Read, ask: Callable[[Connection, list[K]], Sequence[V]]) -> DataLoader[K, V]:
    async def batch(keys: list[K]) -> Sequence[V]:
        return await read(ask, keys)

    return DataLoader(batch)


def _proofs(read: Read, covering: Covering) -> DataLoader[int, Proven]:
    async def batch(positions: list[int]) -> Sequence[Proven]:
        checkpoint = await covering(max(positions))
        return await read(partial(_proven, checkpoint), positions)

    return DataLoader(batch)


class _Grouped(Generic[K, V]):
    """Loads keys that belong together at once; what is wrong with one group fails it alone."""

    def __init__(
        self,
        read: Read,
        ask: Callable[[Connection, list[K]], Sequence[V]],
        group: Callable[[K], Hashable],
    ) -> None:
        self._read = read
        self._ask = ask
        self._group = group
        self.loader: DataLoader[K, V] = DataLoader(self._batch)

    async def _batch(self, keys: list[K]) -> Sequence[V | BaseException]:
        groups: dict[Hashable, list[int]] = {}
        for n, key in enumerate(keys):
            groups.setdefault(self._group(key), []).append(n)
        found: dict[int, V | BaseException] = {}
        for numbers in groups.values():
            try:
                answers = await self._read(self._ask, [keys[n] for n in numbers])
                found.update(zip(numbers, answers, strict=True))
            except Exception as error:  # noqa: BLE001 - raised again to everyone who asked for one of the group
                found.update(dict.fromkeys(numbers, error))
        return [found[n] for n in range(len(keys))]


# What belongs together


def _known_policy(asked: Asked) -> Hashable:
    return asked.policy_version, asked.question.known_at


def _page_of_entries(asked: EntriesWanted) -> Hashable:
    return asked.wanted, asked.first, asked.after


def _page_of_items(asked: ItemsWanted) -> Hashable:
    return asked.family.types, asked.wanted, asked.first, asked.after


def _due_by(asked: DueWanted) -> Hashable:
    return asked.until


# What is read


def _sizes(connection: Connection, keys: list[str]) -> list[int]:
    return [size_of(connection) for _ in keys]


def _relationships(connection: Connection, keys: list[UUID]) -> list[Relationship | None]:
    found = directory.relationships_by_id(connection, keys)
    return [found.get(key) for key in keys]


def _organisations(connection: Connection, keys: list[UUID]) -> list[Organisation | None]:
    found = directory.organisations_by_id(connection, keys)
    return [found.get(key) for key in keys]


def _cards(connection: Connection, asked: list[Asked], *, explained: bool) -> list[Scorecard]:
    found: list[Scorecard] = []
    for start in range(0, len(asked), CARDS_AT_ONCE):
        some = [each.question for each in asked[start : start + CARDS_AT_ONCE]]
        found.extend(scorecards(connection, some, asked[0].policy_version, explained=explained))
    return found


def _plain(connection: Connection, asked: list[Asked]) -> list[Scorecard]:
    return _cards(connection, asked, explained=False)


def _explained(connection: Connection, asked: list[Asked]) -> list[Scorecard]:
    return _cards(connection, asked, explained=True)


def _by_position(connection: Connection, keys: list[int]) -> list[Envelope | None]:
    found = entries.by_positions(connection, keys)
    return [found.get(key) for key in keys]


def _by_event_id(connection: Connection, keys: list[UUID]) -> list[Envelope | None]:
    found = entries.by_event_ids(connection, keys)
    return [found.get(key) for key in keys]


def _streams(connection: Connection, keys: list[UUID]) -> list[list[Envelope]]:
    found = entries.streams(connection, keys)
    return [found[key] for key in keys]


def _remarks(connection: Connection, keys: list[tuple[UUID, UUID]]) -> list[Remarks]:
    """Of entries given by their stream and their id."""
    found = entries.remarks(connection, dict.fromkeys(stream for stream, _ in keys))
    return [found.get(event_id, Remarks()) for _, event_id in keys]


def _positions_at(connection: Connection, keys: list[datetime]) -> list[int]:
    return [position_at(connection, key) for key in keys]


def _checkpoints(connection: Connection, keys: list[tuple[int | None, bool]]) -> list[CheckpointRow | None]:
    """Signed ones, by their size and whether they must be final; the newest where there is no size."""
    found = [
        checkpoints.newest(connection, final=final) if size is None else checkpoints.at(connection, size)
        for size, final in keys
    ]
    return [
        row if row is not None and row.note is not None and (row.final or not final) else None
        for row, (_, final) in zip(found, keys, strict=True)
    ]


def _proven(checkpoint: CheckpointRow, connection: Connection, positions: list[int]) -> list[Proven]:
    paths = [inclusion_ranges(position - 1, checkpoint.size) for position in positions]
    hashes = iter(nodes.spanning(connection, [span for path in paths for span in path]))
    texts = reads.texts_at(connection, positions)
    return [
        Proven(position, texts[position], list(islice(hashes, len(path))), checkpoint)
        for position, path in zip(positions, paths, strict=True)
    ]


class _Opening:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def texts(self, connection: Connection, keys: list[Sealed]) -> list[str | None]:
        found = self._vault.open_many(connection, keys)
        return [found.get(key) for key in keys]


def _entries(connection: Connection, asked: list[EntriesWanted]) -> list[Page[Envelope]]:
    same = asked[0]
    relationships = [each.relationship_id for each in asked]
    return entries.entries_of(connection, relationships, same.wanted, first=same.first, after=same.after)


def _items(connection: Connection, asked: list[ItemsWanted]) -> list[Page[Any]]:
    same = asked[0]
    questions = [each.question for each in asked]
    return item_pages(connection, same.family, questions, same.wanted, first=same.first, after=same.after)


def _due(connection: Connection, asked: list[DueWanted]) -> list[list[DueItem]]:
    found: dict[UUID, list[DueItem]] = {each.question.relationship_id: [] for each in asked}
    for item in due(connection, [each.question for each in asked], asked[0].until):
        found[item.relationship_id].append(item)
    return [found[each.question.relationship_id] for each in asked]
