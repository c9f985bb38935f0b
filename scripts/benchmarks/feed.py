"""The BI feed: made from nothing, brought up to date after one entry, and written to files."""

import os
import tempfile
import time
from functools import partial
from pathlib import Path

from api.feed.exporting import export
from api.feed.freshness import fresh
from benchmarks import setting
from domain.register import Command
from projections.bi.follower import catch_up

EVENTS = int(os.environ.get("BENCH_EVENTS", "20000"))
RELATIONSHIPS = int(os.environ.get("BENCH_RELATIONSHIPS", "200"))


def main() -> None:
    setting.title(f"The BI feed of {EVENTS:,} events in {RELATIONSHIPS:,} relationships")
    setting.header("database", "made from nothing", "rows", "after one entry", "written as Parquet")
    for engine in setting.engines():
        with setting.services(engine) as opened, tempfile.TemporaryDirectory() as folder:
            setting.load(opened, EVENTS, RELATIONSHIPS)
            started = time.perf_counter()
            rows = catch_up(opened.engine, opened.clock()).written
            made = time.perf_counter() - started
            times = []
            for n, draft in enumerate(setting.drafts(EVENTS + 10, RELATIONSHIPS)[EVENTS:]):
                opened.register.record(Command(command_id=f"one-{n}", drafts=(draft,), actor="bench"))
                times.append(setting.seconds(partial(fresh, opened)) * 1000)
            started = time.perf_counter()
            export(opened, Path(folder), "parquet", None, None, lambda *_: None)
            wrote = time.perf_counter() - started
            one = setting.p50_p95(sorted(times))
            setting.say(engine, f"{made:.1f} s", f"{rows:,}", one, f"{wrote:.1f} s")
    print(f"\nPeak memory {setting.peak_memory()}.")


if __name__ == "__main__":
    main()
