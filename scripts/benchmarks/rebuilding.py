"""Rebuilding the read models from the log, against a raw scan of the same log."""

import os
from functools import partial

from benchmarks import setting
from projections.rebuild import rebuild

EVENTS = int(os.environ.get("BENCH_EVENTS", "20000"))


def main() -> None:
    setting.title(f"Rebuilding from {EVENTS} events")
    setting.header("database", "rebuild, events/s", "raw scan, events/s", "ratio")
    for engine in setting.engines():
        with setting.services(engine) as opened:
            setting.load(opened, EVENTS, 100)
            ours = EVENTS / setting.seconds(partial(rebuild, opened.engine))
            scan = EVENTS / setting.seconds(partial(opened.store.envelopes, 0, EVENTS))
            setting.say(engine, f"{ours:,.0f}", f"{scan:,.0f}", f"{ours / scan:.2f}")
    print(f"\nPeak memory {setting.peak_memory()}.")


if __name__ == "__main__":
    main()
