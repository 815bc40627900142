"""``manage.py purge [--dry-run]``: forget what is over, under every rule of the registry. Beat does it once a day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.privacy.operations.purge import preview, purge


class Command(BaseCommand):
    """Forget what is over."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="only count what is over; nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every rule and say what it did."""
        now = clock.now()
        done = preview(now=now) if options["dry_run"] else purge(actor=command_actor("purge"), now=now)
        total = 0
        for each in done:
            self.stdout.write(f"{each.rule.name}: {each.rows} rows ({each.rule.keep.then}, {each.rule.keep.term})")
            total += each.rows
        self.stdout.write(f"{total} rows are over." if options["dry_run"] else f"{total} rows are forgotten.")
