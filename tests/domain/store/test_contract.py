"""The eventsourcing library's own contract tests, on both databases."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import ApplicationRecorder, PersistenceError, Tracking
from eventsourcing.tests import persistence as contract
from eventsourcing.utils import Environment
from sqlalchemy import Engine, QueuePool
from sqlalchemy.exc import DBAPIError

from domain.store.application import Factory
from domain.store.engine import connect
from domain.store.failures import translated
from domain.store.migrate import migrate
from domain.store.recorder import EventRecorder, Recorder
from domain.store.tracking import TrackedRecorder, Tracker


class OnSQLite:
    url: str
    engine: Engine

    @pytest.fixture(autouse=True)
    def database(self, tmp_path: Path) -> Iterator[None]:
        yield from self.opened(f"sqlite:///{tmp_path / 'register.db'}")

    def opened(self, url: str) -> Iterator[None]:
        self.url = url
        self.engine = connect(url)
        migrate(self.engine)
        yield
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        while pool.checkedout():  # some of the library's tests leave their reading threads behind
            time.sleep(0.01)
        self.engine.dispose()


class OnPostgres(OnSQLite):
    @pytest.fixture(autouse=True)
    def database(self, postgres_url: str) -> Iterator[None]:
        yield from self.opened(postgres_url)


class Streams(contract.AggregateRecorderTestCase):
    __test__ = False
    engine: Engine

    def create_recorder(self) -> EventRecorder:
        return EventRecorder(self.engine)


class TestStreamsOnSQLite(OnSQLite, Streams):
    __test__ = True


class TestStreamsOnPostgres(OnPostgres, Streams):
    __test__ = True


class OneOrder(contract.ApplicationRecorderTestCase[ApplicationRecorder]):
    __test__ = False
    engine: Engine

    def create_recorder(self) -> Recorder:
        return Recorder(self.engine)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestOneOrderOnSQLite(OnSQLite, OneOrder):
    __test__ = True


class TestOneOrderOnPostgres(OnPostgres, OneOrder):
    __test__ = True


class Unmixed(contract.NonInterleavingNotificationIDsBaseCase):
    __test__ = False
    engine: Engine

    def create_recorder(self) -> Recorder:
        return Recorder(self.engine)


class TestUnmixedOnSQLite(OnSQLite, Unmixed):
    __test__ = True


class TestUnmixedOnPostgres(OnPostgres, Unmixed):
    __test__ = True


class Places(contract.TrackingRecorderTestCase):
    __test__ = False
    engine: Engine

    def create_recorder(self) -> Tracker:
        return Tracker(self.engine)


class TestPlacesOnSQLite(OnSQLite, Places):
    __test__ = True


class TestPlacesOnPostgres(OnPostgres, Places):
    __test__ = True


class Processes(contract.ProcessRecorderTestCase):
    __test__ = False
    engine: Engine

    def create_recorder(self) -> TrackedRecorder:
        return TrackedRecorder(self.engine)


class TestProcessesOnSQLite(OnSQLite, Processes):
    __test__ = True


class TestProcessesOnPostgres(OnPostgres, Processes):
    __test__ = True


class OwnTracker(Tracker):
    """What a user of the library might name in its settings."""


class Infrastructure(contract.InfrastructureFactoryTestCase[Factory]):
    __test__ = False
    url: str

    def setUp(self) -> None:
        self.env = Environment("Test", {"PERSISTENCE_MODULE": "domain.store.application", "DATABASE_URL": self.url})
        super().setUp()

    def expected_factory_class(self) -> type[Factory]:
        return Factory

    def expected_aggregate_recorder_class(self) -> type[EventRecorder]:
        return EventRecorder

    def expected_application_recorder_class(self) -> type[Recorder]:
        return Recorder

    def expected_tracking_recorder_class(self) -> type[Tracker]:
        return Tracker

    def tracking_recorder_subclass(self) -> type[OwnTracker]:
        return OwnTracker

    def expected_process_recorder_class(self) -> type[TrackedRecorder]:
        return TrackedRecorder


class TestInfrastructureOnSQLite(OnSQLite, Infrastructure):
    __test__ = True


class TestInfrastructureOnPostgres(OnPostgres, Infrastructure):
    __test__ = True


def test_a_place_may_be_recorded_without_an_event(engine: Engine) -> None:
    recorder = TrackedRecorder(engine)
    recorder.insert_tracking(Tracking("feed", 3))
    assert (recorder.max_tracking_id("feed"), recorder.max_notification_id()) == (3, None)


def test_a_failure_that_the_library_has_no_name_for_is_its_general_one() -> None:
    with pytest.raises(PersistenceError), translated():
        raise DBAPIError("SELECT", None, Exception("gone"))
