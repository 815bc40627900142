"""``make format``: rewrite Python in the house's format and mend what ruff can mend by itself."""

from __future__ import annotations

import subprocess
import sys


def main() -> None:
    """Run the formatter, then the safe mends; what is left is shown."""
    for command in (["format"], ["check", "--fix"], ["format"]):
        if subprocess.run([sys.executable, "-m", "ruff", *command, "."], check=False).returncode:
            sys.exit(1)


if __name__ == "__main__":
    main()
