"""Scoring every relationship on Apache Spark: the journal as Parquet, and all 54 indicators with their evidence.

BENCH_EVENTS, BENCH_RELATIONSHIPS; each master in a process of its own, whose peak memory is Java's.
"""

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import setting
from domain.store.engine import connect
from projections.spark.rebuild import prepare
from projections.spark.scoring import score
from projections.spark.session import session

EVENTS = int(os.environ.get("BENCH_EVENTS", "20000"))
RELATIONSHIPS = int(os.environ.get("BENCH_RELATIONSHIPS", "200"))
MASTERS = os.environ.get("BENCH_MASTERS", "local[1] local[2]").split()
MEMORY = os.environ.get("BENCH_MEMORY", "4g")


def measure(master: str, folder: Path) -> None:
    """Prints the seconds of the first and of a second run in one session, and Java's peak memory in MiB."""
    with session(master, {"spark.driver.memory": MEMORY}) as spark:
        taken = [setting.seconds(partial(score, spark, folder)) for _ in range(2)]
        gateway: Any = spark.sparkContext._gateway  # noqa: SLF001
        status = Path(f"/proc/{gateway.proc.pid}/status").read_text()
    print(*taken, int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024)


def main() -> None:
    setting.title(f"Spark: {EVENTS} events, {RELATIONSHIPS} relationships, {MEMORY} of memory for Java")
    with setting.services("sqlite") as opened, TemporaryDirectory() as folder:
        setting.load(opened, EVENTS, RELATIONSHIPS)
        taken = setting.seconds(partial(prepare, connect(str(opened.engine.url)), Path(folder), opened.clock()))
        print(f"The journal as Parquet: {EVENTS / taken:,.0f} events/s.\n")
        setting.header("master", "first run, s", "second run, s", "events/s", "peak memory of Java, MiB")
        for master in MASTERS:
            command = [sys.executable, "-m", "benchmarks.spark", master, folder]
            first, second, peak = map(float, subprocess.check_output(command, text=True).split())
            setting.say(master, f"{first:.0f}", f"{second:.0f}", f"{EVENTS / second:,.0f}", f"{peak:.0f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
