"""``manage.py write_limits``: write ``docs/limits.md`` from the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import foundation
from foundation.limits.document import render

PAGE = Path(foundation.__file__).resolve().parent.parent / "docs" / "limits.md"


class Command(BaseCommand):
    """Write the page of limits."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        PAGE.write_text(render(), encoding="utf-8")
        self.stdout.write("docs/limits.md is written.")
