"""The publisher at work beside a server: a checkpoint every second, and at once after many events."""

import time

from api.rounds import Rounds
from api.trail.publisher import PublisherHasHalted
from api.wiring import Services
from domain.errors import RegisterIsReadOnly

EVERY_SECONDS = 1.0
MANY_EVENTS = 1000
"""So many since the last checkpoint are published without waiting for the second to pass."""
LOOK_SECONDS = 0.1


class Publishing(Rounds):
    """Publishes what was recorded."""

    def __init__(self, services: Services) -> None:
        super().__init__("publishing", LOOK_SECONDS, PublisherHasHalted, RegisterIsReadOnly)
        self._services = services
        self._published = 0
        self._round_at = float("-inf")

    def look(self) -> bool:
        size = self._services.store.size()
        is_time = time.monotonic() - self._round_at >= EVERY_SECONDS
        if not is_time and size - self._published < MANY_EVENTS:
            return False
        self._round_at = time.monotonic()
        publisher = self._services.publisher
        if not publisher.is_settled(size):
            row = publisher.publish()
            size = row.size if row else 0
        self._published = size
        return True
