"""``manage.py seal``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from foundation.transparency.errors import LogContradicted
from foundation.transparency.operations.seal import seal_all
from foundation.transparency.proving import standing


class Command(BaseCommand):
    """Seal and publish now what the worker would seal within seconds."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, and say how the log stands."""
        try:
            rows, now = seal_all(now=clock.now()), standing()
        except LogContradicted as contradiction:
            raise CommandError(f"Nothing was signed: {contradiction}.") from contradiction
        self.stdout.write(f"{rows} rows sealed; the log has {now.size if now else 0} entries.")
