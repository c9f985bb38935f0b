"""Work that goes on beside a server, round after round, in a thread of its own."""

from abc import ABC, abstractmethod
from threading import Event, Thread

import structlog

_log = structlog.get_logger(__name__)


class Rounds(ABC):
    """Looks every so many seconds. What goes wrong is logged, once for each thing, and the next round tries again.

    what: names the thread, and the work in the log; told: failures whose sentence says it all.
    """

    def __init__(self, what: str, seconds: float, *told: type[Exception]) -> None:
        self._what = what
        self._seconds = seconds
        self._told = told
        self._stopped = Event()
        self._thread: Thread | None = None
        self._said: str | None = None

    @abstractmethod
    def look(self) -> bool:
        """One round; gives whether there was anything to try."""

    def start(self) -> None:
        self._thread = Thread(target=self._run, name=self._what, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Waits for the round that is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                if self.look() and self._said is not None:
                    self._said = None
                    _log.info(f"{self._what}_again")
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round may find it gone
                self._say(error)

    def _say(self, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"
        if said == self._said:
            return
        self._said = said
        if isinstance(error, self._told):
            _log.error(f"not_{self._what}", reason=str(error))
        else:
            _log.warning(f"not_{self._what}", exc_info=error)
