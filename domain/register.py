"""The register: takes commands, decides their facts and appends them, all or nothing. The one gate for writes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.errors import CommandIdIsUsed, Refusal
from domain.facts import FACTS
from domain.facts.fact import Draft, Envelope
from domain.session import Cache, Origin, Session
from domain.store import lookups
from domain.store.append import Append, Store
from domain.store.commands import CommandRow
from domain.store.vault import Vault


class Command(Struct, frozen=True, kw_only=True):
    """One or more facts that belong together. `command_id` makes repeating it harmless (1 to 200 characters)."""

    command_id: str
    drafts: tuple[Draft, ...]
    actor: str
    source: str = "api"
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """What was recorded. `events` is empty when everything already held; `replayed`: this is a first answer again."""

    events: tuple[Envelope, ...]
    position: int
    replayed: bool = False


class FactIsRefused(Exception):
    """One fact of a command was refused; nothing of the command was stored. `index` counts from 0."""

    def __init__(self, index: int, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.index = index
        self.refusal = refusal


def utc_now() -> datetime:
    return datetime.now(UTC)


class Transaction:
    """Commands that are recorded together or not at all."""

    def __init__(self, append: Append, session: Session, vault: Vault) -> None:
        self._append = append
        self._session = session
        self._vault = vault
        self._known: dict[str, CommandRow | None] = {}
        self._new: list[CommandRow] = []

    def look_up(self, command_ids: Iterable[str]) -> None:
        """Recording these commands next does not ask the database for each of them whether it is known."""
        self.flush()
        self._known = self._append.commands(command_ids)

    def record(self, command: Command) -> Answer:
        """The command's facts are part of this transaction. Raises FactIsRefused; CommandIdIsUsed, IsMalformed."""
        content = self._vault.fingerprint(
            msgspec.json.encode(msgspec.to_builtins(command.drafts), order="deterministic")
        )
        if (known := self._recorded(command.command_id)) is not None:
            if known.content_sha256 != content:
                said = f"The command {command.command_id} was recorded with other content."
                raise CommandIdIsUsed(said, "command_id")
            return self._again(known)
        before = self._session.size
        origin = Origin(
            command_id=command.command_id,
            actor=command.actor,
            source=command.source,
            correlation_id=command.correlation_id,
            causation_id=command.causation_id,
        )
        events = []
        for index, draft in enumerate(command.drafts):
            try:
                events.append(self._session.decide(draft, origin))
            except Refusal as refusal:
                self._session.cache.aliases.clear()  # it may have claimed one
                raise FactIsRefused(index, refusal) from refusal
        appended = tuple(e for e in events if e is not None)
        first, last = (before + 1, self._session.size) if appended else (None, None)
        row = self._append.remembered(command.command_id, content, first, last)
        self._known[command.command_id] = row
        self._new.append(row)
        return Answer(events=appended, position=self._session.size)

    def event(self, event_id: UUID) -> Envelope:
        """The event, recorded in this transaction or before. Raises UnknownId."""
        return self._session.event(event_id)

    def flush(self) -> None:
        """All that has been recorded stands in the database, though not yet committed."""
        self._session.flush()
        self._append.remember_all(self._new)
        self._new = []

    def _recorded(self, command_id: str) -> CommandRow | None:
        if command_id not in self._known:
            self._known[command_id] = self._append.command(command_id)
        return self._known[command_id]

    def _again(self, known: CommandRow) -> Answer:
        """The first answer to a command that is repeated."""
        if known.first_position is None or known.last_position is None:
            return Answer(events=(), position=self._session.size, replayed=True)
        self._session.flush()
        events = lookups.between(self._append.connection, FACTS, known.first_position, known.last_position)
        return Answer(events=tuple(events), position=known.last_position, replayed=True)


class Register:
    """The write side. One instance serves a process; several processes may share a database."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        goalposts: Mapping[str, tuple[str, str]],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = store
        self.vault = vault
        self._goalposts = goalposts
        self._clock = clock
        self._cache = Cache()
        self._turn = Lock()  # threads take turns: what one of them undoes must be out of the cache before the next

    @contextmanager
    def transaction(self, *, dry_run: bool = False) -> Iterator[Transaction]:
        """Everything recorded inside is committed at the end, or rolled back when anything is raised or `dry_run`."""
        with self._turn:
            yield from self._transaction(dry_run)

    def _transaction(self, dry_run: bool) -> Iterator[Transaction]:
        try:
            with self.store.append() as append:
                self._cache.follow(append.size)
                session = Session(append, self._cache, self.vault, self._goalposts, self._clock)
                transaction = Transaction(append, session, self.vault)
                yield transaction
                transaction.flush()
                if dry_run:
                    raise _DryRun
        except _DryRun:
            self._cache.clear()
        except BaseException:
            self._cache.clear()
            raise

    def record(self, command: Command, *, dry_run: bool = False) -> Answer:
        """The command's facts are recorded in one transaction, or none of them is. Raises as Transaction.record."""
        with self.transaction(dry_run=dry_run) as transaction:
            return transaction.record(command)


class _DryRun(Exception):
    """Leaves the transaction so that nothing is kept."""
