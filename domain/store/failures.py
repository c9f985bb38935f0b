"""Failures of the database by the names that the eventsourcing library gives them."""

from collections.abc import Iterator
from contextlib import contextmanager

import eventsourcing.persistence as library
from sqlalchemy import exc

_NAMES: tuple[tuple[type[Exception], type[library.PersistenceError]], ...] = (
    (exc.IntegrityError, library.IntegrityError),
    (exc.DataError, library.DataError),
    (exc.OperationalError, library.OperationalError),
    (exc.TimeoutError, library.OperationalError),
    (exc.InternalError, library.InternalError),
    (exc.ProgrammingError, library.ProgrammingError),
    (exc.NotSupportedError, library.NotSupportedError),
    (exc.DatabaseError, library.DatabaseError),
    (exc.InterfaceError, library.InterfaceError),
)


@contextmanager
def translated() -> Iterator[None]:
    """What SQLAlchemy raises inside is raised as the library's exception of the same name."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as error:
        for theirs, ours in _NAMES:
            if isinstance(error, theirs):
                raise ours(str(error)) from error
        raise library.PersistenceError(str(error)) from error
