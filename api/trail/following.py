"""The publisher at work beside a server: a checkpoint every second, and at once after many events."""

import time
from threading import Event, Thread

import structlog

from api.trail.publisher import PublisherHasHalted
from api.wiring import Services
from domain.errors import RegisterIsReadOnly

EVERY_SECONDS = 1.0
MANY_EVENTS = 1000
"""So many since the last checkpoint are published without waiting for the second to pass."""
LOOK_SECONDS = 0.1
_log = structlog.get_logger(__name__)


class Publishing:
    """A thread that publishes. What goes wrong in a round is logged, and the next one tries again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopped = Event()
        self._thread: Thread | None = None
        self._said: str | None = None
        self._published = 0
        self._round_at = float("-inf")

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Waits for the round that is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round may find it gone
                self._say(error)

    def _look(self) -> None:
        size = self._services.store.size()
        is_time = time.monotonic() - self._round_at >= EVERY_SECONDS
        if not is_time and size - self._published < MANY_EVENTS:
            return
        self._round_at = time.monotonic()
        publisher = self._services.publisher
        if not publisher.is_settled(size):
            row = publisher.publish()
            size = row.size if row else 0
        self._published = size
        if self._said is not None:
            _log.info("publishing_again", size=size)
            self._said = None

    def _say(self, error: Exception) -> None:
        """Once for each thing that goes wrong, however many rounds it lasts."""
        said = f"{type(error).__name__}: {error}"
        if said == self._said:
            return
        self._said = said
        if isinstance(error, PublisherHasHalted | RegisterIsReadOnly):
            _log.error("not_publishing", reason=str(error))
        else:
            _log.warning("not_publishing", exc_info=error)
