"""``make lock``: resolve every requirements file again, with the hashes of all its packages. Needs uv."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> None:
    """Compile each ``.in`` file for the oldest Python that the hall runs on. Pass ``--upgrade`` for newer versions."""
    if shutil.which("uv") is None:
        sys.exit("hall: locking needs uv. Install it: python3 -m pip install uv")
    for source in sorted(ROOT.glob("requirements*.in")):
        # No address of a registry may stand in the file: every city has its own.
        quiet = ["--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
        command = ["uv", "pip", "compile", "--generate-hashes", "--python-version", "3.11", *quiet, *arguments]
        subprocess.run([*command, source.name, "--output-file", source.with_suffix(".txt").name], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
