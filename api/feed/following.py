"""The feed kept up to date beside a server: once a second where something was recorded, and as the days pass."""

from api.feed.freshness import FeedHasHalted, fresh
from api.rounds import Rounds
from api.wiring import Services

EVERY_SECONDS = 1.0


class Feeding(Rounds):
    """Brings the feed up to date."""

    def __init__(self, services: Services) -> None:
        super().__init__("feeding", EVERY_SECONDS, FeedHasHalted)
        self._services = services

    def look(self) -> bool:
        fresh(self._services)
        return True
