"""``manage.py rebuild_figures``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cases.operations.rebuild_figures import rebuild_figures
from foundation import clock


class Command(BaseCommand):
    """Count the figures of open data anew: after a restored backup, or when events were lost."""

    help = (
        "Count every monthly figure of open data anew from the cases. Can be run at any time; readers see the old figures until it is done."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and say how many figures there are."""
        self.stdout.write(f"{rebuild_figures(now=clock.now())} monthly figures counted from the cases.")
