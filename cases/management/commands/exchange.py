"""``manage.py exchange status|release|drop|skip``: what an operator has to do with feeds when the desk is not at hand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.exchange_queries import feeds_at_a_glance
from cases.operations.release_quarantine import drop_quarantine, release_quarantine
from cases.operations.skip_gap import skip_gap
from cases.permissions import RELEASE_FEED
from foundation import clock
from foundation.accounts.actors import Actor, command_actor
from foundation.errors import DomainError


class Command(BaseCommand):
    """Show how the feeds are, and free what waits for a person."""

    help = "Show the feeds; release or drop what is held of one; or skip the first gap of a case so that what waits behind it acts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and with which feed and case."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="one line a feed: state, last message, what waits and what is held")
        for name, told in (("release", "let what is held act"), ("drop", "refuse what is held")):
            actions.add_parser(name, help=told).add_argument("feed")
        skip = actions.add_parser("skip", help="stop waiting for the messages that are missing first in a case")
        skip.add_argument("feed")
        skip.add_argument("source_case_id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            for line in getattr(self, f"_{options['action']}")(options):
                self.stdout.write(line)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _status(self, options: dict[str, Any]) -> list[str]:
        return [str(glance) for glance in feeds_at_a_glance()]

    def _release(self, options: dict[str, Any]) -> list[str]:
        release_quarantine(actor=_operator(), feed_code=options["feed"], now=clock.now())
        return ["Released; a worker lets the messages act now."]

    def _drop(self, options: dict[str, Any]) -> list[str]:
        drop_quarantine(actor=_operator(), feed_code=options["feed"], now=clock.now())
        return ["Dropped; a worker lets the messages behind them act now."]

    def _skip(self, options: dict[str, Any]) -> list[str]:
        first, last = skip_gap(actor=_operator(), feed_code=options["feed"], source_case_id=options["source_case_id"], now=clock.now())
        return [f"Skipped {first} to {last}."]


def _operator() -> Actor:
    return command_actor("exchange", capabilities=frozenset({RELEASE_FEED}))
