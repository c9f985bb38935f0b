"""The feed brought up to date before it is read, and stopped at what it cannot pass. Source: docs/design.md 6."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.wiring import Services
from domain.store import checkpoints
from domain.store.checkpoints import HaltedRow
from domain.store.engine import reading, writing
from domain.store.head import size_of
from domain.store.instants import format_instant
from projections.bi.follower import NAME, Progress, Stand, catch_up, forget
from projections.bulk.failures import NoRoom

DAY_CHANGES_EVERY = 15 * 60
"""Offsets of time zones are multiples of a quarter of an hour."""
PASSING = (OperationalError, InterfaceError, NoConnection, NoRoom, MemoryError, OSError)
"""What is no fault of an entry: the database does not answer, no connection is free, or there is no room."""
CUT_OFF = ("25P03", "25P04")
"""PostgreSQL ended a transaction that was idle or took too long: an InternalError, as what does not pass may be."""
_one_at_a_time = Lock()
_stands: WeakKeyDictionary[Engine, tuple[int, int]] = WeakKeyDictionary()
"""The position and the quarter of an hour at which this process last found the feed of a register up to date."""
_log = structlog.get_logger(__name__)


class FeedHasHalted(Exception):
    """The feed could not be worked out from an entry of the log; it stays as it is until a rebuild."""


def fresh(services: Services) -> int:
    """The feed holds the log up to the position given back, as at today. Raises FeedHasHalted."""
    moment = (services.store.size(), int(services.clock().timestamp()) // DAY_CHANGES_EVERY)
    if _stands.get(services.engine) != moment:
        position = _brought_up(services.engine, services.clock).position
        _stands[services.engine] = (position, moment[1])
    return _stands[services.engine][0]


def rebuilt(services: Services, progress: Progress = lambda *_: None) -> Stand:
    """All of it is worked out anew; rows that come out the same keep their watermark. Lets a halted feed go on."""
    with writing(services.engine) as connection:
        checkpoints.resume(connection, NAME)
    forget(services.engine)
    return _brought_up(services.engine, services.clock, progress)


def _brought_up(engine: Engine, clock: Callable[[], datetime], progress: Progress = lambda *_: None) -> Stand:
    with _one_at_a_time:
        _refuse_when_halted(engine)
        try:
            return catch_up(engine, clock(), progress)
        except Exception as error:
            if _passes(error):
                raise  # the next attempt may find it well
            _log.error("feed_has_halted", exc_info=error)
            _halt(engine, f"{type(error).__name__}: {error}", clock())
            _refuse_when_halted(engine)
            raise


def _passes(error: Exception) -> bool:
    cut_off = isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in CUT_OFF
    return cut_off or isinstance(error, PASSING)


def kind_of(halt: HaltedRow) -> str:
    """The class of the error that halted the feed. What else the row says may quote an entry, and is the operator's."""
    return halt.reason.partition(":")[0]


def _halt(engine: Engine, reason: str, now: datetime) -> None:
    with reading(engine) as connection:
        row = HaltedRow(NAME, size_of(connection), reason, format_instant(now))
    with suppress(IntegrityError), writing(engine) as connection:
        checkpoints.halt(connection, row)


def _refuse_when_halted(engine: Engine) -> None:
    with reading(engine) as connection:
        for halt in checkpoints.halts(connection):
            if halt.name == NAME:
                raise FeedHasHalted(
                    f"The BI feed has halted at position {halt.position}: {kind_of(halt)}. "
                    "After a repair: counterfoil rebuild --projection bi."
                )
