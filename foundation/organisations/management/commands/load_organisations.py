"""``manage.py load_organisations``: bring the cities' trees to what the seed files say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from foundation.accounts.actors import command_actor
from foundation.errors import DomainError
from foundation.organisations.operations.load_organisations import load_organisations


class Command(BaseCommand):
    """Load every city, or the files given."""

    help = "Load organisations from seed files, one a city. Can be repeated; a broken file changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files in place of those of the project."""
        parser.add_argument("files", nargs="*", type=Path, help="seed files; without any, all of seeds/organisations/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report one line a city."""
        paths = options["files"] or sorted((settings.SEEDS / "organisations").glob("*.yaml"))
        try:
            reports = load_organisations(actor=command_actor("load_organisations"), now=timezone.now(), paths=paths)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        for report in reports:
            self.stdout.write(str(report))
