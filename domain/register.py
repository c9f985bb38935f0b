"""The register: takes commands, decides their facts and appends them, all or nothing. The one gate for writes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.errors import CommandIdIsUsed, IsMalformed, Refusal
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

    def record(self, command: Command) -> Answer:
        """The command's facts are part of this transaction. Raises FactIsRefused; CommandIdIsUsed, IsMalformed."""
        if not 1 <= len(command.command_id) <= 200:
            raise IsMalformed(f"A command id has 1 to 200 characters, not {len(command.command_id)}.", "command_id")
        content = self._vault.fingerprint(
            msgspec.json.encode(msgspec.to_builtins(command.drafts), order="deterministic")
        )
        if (known := self._append.command(command.command_id)) is not None:
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
                raise FactIsRefused(index, refusal) from refusal
        appended = tuple(e for e in events if e is not None)
        first, last = (before + 1, self._session.size) if appended else (None, None)
        self._append.remember(command.command_id, content, first, last)
        return Answer(events=appended, position=self._session.size)

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

    @contextmanager
    def transaction(self, *, dry_run: bool = False) -> Iterator[Transaction]:
        """Everything recorded inside is committed at the end, or rolled back when anything is raised or `dry_run`."""
        try:
            with self.store.append() as append:
                self._cache.follow(append.size)
                session = Session(append, self._cache, self.vault, self._goalposts, self._clock)
                yield Transaction(append, session, self.vault)
                session.flush()
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
