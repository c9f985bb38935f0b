"""What the measurements share: registers in fresh databases of either kind, clocks, and how figures are printed."""

import os
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

import synthetic
from api.event_names import Names
from api.interchange import draft, parse_line
from api.observing import configure_logs
from api.settings import Settings
from api.wiring import Services, open_services
from domain.facts.fact import Draft
from domain.register import Command
from domain.store.engine import learn_of

POSTGRES = os.environ.get("COUNTERFOIL_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")


def engines() -> list[str]:
    """SQLite, and PostgreSQL where a server answers."""
    try:
        psycopg.connect(POSTGRES.replace("+psycopg", ""), connect_timeout=2).close()
    except psycopg.OperationalError:
        print("PostgreSQL does not answer: its figures are left out (COUNTERFOIL_TEST_POSTGRES_URL names a server).")
        return ["sqlite"]
    return ["sqlite", "postgresql"]


@contextmanager
def database(engine: str) -> Iterator[tuple[str, Path]]:
    """The address of an empty database and a folder, both gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            yield f"sqlite:///{folder}/register.db", Path(folder)
            return
        name = f"counterfoil_bench_{uuid.uuid4().hex}"
        with psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            try:
                yield POSTGRES.rsplit("/", 1)[0] + f"/{name}", Path(folder)
            finally:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def services(engine: str) -> Iterator[Services]:
    configure_logs("warning")
    with database(engine) as (url, folder):
        opened = open_services(Settings(database_url=url, data=folder))
        try:
            yield opened
        finally:
            opened.close()


def load(opened: Services, events: int, relationships: int) -> None:
    """The synthetic facts are recorded, 1,000 a command, and the planner knows of them."""
    facts = drafts(events, relationships)
    for n in range(0, events, 1_000):
        opened.register.record(Command(command_id=f"load-{n}", drafts=tuple(facts[n : n + 1_000]), actor="bench"))
    learn_of(opened.engine, events)


def drafts(events: int, relationships: int) -> list[Draft]:
    """The synthetic facts, parsed."""
    names = Names()
    return [draft(parse_line(msgspec.json.encode(line)), names) for line in synthetic.lines(events, relationships)]


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def milliseconds(work: Callable[[], object], times: int = 60, warm: int = 8) -> Sequence[float]:
    """The times of `times` runs, after some that are not counted."""
    for _ in range(warm):
        work()
    return sorted(seconds(work) * 1000 for _ in range(times))


def p50_p95(times: Sequence[float]) -> str:
    return f"p50 {statistics.median(times):.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms"


def peak_memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB"


def title(text: str) -> None:
    print(f"\n## {text}\n", flush=True)


def say(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def header(*cells: str) -> None:
    say(*cells)
    say(*("---" for _ in cells))
