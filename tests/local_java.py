"""The Java that Apache Spark runs on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

HOW_TO_GET = "install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless) or set JAVA_HOME"


def is_there() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java") is not None or (home is not None and (Path(home) / "bin" / "java").exists())
