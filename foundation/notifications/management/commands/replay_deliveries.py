"""``manage.py replay_deliveries``: send again what was given up, once its reason is mended."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.notifications.models.delivery import OUTWARD
from foundation.notifications.operations.replay import replay_dead


class Command(BaseCommand):
    """For operators."""

    help = "Send messages again that were given up. Their references stay the same: a provider that took one sends it no second time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a channel, a reason, or neither."""
        parser.add_argument("--channel", choices=[channel.value for channel in OUTWARD], help="only those of one way")
        parser.add_argument("--reason", help="only those given up for one reason, as the page of deliveries names it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and say how many."""
        count = replay_dead(
            actor=command_actor("replay_deliveries"), channel=options["channel"], reason=options["reason"], now=clock.database_now()
        )
        self.stdout.write(f"{count} messages are due again.")
