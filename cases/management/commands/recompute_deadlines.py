"""``manage.py recompute_deadlines``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cases.operations.recompute_deadlines import recompute_deadlines


class Command(BaseCommand):
    """Compute the deadline of every live case anew, after the State Council has announced a year's holidays."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute and say how many moved."""
        looked, moved = recompute_deadlines()
        self.stdout.write(f"{looked} cases looked at, {moved} deadlines moved.")
