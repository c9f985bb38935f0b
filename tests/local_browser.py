"""The Chromium that the page tests drive: an installed one, never one of a test tool's own download."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

VARIABLE = "COUNTERFOIL_TEST_CHROMIUM"
HOW_TO_GET = f"install Chromium (Debian: apt-get install chromium) or name one in {VARIABLE}"
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
