"""How far followers have come, recorded by itself or with the events that came of it."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import IntegrityError, ProcessRecorder, StoredEvent, Tracking, TrackingRecorder
from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from domain.store.engine import reading, writing
from domain.store.failures import translated
from domain.store.recorder import Recorder, insert_rows
from domain.store.schema import tracking

_reached = select(tracking.c.notification_id).where(tracking.c.application_name == bindparam("name"))
_insert = insert(tracking)
_update = (
    update(tracking)
    .where(tracking.c.application_name == bindparam("name"), tracking.c.notification_id < bindparam("reached"))
    .values(notification_id=bindparam("reached"))
)


class Tracker(TrackingRecorder):
    """One row a follower, which only moves forward: a position reached already is an IntegrityError."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def insert_tracking(self, tracking: Tracking) -> None:
        with translated(), writing(self.engine) as connection:
            move_on(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        with translated(), reading(self.engine) as connection:
            return reached(connection, application_name)


class TrackedRecorder(Recorder, ProcessRecorder):
    """A recorder whose `insert_events` takes a `tracking` and stores it in the same transaction."""

    def insert_tracking(self, tracking: Tracking) -> None:
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        with self._reading() as connection:
            return reached(connection, application_name)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        tracking: Tracking | None = kwargs.get("tracking")
        with self._appending() as head:
            positions = insert_rows(head, stored_events)
            if tracking is not None:
                move_on(head.connection, tracking)
            return positions


def move_on(connection: Connection, place: Tracking) -> None:
    """Within the transaction of `connection`. Raises IntegrityError where the place was reached before."""
    values = {"name": place.application_name, "reached": place.notification_id}
    if connection.execute(_update, values).rowcount == 1:
        return
    if reached(connection, place.application_name) is not None:
        raise IntegrityError(f"{place.application_name} has been at {place.notification_id} before.")
    connection.execute(_insert, {"application_name": place.application_name, "notification_id": place.notification_id})


def reached(connection: Connection, application_name: str) -> int | None:
    """The position up to which a follower has come, None where it has not begun."""
    position: int | None = connection.execute(_reached, {"name": application_name}).scalar_one_or_none()
    return position
