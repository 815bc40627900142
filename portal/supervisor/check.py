"""``make check``: every gate in order, on throw-away services; all run, and the end names those that failed."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.supervisor.problems import Problem
from portal.supervisor.progress import say
from portal.supervisor.test import QUIETLY_ON_EVERY_CORE, get_chromium
from portal.supervisor.throwaway import ThrowAwayServices

PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
# The package has no `-m` of its own, and its script in .venv names the folder that the checkout was first in.
CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One thing that must hold, and the command that finds out."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def holds(self, environment: Mapping[str, str]) -> bool:
        """Run the command with its output shown; say whether it was content."""
        return subprocess.run(self.command, env={**environment, **self.environment}, check=False).returncode == 0


def main(arguments: list[str]) -> None:
    """Run every gate, or those whose name holds one of the arguments."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    get_chromium()
    try:
        with ThrowAwayServices() as services:
            failed = run(wanted(gates(services), arguments), {**os.environ, **services.environment})
    except Problem as problem:
        sys.exit(f"hall: {problem}")
    if failed:
        sys.exit("hall: check failed: " + ", ".join(failed))
    say("Everything holds.")


def gates(services: ThrowAwayServices) -> list[Gate]:
    """Return the gates, cheapest first."""
    production = production_environment(services)
    deploy = [*MANAGE, "check", "--deploy", "--database", "default", "--fail-level", "WARNING"]
    openapi = [*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", str(services.folder / "openapi.yaml")]
    return [
        Gate(name="Format", command=[*PYTHON, "ruff", "format", "--check", "--output-format", "concise", "."]),
        Gate(name="Lint", command=[*PYTHON, "ruff", "check", "--output-format", "concise", "."]),
        Gate(name="Import contracts", command=[sys.executable, "-c", CONTRACTS]),
        Gate(name="Templates", command=[*PYTHON, "djlint", "--lint", "--quiet", "portal", "cases", "foundation"]),
        Gate(name="Types", command=[*PYTHON, "mypy"]),
        Gate(name="Translations", command=[*PYTHON, "portal.translations", "check"]),
        Gate(name="Settings table", command=[*PYTHON, "portal.supervisor.settings_table", "--check"]),
        Gate(name="Migrations", command=[*MANAGE, "makemigrations", "--check", "--dry-run"]),
        Gate(name="Production settings", command=deploy, environment=production),
        Gate(name="API description", command=openapi),
        Gate(name="Tests", command=[*PYTHON, "pytest", *QUIETLY_ON_EVERY_CORE]),
        Gate(name="Faults", command=[*PYTHON, "tests.faults"]),
    ]


def production_environment(services: ThrowAwayServices) -> dict[str, str]:
    """Return settings that a production hall may start with, made for this run."""

    def key(size: int) -> str:
        return base64.b64encode(os.urandom(size)).decode()

    return {
        "HALL_MODE": "production",
        "HALL_HOST": "https://hall.example.gov",
        "HALL_SECRET_KEY": key(48),
        "HALL_DATA_KEYS": f"k1:{key(32)}",
        "HALL_INDEX_KEY": key(32),
        "HALL_LOG_KEY": key(32),
        "HALL_STAMP_KEYS": key(32),
        "HALL_SEAL": "/etc/hall/seal.p12",
        "HALL_SEAL_PASSPHRASE": key(24),
        "DATABASE_URL": services.site_url,
    }


def wanted(every: list[Gate], words: list[str]) -> list[Gate]:
    """Return the gates whose name holds one of the words, all of them without a word; raise :class:`Problem` for none."""
    chosen = [gate for gate in every if not words or any(word.lower() in gate.name.lower() for word in words)]
    if not chosen:
        raise Problem(f"No gate is called {' or '.join(words)}.", mend=f"There are: {', '.join(gate.name for gate in every)}.")
    return chosen


def run(chosen: list[Gate], environment: Mapping[str, str]) -> list[str]:
    """Run gates one after the other and return the names of those that failed."""
    failed, took = [], []
    for number, gate in enumerate(chosen, start=1):
        say(f"\n== {number}/{len(chosen)} {gate.name}: {' '.join(gate.command[1:])}")
        began = time.monotonic()
        holds = gate.holds(environment)
        took.append(f"  {'ok    ' if holds else 'FAILED'} {time.monotonic() - began:6.1f} s  {gate.name}")
        if not holds:
            failed.append(gate.name)
    say("\n== Result")
    say("\n".join(took))
    return failed


if __name__ == "__main__":
    main(sys.argv[1:])
