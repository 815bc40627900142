"""``manage.py rotate_keys [--check]``: seal and index personal data with the newest keys.

Put the new key of ``HALL_DATA_KEYS`` or ``HALL_BLIND_INDEX_KEYS`` first, restart the site, run this, then take the old key out.
It may be stopped and started again, while people work.
"""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from foundation.encryption.elsewhere import Elsewhere, sealed_elsewhere
from foundation.encryption.fields import BlindIndexField
from foundation.encryption.rotation import (
    blind_indexes_of,
    index_anew,
    models_with_blind_indexes,
    models_with_sealed_fields,
    rotate,
    stale,
    stale_indexes,
)
from foundation.encryption.sealing import CannotOpen


class Command(BaseCommand):
    """Seal personal data with the newest key."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``--check``."""
        parser.add_argument("--check", action="store_true", help="only count what older keys sealed; fail if there is any")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every table; raise ``CommandError`` if values of older keys remain."""
        remaining = self._handle_indexes(is_check=options["check"])
        tables = [
            Elsewhere(label=each._meta.label, stale=stale(each).count, rotate=partial(rotate, each)) for each in models_with_sealed_fields()
        ]
        for things in (*sealed_elsewhere(), *tables):
            if not options["check"]:
                self._rotate(things)
            count = things.stale()
            self.stdout.write(f"{things.label}: {count} rows need an older key")
            remaining += count
        if remaining:
            raise CommandError(f"Keep the older keys: {remaining} rows still need them.")
        self.stdout.write("Every value is sealed with the newest key; older keys may go.")

    def _rotate(self, things: Elsewhere) -> None:
        done = 0
        try:
            for count in things.rotate():
                done += count
                self.stdout.write(f"{things.label}: {done} rows sealed anew")
        except (DatabaseError, CannotOpen, OSError) as error:
            self.stderr.write(f"{things.label}: stopped after {done} rows: {error}")

    def _handle_indexes(self, *, is_check: bool) -> int:
        remaining = 0
        for field in [field for model in models_with_blind_indexes() for field in blind_indexes_of(model)]:
            name = f"{field.model._meta.label}.{field.name}"
            if not is_check:
                self._index(field, name)
            try:
                count = sum(1 for _ in stale_indexes(field))
            except CannotOpen as error:
                self.stderr.write(f"{name}: a value does not open: {error}")
                count = 1
            self.stdout.write(f"{name}: {count} rows need an older index key")
            remaining += count
        return remaining

    def _index(self, field: BlindIndexField, name: str) -> None:
        done = 0
        try:
            for count in index_anew(field):
                done += count
                self.stdout.write(f"{name}: {done} rows indexed anew")
        except (DatabaseError, CannotOpen) as error:
            self.stderr.write(f"{name}: stopped after {done} rows: {error}")
