"""``manage.py rotate_keys [--check]``: seal personal data with the newest key of ``HALL_DATA_KEYS``.

Put the new key first, restart the site, run this, then take the old key out. It may be stopped and started again.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, models

from foundation.encryption.rotation import models_with_sealed_fields, rotate, stale
from foundation.encryption.sealing import CannotOpen


class Command(BaseCommand):
    """Seal personal data with the newest key."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``--check``."""
        parser.add_argument("--check", action="store_true", help="only count what older keys sealed; fail if there is any")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every table; raise ``CommandError`` if values of older keys remain."""
        remaining = 0
        for model in models_with_sealed_fields():
            if not options["check"]:
                self._rotate(model)
            count = stale(model).count()
            self.stdout.write(f"{model._meta.label}: {count} rows need an older key")
            remaining += count
        if remaining:
            raise CommandError(f"Keep the older keys: {remaining} rows still need them.")
        self.stdout.write("Every value is sealed with the newest key; older keys may go.")

    def _rotate(self, model: type[models.Model]) -> None:
        done = 0
        try:
            for count in rotate(model):
                done += count
                self.stdout.write(f"{model._meta.label}: {done} rows sealed anew")
        except (DatabaseError, CannotOpen) as error:
            self.stderr.write(f"{model._meta.label}: stopped after {done} rows: {error}")
