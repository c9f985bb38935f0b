"""Whose settings hold in a session that `spark-submit` starts."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import json, sys
from projections.spark.session import session
with session() as spark:
    print(json.dumps({key: spark.conf.get(key) for key in sys.argv[1:]}))
"""


def submitted(program: Path, told: dict[str, str], *arguments: str) -> str:
    """What the program prints last: what Python warns of comes out there too."""
    pyspark = find_spec("pyspark")
    assert pyspark is not None
    assert pyspark.origin is not None
    home = Path(pyspark.origin).parent
    settings = [word for key, value in told.items() for word in ("--conf", f"{key}={value}")]
    done = subprocess.run(
        [home / "bin" / "spark-submit", "--master", "local[1]", *settings, program, *arguments],
        env=os.environ | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.usefixtures("java")
def test_what_spark_submit_is_told_wins_over_our_choices_but_not_over_our_needs(tmp_path: Path) -> None:
    told = {
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.codegen.cache.maxEntries": "7",  # this one is read only while the session is made
    }
    expected = told | {"spark.sql.autoBroadcastJoinThreshold": "-1", "spark.sql.ansi.enabled": "true"}
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    assert json.loads(submitted(program, told | {"spark.sql.ansi.enabled": "false"}, *expected)) == expected
