"""A whole log into journal and scorecards in DuckDB, against a raw scan, and the smallest one against the eventsourcing
library's own runner.

BENCH_EVENTS="100000 1000000 5000000" scripts/bench bulk
"""

import os
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection

import long_log
from benchmarks import setting
from benchmarks.library_runner import events_a_second
from domain.store.engine import connect
from projections.bulk.opening import bulk
from projections.bulk.reading import blocks

SIZES = [int(size) for size in os.environ.get("BENCH_EVENTS", "100000 1000000").split()]


def main() -> None:
    setting.title("Log to journal to scorecards in DuckDB, all 54 indicators")
    setting.header(
        "events",
        "relationships",
        "journal, s",
        "scorecards, s",
        "events/s",
        "processor, s",
        "memory",
        "scan/s",
        "ratio",
    )
    library = ""
    for size in SIZES:
        with setting.services("sqlite") as opened:
            events = long_log.fill(opened.engine, size)
            setting.say(*measured(opened.settings.database_url, events))
            if not library:
                rate = events_a_second(opened.engine, events)
                library = f"The library's ProjectionRunner on the log of {events:,} events: {rate:,.0f} events/s."
    print(f"\n{library}")


def measured(url: str, size: int) -> list[str]:
    """In a process of its own, so that its peak of memory is that of this log."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_measure, args=(url, size, theirs))
    process.start()
    cells: list[str] = ours.recv()
    process.join()
    return cells


def _measure(url: str, size: int, told: Connection) -> None:
    engine = connect(url)
    scan = setting.seconds(lambda: sum(1 for _ in blocks(engine, 0, size)))
    started, processor = time.perf_counter(), time.process_time()
    with bulk(engine, size) as scoring:
        journal = time.perf_counter() - started
        scoring.ask_of_every(long_log.AS_OF)
        cards = sum(len(batch.numbers) for batch in scoring.batches(explained=False))
        whole, worked = time.perf_counter() - started, time.process_time() - processor
    told.send(
        [
            f"{size:,}",
            f"{cards:,}",
            f"{journal:.1f}",
            f"{whole - journal:.1f}",
            f"{size / whole:,.0f}",
            f"{worked:.1f}",
            setting.peak_memory(),
            f"{size / scan:,.0f}",
            f"{size / whole / (size / scan):.2f}",
        ]
    )


if __name__ == "__main__":
    main()
