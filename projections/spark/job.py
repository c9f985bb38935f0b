"""The program for `spark-submit`: `job.py FOLDER` scores what `rebuild --engine spark --prepare` wrote there."""

import sys
from pathlib import Path

from projections.spark.scoring import score
from projections.spark.session import session

if __name__ == "__main__":
    with session() as spark:
        score(spark, Path(sys.argv[1]))
