"""``manage.py suspend_feed CODE [--resume]``: stop listening to a feed, or listen again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.devices.operations.change_state import resume_feed, suspend_feed
from foundation.errors import DomainError


class Command(BaseCommand):
    """Suspend or resume."""

    help = "Refuse everything that a feed sends from now on, as when its key may be stolen; --resume takes its messages again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the feed's code."""
        parser.add_argument("code")
        parser.add_argument("--resume", action="store_true", help="take its messages again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change its state."""
        change = resume_feed if options["resume"] else suspend_feed
        try:
            feed = change(actor=command_actor("suspend_feed"), code=options["code"], now=clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{feed.reference} is {feed.state}.")
