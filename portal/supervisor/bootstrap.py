"""The first thing that ``make`` runs, on whatever Python the machine has.

Everything in this file has to parse on old Pythons, or they could not be told that they are too old.
"""

import os
import sys

OLDEST = (3, 11)
NEWEST_KNOWN = 14
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def newer_python() -> str:
    """Return the path of a Python that is new enough, or an empty string."""
    import shutil
    import subprocess

    for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1):
        path = shutil.which("python3.%d" % minor)
        # A version manager's stand-in may be in PATH for a Python that is not there.
        if path and subprocess.call([path, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return path
    return ""


def main() -> None:
    """Go on with this Python, or with a newer one, or say what is missing."""
    if sys.version_info < OLDEST:
        path = newer_python()
        if path:
            os.execv(path, [path, os.path.abspath(__file__)] + sys.argv[1:])
        sys.exit(
            "hall: This is Python %d.%d, and the hall needs %d.%d or newer. "
            "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11 %s"
            % (sys.version_info[:2] + OLDEST + (" ".join(sys.argv[1:2]) or "run",))
        )
    sys.path.insert(0, ROOT)
    from portal.supervisor.setup import main as set_up

    set_up(sys.argv[1:])


if __name__ == "__main__":
    main()
