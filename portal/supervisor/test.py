"""``make test``: all tests, with a browser where one can be had."""

from __future__ import annotations

import os
import sys

from portal.supervisor import chromium
from portal.supervisor.progress import say

# The tests of a file stay together: they share what takes long to make.
QUIETLY_ON_EVERY_CORE = ("-q", "-n", "logical", "--dist", "loadfile")


def main(arguments: list[str]) -> None:
    """Find or install a Chromium, then become pytest."""
    get_chromium()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *QUIETLY_ON_EVERY_CORE, *arguments])


def get_chromium() -> None:
    """Install a Chromium when there is none, and say so when that is not possible."""
    if chromium.find_chromium() is None and not chromium.install_chromium():
        say(f"- Browser tests will be {chromium.fate_without()}: there is no Chromium, and it could not be installed.")


if __name__ == "__main__":
    main(sys.argv[1:])
