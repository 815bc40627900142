"""``manage.py make_demo_seal FILE``: a seal with an authority of its own, for trying things out; both say DEMO in their names.

It is opened with ``HALL_SEAL_PASSPHRASE``. A hall in production takes the seal that the certificate service of its city issued
(Electronic Signature Law, art. 16): name its PKCS #12 file in ``HALL_SEAL``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.documents.keys import keep_new_chain


class Command(BaseCommand):
    """Make a seal for demo and tests."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="where to keep it; a file that is there is never replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or say why not."""
        if settings.HALL_MODE == "production":
            raise CommandError(
                "This is a hall in production: a seal that nobody's authority issued would make papers that nobody can trust."
            )
        if not keep_new_chain(options["file"]):
            raise CommandError(f"{options['file']} is there already and was left as it is.")
        self.stdout.write(f"{options['file']} holds a seal and its authority, both named DEMO.")
