"""All of a database against its own log, on two processors where it is large."""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection as Pipe
from typing import Self

from msgspec import Struct
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import OperationalError

from api.trail.verifying.checkpoints import Vouched, check_checkpoints, check_followers, check_kept, roots
from api.trail.verifying.commands import Commands
from api.trail.verifying.findings import Finding, Findings, Progress, any_text, is_undecodable
from api.trail.verifying.log import events, head_of, reach
from api.trail.verifying.read_models import check_read_models
from api.trail.verifying.vault import VaultCheck
from domain.store.engine import connect, reading, writing
from domain.store.migrate import NEWEST
from domain.store.schema import head
from domain.store.vault import Vault

LARGE = 50_000
"""Events from which on a second process is worth its start."""


class Verified(Struct, frozen=True):
    """What was looked at, and what was found wrong."""

    size: int
    root: bytes | None
    findings: list[Finding]
    count: int
    """Of all findings, those included that are too many to be told."""

    @property
    def ok(self) -> bool:
        return not self.count


def verify(
    engine: Engine,
    vault: Vault,
    vouched: Vouched,
    *,
    kept: bytes | None = None,
    progress: Progress = lambda _: None,
    large: int | None = None,
) -> Verified:
    """Checks everything, as it is at one moment. `progress` is told of each event twice.

    kept: a checkpoint of the log that was kept elsewhere. Raises DoesNotVerify where it is none of this log.
    """
    with reading(engine) as connection:
        if not _is_large(connection, LARGE if large is None else large):
            return verify_within(connection, vault, vouched, kept=kept, progress=progress)
    with _Second(engine) as second, second.together() as connection:
        return verify_within(connection, vault, vouched, kept=kept, progress=progress, second=second)


def verify_within(
    connection: Connection,
    vault: Vault,
    vouched: Vouched,
    *,
    kept: bytes | None = None,
    progress: Progress = lambda _: None,
    second: "_Second | None" = None,
) -> Verified:
    """As `verify`, of what the transaction of `connection` sees."""
    try:
        return _checked(connection, vault, vouched, kept, progress, second)
    except OperationalError as error:
        if not is_undecodable(error):
            raise
    with any_text(connection):
        return _checked(connection, vault, vouched, kept, progress, None)


def _checked(
    connection: Connection,
    vault: Vault,
    vouched: Vouched,
    kept: bytes | None,
    progress: Progress,
    second: "_Second | None",
) -> Verified:
    findings = Findings()
    found = head_of(connection, findings) if _has_tables(connection, findings) else None
    if found is None:
        return Verified(0, None, findings.every, findings.count)
    size, there = found.size, reach(connection, found.size)
    commands = Commands(connection, findings)
    opening = VaultCheck(connection, vault, findings, size)
    for some in events(connection, found, findings, second.both(progress) if second else progress):
        commands.check(some)
        opening.check(some)
    commands.finish()
    opening.finish()
    check_checkpoints(connection, size, vouched, findings)
    if kept is not None:
        check_kept(connection, size, kept, vouched, findings)
    check_followers(connection, size, findings)
    if second:
        second.finish(findings, progress)
    else:
        check_read_models(connection, there, findings, progress)
    return Verified(size, roots(connection, [size])[size], findings.every, findings.count)


def _is_large(connection: Connection, large: int) -> bool:
    """Whether there are so many events that a second process is worth its start."""
    nothing = Findings()
    found = head_of(connection, nothing) if _has_tables(connection, nothing) else None
    return found is not None and reach(connection, found.size) >= large


def _has_tables(connection: Connection, findings: Findings) -> bool:
    """Whether the tables are those of this release."""
    there = inspect(connection).has_table("alembic_version")
    versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() if there else []
    if versions == [NEWEST]:
        return True
    findings.add("tables", None, f"The tables are of version {', '.join(map(str, versions)) or 'none'}, not {NEWEST}.")
    return False


class _Second:
    """Another process that checks the read models meanwhile, in a transaction that sees what ours does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._found: tuple[list[Finding], int] | None = None
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        url = engine.url.render_as_string(hide_password=False)
        self._process = context.Process(target=_check_apart, args=(url, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
        self._pipe.close()

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """A transaction in which the database is at the moment at which the other process sees it."""
        self._pipe.recv()
        with ExitStack() as stack:
            with writing(self._engine) as writer:  # nobody records meanwhile
                writer.execute(select(head.c.id).with_for_update())
                self._pipe.send(None)
                self._pipe.recv()
                connection = stack.enter_context(reading(self._engine))
                connection.execute(select(head.c.id))
            yield connection

    def both(self, progress: Progress) -> Progress:
        """The progress of both, told as ours is made."""

        def tell(done: int) -> None:
            progress(done)
            while not self._found and self._pipe.poll():
                self._take(progress)

        return tell

    def _take(self, progress: Progress) -> None:
        try:
            told = self._pipe.recv()
        except EOFError:
            told = (
                [Finding("journal", None, "The process that compared the read models ended before it was done.")],
                1,
            )
        if isinstance(told, int):
            progress(told)
        else:
            self._found = told

    def finish(self, findings: Findings, progress: Progress) -> None:
        """Waits for the other's findings."""
        while self._found is None:
            self._take(progress)
        findings.extend(*self._found)


def _check_apart(url: str, pipe: Pipe) -> None:
    """What the second process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first one ends this one
    engine = connect(url)
    findings = Findings()
    pipe.send(None)
    pipe.recv()
    with reading(engine) as connection:
        size: int = connection.execute(select(head.c.size)).scalar_one()
        pipe.send(None)
        check_read_models(connection, reach(connection, size), findings, pipe.send)
    pipe.send((findings.every, findings.count))
    engine.dispose()
