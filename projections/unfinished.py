"""What a rebuild leaves that did not come to its end, for the next one to go on from: its copies, and a note on them.

The copies hold the first events of the log as they stood when the log had `size` events. `rules` is how rows were made
of events: with other rules the copies are worth nothing. `owner` is the rebuild at work, which writes nothing more once
another has taken its place.
"""

import hashlib
import re
from secrets import token_hex

from psycopg.errors import DependentObjectsStillExist, UndefinedTable
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable, DropTable

from domain.facts import FACTS
from domain.store.engine import reading, writing
from projections.bulk import decoding
from projections.tables import LIVE, beside

_LEFT = re.compile(rf"^({'|'.join(table.name for table in LIVE.every())}|rebuild)_(next|old)_([0-9a-f]{{8}})$")


class TakenOver(Exception):
    """Another rebuild has begun. It goes on with the copies, or has removed them."""

    def __init__(self) -> None:
        super().__init__("Another rebuild of the read models has begun meanwhile, in place of this one.")


class Unfinished:
    """The copies of one rebuild, owned by this one until another takes them over."""

    def __init__(self, mark: str, *, constraints: bool) -> None:
        self.mark = mark
        self.copies = beside(f"_next_{mark}", constraints=constraints)
        self.note = _note(mark)
        self.owner = token_hex(4)
        self.size = 0

    def own(self, connection: Connection) -> None:
        """Nobody else writes into the copies before the transaction of `connection` ends. Raises TakenOver."""
        same = update(self.note).where(self.note.c.owner == self.owner).values(owner=self.owner)
        try:
            if connection.execute(same).rowcount != 1:
                raise TakenOver
        except DBAPIError as error:
            if isinstance(error.orig, UndefinedTable) or "no such table" in str(error.orig):
                raise TakenOver from error
            raise

    def done(self, engine: Engine) -> int:
        """Up to which position the copies hold the log."""
        with reading(engine) as connection:
            return connection.execute(select(func.max(self.copies.event_fact.c.position))).scalar_one() or 0


def begin(engine: Engine, size: int, *, constraints: bool) -> Unfinished:
    """Copies to be filled: those that another rebuild left, where they were made by the same rules, or empty ones."""
    rules = _rules()
    with writing(engine) as connection:
        for mark in sorted(_marks(connection)):
            found = Unfinished(mark, constraints=constraints)
            row = connection.execute(select(found.note).with_for_update()).one()  # waits where it is being switched to
            names = {table.name for table in found.copies.every()}
            if names <= set(inspect(connection).get_table_names()) and row.rules == rules and row.size <= size:
                connection.execute(update(found.note).values(owner=found.owner))
                found.size = row.size
                return found
    remove(engine)
    made = Unfinished(token_hex(4), constraints=constraints)
    made.size = size
    with writing(engine) as connection:
        for table in (made.note, *made.copies.every()):
            connection.execute(CreateTable(table))  # indexes are faster to make in one go, once the tables are filled
        connection.execute(insert(made.note).values(size=size, rules=rules, owner=made.owner))
    return made


def remove(engine: Engine, mark: str | None = None) -> None:
    """The tables of the rebuild with that mark are gone, or those of all rebuilds.

    Those stay that others use: on PostgreSQL, somebody's view of a table that was live once.
    """
    with writing(engine) as connection:
        left = [found for name in inspect(connection).get_table_names() if (found := _LEFT.match(name))]
        # Notes first, as their owners lock them before anything else.
        for found in sorted(left, key=lambda found: (found[1] != "rebuild", found[0])):
            if mark in (None, found[3]):
                _drop(connection, Table(found[0], MetaData()))


def _drop(connection: Connection, table: Table) -> None:
    try:
        with connection.begin_nested():
            connection.execute(DropTable(table, if_exists=True))
    except DBAPIError as error:
        if not isinstance(error.orig, DependentObjectsStillExist):
            raise


def _marks(connection: Connection) -> set[str]:
    return {
        found[3]
        for name in inspect(connection).get_table_names()
        if (found := _LEFT.match(name)) and found[1] == "rebuild"
    }


def _note(mark: str) -> Table:
    return Table(
        f"rebuild_next_{mark}",
        MetaData(),
        Column("size", BigInteger, nullable=False),
        Column("rules", String(64), nullable=False),
        Column("owner", String(8), nullable=False),
    )


def _rules() -> str:
    """A hash of the SQL that makes rows of events of every type."""
    said = [sql for kind in FACTS for sql in (decoding.facts(kind, ""), *decoding.parts(kind, ""))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
