"""The one place where engines and services are made."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, inspect, select

from api.settings import Settings, WrongSettings
from api.trail.keys import LOG_KEY, LogKeys, load_or_make_log_keys
from api.trail.publisher import Publisher
from domain.facts import FACTS
from domain.log.policy import NO_WITNESSES, Policy, parse_policy
from domain.log.verify import DoesNotVerify
from domain.register import Register, utc_now
from domain.store import checkpoints
from domain.store.append import Store
from domain.store.engine import connect, reading
from domain.store.keyfile import KeyFileIsUnusable, load_or_make_key, load_or_make_secret
from domain.store.migrate import is_current, migrate
from domain.store.schema import checkpoint, vault_key
from domain.store.tokens import new_token
from domain.store.vault import Vault
from projections.bi.sql import keep_up
from projections.journal import Journal
from projections.scorecards.policy import GOALPOSTS

VAULT_KEY, TOKEN, POLICY = "vault.key", "token", "witness.policy"
"""The files in the data folder."""
_TOKEN = re.compile(r"[!-~]{20,}")


class Services:
    """What a running program stands on: the settings, the log, the register and the one API token."""

    def __init__(self, settings: Settings, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.engine = engine
        self.vault = Vault(_vault_key(settings.data / VAULT_KEY, engine))
        self.store = Store(engine, FACTS, [Journal().project])
        self.register = Register(self.store, self.vault, GOALPOSTS, clock)
        self.token = load_or_make_token(settings.data / TOKEN)
        self.clock = clock

    @cached_property
    def publisher(self) -> Publisher:
        """Raises KeyFileIsUnusable, and WrongSettings for a policy file that cannot be read."""
        self.log_keys()
        policy = load_policy(self.settings.data / POLICY)
        return Publisher(self.engine, self.settings.origin, self.log_keys, policy, self.clock)

    def log_keys(self) -> LogKeys:
        """The log's keys as they lie in the data folder now. None is made for a log that another has signed."""
        path = self.settings.data / LOG_KEY
        if not path.exists() and has_signed(self.engine) and not path.exists():
            raise KeyFileIsUnusable(f"The log key file {path} is missing, and checkpoints are signed: put it back.")
        return load_or_make_log_keys(self.settings.data, self.settings.origin)

    def close(self) -> None:
        if "publisher" in self.__dict__:
            self.publisher.close()
        self.engine.dispose()


def open_services(settings: Settings, clock: Callable[[], datetime] = utc_now, *, migrating: bool = True) -> Services:
    """The services over the database of the settings, its tables brought up to date unless told otherwise."""
    engine = connect(settings.database_url)
    try:
        services = Services(settings, engine, clock)
        if migrating and not is_current(engine):
            migrate(engine)
            keep_up(engine)
    except BaseException:
        engine.dispose()
        raise
    return services


def _vault_key(path: Path, engine: Engine) -> bytes:
    """The key in the file. None is made for a register that has sealed texts already: they are under another."""
    if not path.exists() and has_sealed(engine):
        raise KeyFileIsUnusable(f"The vault key file {path} is missing, and texts are sealed under it: put it back.")
    return load_or_make_key(path)


def has_sealed(engine: Engine) -> bool:
    with reading(engine) as connection:
        if not inspect(connection).has_table(vault_key.name):
            return False
        return connection.execute(select(vault_key.c.subject).limit(1)).first() is not None


def has_signed(engine: Engine) -> bool:
    with reading(engine) as connection:
        return inspect(connection).has_table(checkpoint.name) and checkpoints.newest(connection) is not None


def load_policy(path: Path) -> Policy:
    """Whose cosignatures make a checkpoint final; nobody's where there is no such file."""
    try:
        return parse_policy(path.read_bytes())
    except FileNotFoundError:
        return NO_WITNESSES
    except DoesNotVerify as error:
        raise WrongSettings(f"{path}: {error}") from error


def load_or_make_token(path: Path) -> str:
    """The API token in the file. Raises KeyFileIsUnusable where it holds none: an empty token would let anyone in."""
    token = load_or_make_secret(path, new_token)
    if not _TOKEN.fullmatch(token):
        raise KeyFileIsUnusable(f"The token file {path} holds no token; when it is deleted, a new one is made.")
    return token
