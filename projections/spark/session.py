"""A Spark session with the settings that the expressions need. What needs pyspark imports it when it is wanted."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from projections.spark.failures import SparkFailed, SparkIsMissing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NEEDED = {
    "spark.sql.ansi.enabled": "true",
    # This rule breaks plans in which one relation stands several times (Spark 4.3).
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
}
PREFERRED = {
    "spark.app.name": "Counterfoil",
    # Rows that lie together by question need not be moved to be joined by question and item, nor sent to everybody.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.enabled": "false",  # it plans every stage by itself: most of ours are over sooner
    "spark.sql.codegen.cache.maxEntries": "2000",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""What `spark-submit --conf` may set otherwise."""


@contextmanager
def session(master: str | None = None, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A session, stopped at the end. `master`: where Spark runs; None: where `spark-submit` says.

    Raises SparkIsMissing, and SparkFailed for what goes wrong in it.
    """
    if not has_java():
        raise SparkIsMissing("This needs Java 17 or newer: install it, or let JAVA_HOME name its folder.")
    try:
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - as all of these: an extra
        from pyspark.core.context import Py4JError  # type: ignore[attr-defined] # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise SparkIsMissing("This needs Apache Spark: install counterfoil[spark].") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        if master is None:
            # Only Java knows what `spark-submit` was told; before it is reached a SparkConf is empty.
            SparkContext._ensure_initialized()  # noqa: SLF001 - as pyspark's own shell does; nothing public does it
        conf = SparkConf()
        conf.setAll([(key, value) for key, value in PREFERRED.items() if not conf.contains(key)])
        conf.setAll([*NEEDED.items(), *(settings or {}).items()])
        if master is not None:
            conf.setMaster(master)
        spark = SparkSession.builder.config(conf=conf).getOrCreate()
        try:
            if not conf.contains("spark.sql.shuffle.partitions"):
                spark.conf.set("spark.sql.shuffle.partitions", spark.sparkContext.defaultParallelism)
            yield spark
        finally:
            spark.stop()
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(f"Spark: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """Of what the JVM said, where it did."""
    cause = getattr(error, "java_exception", None)
    said = str(error if cause is None else cause.toString())
    return next((line.strip() for line in said.splitlines() if line.strip()), type(error).__name__)


def has_java() -> bool:
    """Whether there is one, of whatever version, where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return bool(home and (Path(home) / "bin" / "java").exists()) or shutil.which("java") is not None
