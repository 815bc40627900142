"""``manage.py replay_events [NAME]``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.outbox.operations.replay_dead import replay_dead


class Command(BaseCommand):
    """Make events due again that were given up after too many tries."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name of one kind of event."""
        parser.add_argument("name", nargs="?", help="only events of this name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and say how many."""
        count = replay_dead(actor=command_actor("replay_events"), name=options["name"], now=clock.now())
        self.stdout.write(f"{count} events are due again.")
