"""``manage.py adopt_log``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from foundation import clock
from foundation.transparency.errors import LogContradicted
from foundation.transparency.operations.adopt import adopt_published


class Command(BaseCommand):
    """Say how far the published log is ahead of a restored database, and with --adopt go on from there.

    Recover the database to its newest moment first: what is taken over without its rows is lost, and each check of the log says so.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to do it."""
        parser.add_argument("--adopt", action="store_true", help="take the published records over; without it nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the published records over, or try it and take it back, and say what it comes to."""
        try:
            with transaction.atomic():
                done = adopt_published(now=clock.now())
                transaction.set_rollback(not options["adopt"])
        except LogContradicted as contradiction:
            raise CommandError(f"Nothing was taken over: {contradiction}.") from contradiction
        if done.after == done.before:
            self.stdout.write(f"The database knows all {done.before} published entries. There is nothing to take over.")
            return
        self.stdout.write(f"The database has {done.before} entries, the published log {done.after}; the rows of {done.lost} are lost.")
        self.stdout.write("They are taken over; the next seal goes on from there." if options["adopt"] else "Nothing was changed.")
