"""A Chromium for the browser tests: found on the machine, else installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from portal.supervisor.problems import Problem
from portal.supervisor.progress import run_long

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The sandbox cannot start as root; the rest keeps a test browser from calling home.
SWITCHES = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
REQUIRED = "HALL_REQUIRE_BROWSER"


def find_chromium() -> Path | None:
    """Return the Chromium that ``HALL_CHROMIUM`` names, or the first in PATH, or Playwright's own, or nothing."""
    named = os.environ.get("HALL_CHROMIUM")
    for name in (named,) if named else NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None if named else _of_playwright()


def install_chromium() -> bool:
    """Install one through Playwright, or through apt as root; return whether that worked."""
    ways = [([sys.executable, "-m", "playwright", "install", "chromium-headless-shell"], "Playwright")]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium"
        ways.insert(0, (["sh", "-c", apt], "apt"))
    for command, source in ways:
        try:
            run_long(command, title=f"Installing Chromium for the browser tests, through {source}", mend="")
        except Problem:
            continue
        if find_chromium():
            return True
    return False


def is_required() -> bool:
    """Say whether tests must fail rather than be skipped without a browser, as in CI."""
    return os.environ.get(REQUIRED) == "1"


def fate_without() -> str:
    """Say in a word what becomes of browser tests without a browser."""
    return "failed" if is_required() else "skipped"


def _of_playwright() -> Path | None:
    place = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    programs = ("chrome-linux*/chrome", "chrome-*/headless_shell", "chrome-*/chrome-headless-shell")
    found = [path for program in programs for path in sorted(place.glob(f"chromium*/{program}"))]
    return found[-1] if found else None
