"""The eventsourcing library's Application over this store: its event store, mapper and recorder are the write side."""

from typing import cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import EventStore, InfrastructureFactory, TrackingRecorder
from eventsourcing.utils import Environment, EnvType, resolve_topic
from sqlalchemy import Engine

from domain.store.engine import connect
from domain.store.head import Head
from domain.store.mapper import EnvelopeMapper, Facts
from domain.store.migrate import migrate
from domain.store.recorder import EventRecorder, Recorder
from domain.store.tracking import TrackedRecorder, Tracker


class Factory(InfrastructureFactory[TrackingRecorder]):
    """The library's recorders on one engine: the one given, or a new and migrated one for its setting DATABASE_URL."""

    def __init__(self, env: Environment | EnvType | None, engine: Engine | None = None) -> None:
        super().__init__(env)
        self._owns_engine = engine is None
        self.engine = connect(self.env.get("DATABASE_URL") or "") if engine is None else engine
        if self._owns_engine:
            migrate(self.engine)

    def aggregate_recorder(self, purpose: str = "events") -> EventRecorder:
        assert purpose == "events", f"{purpose} have no table"
        return EventRecorder(self.engine)

    def application_recorder(self) -> Recorder:
        return Recorder(self.engine)

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        chosen = cast("type[Tracker]", tracking_recorder_class or (resolve_topic(topic) if topic else Tracker))
        return chosen(self.engine)

    def process_recorder(self) -> TrackedRecorder:
        return TrackedRecorder(self.engine)

    def close(self) -> None:
        if self._owns_engine:
            self.engine.dispose()


class RegisterApplication(Application[UUID]):
    """Takes nothing from the process environment: the engine and the known facts are handed in."""

    def __init__(self, engine: Engine, facts: Facts) -> None:
        self._engine = engine
        self._facts = facts
        super().__init__()

    def within(self, head: Head) -> EventStore[UUID]:
        """The event store inside the transaction that holds `head`: it sees and adds to what is not yet committed."""
        return EventStore(self.mapper, Recorder(self._engine, head))

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        return Environment(name, env)

    def construct_factory(self, env: Environment) -> Factory:
        return Factory(env, self._engine)

    def construct_mapper(self) -> EnvelopeMapper:
        return EnvelopeMapper(self._facts)
