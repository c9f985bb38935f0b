"""The Chromium that the page tests drive: an installed one, never one of a test tool's own download."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import playwright

VARIABLE = "COUNTERFOIL_TEST_CHROMIUM"
HOW_TO_GET = f"install Chromium (Debian: apt-get install chromium libatomic1) or name one in {VARIABLE}"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def find() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return Path(found)
    return next((path for path in APPLICATIONS if path.exists()), None)


def can_be_driven() -> bool:
    """Whether Playwright's own program, which speaks to the browser, starts on this machine."""
    driver = Path(playwright.__file__).parent / "driver" / "node"
    try:
        return subprocess.run([driver, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
