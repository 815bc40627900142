"""Programs that come inside Python packages. The packages' own Python code is not imported: it makes users and folders."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from portal.supervisor.problems import Problem


def program(package: str, pattern: str) -> Path:
    """Return the one file of an installed package that matches ``pattern``; raise :class:`Problem` when there is none."""
    spec = find_spec(package)
    places = spec.submodule_search_locations or [] if spec else []
    for place in places:
        for path in sorted(Path(place).glob(pattern)):
            return path
    raise Problem(
        f"The package {package} is not installed, or not made for this machine.", mend="Install it, or set DATABASE_URL and REDIS_URL."
    )
