"""The same log through the eventsourcing library's own ProjectionRunner, which makes the journal's rows in Python."""

import time
from typing import Any

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from sqlalchemy import Engine

from domain.facts import FACTS
from domain.facts.fact import Envelope
from domain.facts.relationships import RelationshipRegistered
from domain.store.application import RegisterApplication
from projections.expected import rows_of_event

PATIENCE = 600.0


class View(POPOTrackingRecorder):
    """Rows in memory: the runner's own work is measured, not a database's."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0

    def add(self, rows: int, tracking: Tracking) -> None:
        self.insert_tracking(tracking)
        self.rows += rows


class Rows(Projection[View]):
    name = "rows"

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self.currencies: dict[Any, str] = {}

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        envelope: Envelope = domain_event
        if isinstance(envelope.data, RelationshipRegistered):
            self.currencies[envelope.relationship_id] = envelope.data.currency
        made = rows_of_event(envelope, self.currencies.get(envelope.relationship_id))
        self.view.add(len(made.facts) + len(made.parts), tracking)


def events_a_second(engine: Engine, size: int) -> float:
    class Log(RegisterApplication):
        def __init__(self, env: Any = None) -> None:  # noqa: ARG002 - the runner's
            super().__init__(engine, FACTS)

    started = time.perf_counter()
    with ProjectionRunner(application_class=Log, projection_class=Rows, view_class=View) as runner:
        runner.wait(size, timeout=PATIENCE)
    return size / (time.perf_counter() - started)
