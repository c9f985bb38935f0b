"""A database that many tests use, one after the other, emptied in between.

Its connections stay open: planning the scorecard's statements anew takes longer than most tests.
"""

from typing import Any

from sqlalchemy import MetaData, delete, insert, select

from domain.store.engine import connect, writing
from domain.store.migrate import migrate


class Emptied:
    """All tables are there; `empty` makes them as they were at first."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        migrate(self.engine)
        self._tables = MetaData()
        self._first: dict[str, list[dict[str, Any]]] = {}
        with self.engine.connect() as connection:
            self._tables.reflect(connection)
            for table in self._tables.sorted_tables:
                self._first[table.name] = [dict(row) for row in connection.execute(select(table)).mappings()]

    def empty(self) -> None:
        with writing(self.engine) as connection:
            for table in reversed(self._tables.sorted_tables):
                connection.execute(delete(table))
            for table in self._tables.sorted_tables:
                if rows := self._first[table.name]:
                    connection.execute(insert(table), rows)
