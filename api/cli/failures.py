"""What went wrong, as one line and an exit status. Source: docs/contract.md 3."""

from alembic.util import CommandError
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.feed.freshness import FeedHasHalted
from api.interchange import LineIsRefused
from api.settings import WrongSettings
from api.trail.archive import ArchiveIsRefused, RegisterIsNotEmpty
from api.trail.backup import BackupFailed
from api.trail.files import FileIsThere
from api.trail.publisher import TrailRefuses
from domain.errors import Refusal
from domain.log.verify import DoesNotVerify
from domain.register import FactIsRefused
from domain.store.engine import UnsupportedDatabase
from domain.store.keyfile import KeyFileIsUnusable
from domain.store.vault import VaultIsUnreadable
from domain.store.wiping import RemnantsStay
from projections.bi.readers import CannotAdmit
from projections.bulk.failures import BulkFailed
from projections.spark.failures import FolderIsTaken, SparkFailed, SparkIsMissing
from projections.unfinished import TakenOver

WRONG_USAGE = (WrongSettings, UnsupportedDatabase)
REFUSED = (
    Refusal,
    FactIsRefused,
    LineIsRefused,
    KeyFileIsUnusable,
    VaultIsUnreadable,
    TrailRefuses,
    ArchiveIsRefused,
    BackupFailed,
    DoesNotVerify,
    FeedHasHalted,
    FileIsThere,
    RegisterIsNotEmpty,
    RemnantsStay,
    CannotAdmit,
    BulkFailed,
    TakenOver,
    SparkIsMissing,
    SparkFailed,
    FolderIsTaken,
)


def told(error: BaseException) -> tuple[str, int] | None:
    """(line, exit status) for what a user can do something about, None for anything unexpected."""
    if isinstance(error, WRONG_USAGE):
        return str(error), 2
    if isinstance(error, REFUSED):
        return str(error), 1
    if isinstance(error, CommandError):
        return f"The tables are not of a form that this release knows: {_line(error)}", 1
    if isinstance(error, PersistenceError | SQLAlchemyError):
        return _of_the_database(error)
    if isinstance(error, OSError):
        return _line(f"{error.strerror}: {error.filename}" if error.strerror and error.filename else error), 1
    return None


def _of_the_database(error: BaseException) -> tuple[str, int] | None:
    """The eventsourcing library's errors have SQLAlchemy's as their cause, and these the driver's within them."""
    cause = error.__cause__ if isinstance(error, PersistenceError) else error
    if isinstance(cause, NoConnection):
        return "The database has no connection free.", 1
    if not isinstance(cause, DBAPIError) or isinstance(cause, IntegrityError | DataError):
        return None
    return f"The database does not answer as expected: {_line(cause.orig)}", 1


def _line(said: object) -> str:
    """The first line of it, as a sentence."""
    lines = str(said).strip().splitlines()
    return f"{lines[0].rstrip('.')}." if lines else "No reason is given."
