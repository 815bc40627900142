"""``manage.py appoint_officer``: the first hall manager of a city, before anybody is there to appoint one at the desk."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.accounts.operations.grant_role import give_post
from foundation.accounts.operations.invite_officer import invite_officer
from foundation.accounts.rights import DISABLE, GRANT, READ
from foundation.errors import DomainError
from foundation.organisations.queries import organisation_by_code


class Command(BaseCommand):
    """Set up the account of an officer with a post, and print the code that opens it once within 72 hours."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is, and what post where."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the officer's name")
        parser.add_argument("--badge", required=True, help="the badge number")
        parser.add_argument("--at", required=True, help="the 12 digits of the organisation")
        parser.add_argument("--role", default="hall-manager", help="the post, by its code in seeds/accounts/roles.yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, by the right of whoever may run commands on the machine."""
        actor, now = command_actor("appoint_officer", capabilities=frozenset({READ, GRANT, DISABLE})), clock.now()
        try:
            unit = organisation_by_code(code=options["at"])
            named = {"username": options["username"], "display_name": options["name"], "badge_number": options["badge"]}
            with transaction.atomic():
                officer, code = invite_officer(actor=actor, unit=unit, now=now, **named)
                give_post(actor=actor, officer=officer.reference, role=options["role"], organisation=unit.code, now=now)
        except DomainError as refused:
            raise CommandError(str(refused.message)) from refused
        self.stdout.write(f"{officer.username} opens the account at /accounts/invitation/ with this code, within 72 hours:\n{code}")
