"""Registers that publish checkpoints, and witnesses that serve on loopback, for tests of the audit trail."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette

from api.settings import Settings
from api.trail.publisher import Publisher
from api.trail.witness import Witness, open_witness, witness_app
from api.wiring import POLICY, Services, open_services
from domain.facts.fact import Draft
from domain.log.verify import VerifierKey
from domain.parsing import parse_fact
from domain.register import Command
from domain.store import checkpoints
from domain.store.checkpoints import CheckpointRow, HaltedRow
from domain.store.engine import reading
from domain.store.head import read_only_reason
from local_ids import uid

ORIGIN = "example.org/register"


class Trail:
    """A register in a database, with its keys in a folder."""

    def __init__(self, url: str, folder: Path, policy: str | None = None) -> None:
        if policy is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / POLICY).write_text(policy)
        self.services: Services = open_services(Settings(database_url=url, data=folder, origin=ORIGIN))

    @property
    def publisher(self) -> Publisher:
        return self.services.publisher

    def record(self, *names: str) -> int:
        """Each is registered as an organisation. Returns the size of the log."""
        for name in names:
            data = {"organisation_id": uid(self.services.store.size() + 1), "legal_name": name, "country": "DE"}
            draft = Draft(fact=parse_fact("organisation.registered", data))
            self.services.register.record(Command(command_id=f"register {name}", drafts=(draft,), actor="tester"))
        return self.services.store.size()

    def publish(self) -> CheckpointRow:
        row = self.publisher.publish()
        assert row is not None
        return row

    @property
    def rows(self) -> list[CheckpointRow]:
        with reading(self.services.engine) as connection:
            return checkpoints.every(connection)

    @property
    def halts(self) -> list[HaltedRow]:
        with reading(self.services.engine) as connection:
            return checkpoints.halts(connection)

    @property
    def read_only(self) -> str | None:
        with reading(self.services.engine) as connection:
            return read_only_reason(connection)

    @property
    def log_key(self) -> VerifierKey:
        return self.services.log_keys().current.verifier

    def close(self) -> None:
        self.services.close()


@contextmanager
def trail(url: str, folder: Path, policy: str | None = None) -> Iterator[Trail]:
    opened = Trail(url, folder, policy)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def running(app: Starlette, port: int = 0) -> Iterator[str]:
    """The address of a server on loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Partner(NamedTuple):
    """A partner's witness as it serves."""

    name: str
    witness: Witness
    url: str

    @property
    def key(self) -> VerifierKey:
        return self.witness.key.verifier

    @property
    def line(self) -> str:
        """As a policy file names it."""
        return f"witness {self.name} {self.key} {self.url}\n"

    @property
    def silent_line(self) -> str:
        """As a policy file names one that is not asked."""
        return f"witness {self.name} {self.key}\n"


@contextmanager
def partner(name: str, folder: Path, *logs: VerifierKey, port: int = 0) -> Iterator[Partner]:
    witness = open_witness(folder, f"{name}.example/witness", logs)
    with running(witness_app(witness), port) as url:
        yield Partner(name, witness, url)


def needing_all(*lines: str) -> str:
    """A policy of these witnesses, each of which must have cosigned."""
    names = " ".join(line.split()[1] for line in lines)
    return "".join(lines) + f"group partners all {names}\nquorum partners\n"
