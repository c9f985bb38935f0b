"""Rebuilding the read models from the log, against a raw scan of the same log.

BENCH_EVENTS=1000000 scripts/bench rebuilding
"""

import os
from functools import partial

from sqlalchemy import Engine

import long_log
from benchmarks import setting
from projections.bulk.reading import blocks
from projections.rebuild import rebuild

EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))


def main() -> None:
    setting.title(f"Rebuilding from {EVENTS} events")
    setting.header("database", "rebuild, events/s", "raw scan, events/s", "ratio")
    for engine in setting.engines():
        with setting.services(engine) as opened:
            events = long_log.fill(opened.engine, EVENTS)
            scan = events / setting.seconds(partial(_scan, opened.engine, events))
            ours = events / setting.seconds(partial(rebuild, opened.engine))
            setting.say(engine, f"{ours:,.0f}", f"{scan:,.0f}", f"{ours / scan:.2f}")
    print(f"\nPeak memory {setting.peak_memory()}.")


def _scan(engine: Engine, events: int) -> None:
    for block in blocks(engine, 0, events):
        assert block


if __name__ == "__main__":
    main()
