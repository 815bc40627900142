"""``manage.py write_personal_data``: write ``docs/personal-data.md`` from the registry."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.privacy.document import render
from foundation.privacy.registry import ROOT, problems

PAGE = ROOT / "docs" / "personal-data.md"


class Command(BaseCommand):
    """Write the page of personal data."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it; raise ``CommandError`` that lists what the registry lacks."""
        if found := problems():
            raise CommandError("\n".join(found))
        PAGE.write_text(render(), encoding="utf-8")
        self.stdout.write("docs/personal-data.md is written.")
