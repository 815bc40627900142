"""A Chromium for the browser tests: found on the machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The sandbox cannot start as root; the rest keeps a test browser from calling home.
SWITCHES = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def find_chromium() -> Path | None:
    """Return the Chromium that ``HALL_CHROMIUM`` names, or the first in PATH, or Playwright's own, or nothing."""
    named = os.environ.get("HALL_CHROMIUM")
    for name in (named,) if named else NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None
