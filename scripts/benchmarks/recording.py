"""Recording: one fact and 100 facts a command, against the eventsourcing library's own recorder in the same run."""

import os
from functools import partial
from uuid import uuid4

from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment
from sqlalchemy import make_url

from benchmarks import setting
from domain.facts.fact import Draft
from domain.register import Command, Register

EVENTS = int(os.environ.get("BENCH_EVENTS", "5000"))
STATE = b"x" * 600  # about the size of an envelope


def record(register: Register, drafts: list[Draft], at_once: int) -> None:
    for n in range(0, len(drafts), at_once):
        some = tuple(drafts[n : n + at_once])
        register.record(Command(command_id=f"{at_once}-{n}", drafts=some, actor="bench"))


def native(engine: str, url: str) -> ApplicationRecorder:
    """The library's own recorder for the database, synchronous like ours."""
    parsed = make_url(url)
    if engine == "sqlite":
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": f"{parsed.database}.native"}
    else:
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parsed.database),
            "POSTGRES_HOST": str(parsed.host),
            "POSTGRES_PORT": str(parsed.port or 5432),
            "POSTGRES_USER": str(parsed.username),
            "POSTGRES_PASSWORD": parsed.password or "none",
        }
    factory: InfrastructureFactory = InfrastructureFactory.construct(Environment("Native", env))
    return factory.application_recorder()


def insert(recorder: ApplicationRecorder, at_once: int) -> None:
    for _ in range(0, EVENTS, at_once):
        recorder.insert_events([StoredEvent(uuid4(), 1, "topic", STATE) for _ in range(at_once)])


def main() -> None:
    setting.title(f"Recording {EVENTS} facts")
    setting.header("database", "facts a command", "Counterfoil, events/s", "library's recorder, events/s", "ratio")
    for engine in setting.engines():
        for at_once in (1, 100):
            with setting.services(engine) as opened:
                facts = setting.drafts(EVENTS, 50)
                ours = EVENTS / setting.seconds(partial(record, opened.register, facts, at_once))
                recorder = native(engine, opened.settings.database_url)
                theirs = EVENTS / setting.seconds(partial(insert, recorder, at_once))
                setting.say(engine, at_once, f"{ours:,.0f}", f"{theirs:,.0f}", f"{ours / theirs:.2f}")
    print(f"\nPeak memory {setting.peak_memory()}.")


if __name__ == "__main__":
    main()
