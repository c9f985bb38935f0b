"""The feed kept up to date beside a server: once a second where something was recorded, and as the days pass."""

from threading import Event, Thread

import structlog

from api.feed.freshness import FeedHasHalted, fresh
from api.wiring import Services

EVERY_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class Feeding:
    """A thread that brings the feed up to date. What goes wrong is logged, and the next round tries again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopped = Event()
        self._thread: Thread | None = None
        self._said: str | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Waits for the round that is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round may find it gone
                self._say(error)

    def _look(self) -> None:
        fresh(self._services)
        self._said = None

    def _say(self, error: Exception) -> None:
        """Once for each thing that goes wrong, however many rounds it lasts."""
        said = f"{type(error).__name__}: {error}"
        if said != self._said:
            self._said = said
            if isinstance(error, FeedHasHalted):
                _log.error("not_feeding", reason=str(error))
            else:
                _log.warning("not_feeding", exc_info=error)
