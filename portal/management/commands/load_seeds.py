"""``manage.py load_seeds``: bring all reference data to what ``seeds/`` says.

To add reference data of another kind, write a loader that can be repeated, as one operation of the app that owns the table, and add a line
to ``STEPS`` below what it refers to. Demo data is not reference data; ``load_demo`` has it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.operations.load_categories import load_categories
from foundation.accounts.actors import Actor, command_actor
from foundation.accounts.operations.load_roles import load_roles
from foundation.errors import DomainError
from foundation.organisations.operations.load_organisations import load_organisations


@dataclass(frozen=True, kw_only=True)
class Run:
    """What every step is told."""

    seeds: Path
    actor: Actor
    now: datetime


def _organisations(run: Run) -> str:
    paths = sorted((run.seeds / "organisations").glob("*.yaml"))
    return "; ".join(map(str, load_organisations(actor=run.actor, now=run.now, paths=paths)))


def _roles(run: Run) -> str:
    return f"{load_roles(actor=run.actor, path=run.seeds / 'accounts' / 'roles.yaml', now=run.now)} roles"


def _categories(run: Run) -> str:
    return str(load_categories(actor=run.actor, now=run.now, path=run.seeds / "cases" / "categories.yaml"))


STEPS: tuple[tuple[str, Callable[[Run], str]], ...] = (
    ("organisations", _organisations),
    ("roles", _roles),
    ("case categories", _categories),
)


class Command(BaseCommand):
    """Run every step in its order, with a line before and after each."""

    help = "Load all reference data from seeds/. Can be repeated; the first broken file stops it and is left without effect."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; each step is a transaction of its own, so what was loaded before a broken file stays."""
        run = Run(seeds=settings.SEEDS, actor=command_actor("load_seeds"), now=timezone.now())
        for number, (name, step) in enumerate(STEPS, start=1):
            self.stdout.write(f"{number}/{len(STEPS)} {name} ... ", ending="")
            self.stdout.flush()
            began = time.monotonic()
            try:
                outcome = step(run)
            except (DomainError, OSError) as error:
                raise CommandError(f"{name}: {error}") from error
            self.stdout.write(f"{outcome} ({time.monotonic() - began:.1f} s)")
