"""Following the log as it grows: PostgreSQL tells its listeners, SQLite is asked again and again."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Thread
from typing import cast

import psycopg
from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine

from domain.store.engine import reading
from domain.store.head import CHANNEL, size_of

POLL_SECONDS = 0.05
LISTEN_SECONDS = 0.2  # how soon a listener notices that it has been stopped


class Following(ListenNotifySubscription[ApplicationRecorder]):
    """The library's subscription, woken up whenever the log has grown. A lost connection ends it with its error."""

    def __init__(
        self, recorder: ApplicationRecorder, engine: Engine, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._engine = engine
        self._watch_thread = Thread(target=self._watch)
        self._watch_thread.start()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._watch_thread.join()

    def _watch(self) -> None:
        try:
            for _ in self._polled() if self._engine.dialect.name == "sqlite" else self._told():
                self._has_been_notified.set()
        except BaseException as error:  # noqa: BLE001 - raised where the subscription is read
            self._thread_error = self._thread_error or error
            self.stop()

    def _polled(self) -> Iterator[None]:
        size = -1
        while not self._has_been_stopped:
            with reading(self._engine) as connection:
                now = size_of(connection)
            if now != size:
                size = now
                yield
            time.sleep(POLL_SECONDS)

    def _told(self) -> Iterator[None]:
        pooled = self._engine.raw_connection()
        pooled.detach()
        with closing(cast("psycopg.Connection[object]", pooled.dbapi_connection)) as connection:
            connection.autocommit = True
            connection.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
            yield  # for what came before we listened
            while not self._has_been_stopped:
                for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                    yield
