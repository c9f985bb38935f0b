"""The one place where engines and services are made."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from api.settings import Settings
from domain.facts import FACTS
from domain.register import Register, utc_now
from domain.store.append import Store
from domain.store.engine import connect
from domain.store.keyfile import load_or_make_key
from domain.store.migrate import migrate
from domain.store.vault import Vault
from projections.indicators import INDICATORS
from projections.journal import Journal
from projections.scorecards.scorecard import fixed

GOALPOSTS = {i.id: (str(fixed(i.floor, 4)), str(fixed(i.target, 4))) for i in INDICATORS}
"""Default floor and target of every indicator, for the rules on scoring policies (docs/principles.md A29)."""


class Services:
    """What a running program stands on: the settings, the log, the register and the one API token."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.engine: Engine = connect(settings.database_url)
        self.vault = Vault(load_or_make_key(settings.data / "vault.key"))
        self.store = Store(self.engine, FACTS, [Journal().project])
        self.register = Register(self.store, self.vault, GOALPOSTS, clock)
        self.token = _load_or_make_token(settings.data / "token")
        self.clock = clock

    def close(self) -> None:
        self.engine.dispose()


def open_services(
    settings: Settings, clock: Callable[[], datetime] = utc_now, *, migrating: bool = True
) -> Services:
    """The services over the database of the settings, its tables brought up to date unless told otherwise."""
    services = Services(settings, clock)
    if migrating:
        migrate(services.engine)
    return services


def _load_or_make_token(path: Path) -> str:
    """The token in the file, made on first start and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"cf_{secrets.token_urlsafe(32)}\n")
    return path.read_text().strip()
