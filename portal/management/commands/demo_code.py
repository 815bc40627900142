"""``manage.py demo_code WHO``: the one-time code of a demo officer, or the one that a demo phone was sent last."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from foundation.errors import DomainError
from foundation.identifiers import normalise_phone
from foundation.web.outbound import OutboundFailed, call, origin_of
from portal.supervisor import outside


class Command(BaseCommand):
    """Print it. Refused in production."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a user name or a phone number."""
        parser.add_argument("who", help="an officer's user name, or a phone number")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the app's secret, or the gateway of the demo."""
        if settings.HALL_MODE == "production":
            raise CommandError("In production only the person's own device shows the code.")
        try:
            number = normalise_phone(options["who"])
        except DomainError:
            call_command("one_time_code", options["who"], stdout=self.stdout)
            return
        self.stdout.write(_last_code(number))


def _last_code(number: str) -> str:
    port = outside.noted_port(settings.ENVIRONMENT.var)
    if port is None:
        raise CommandError("No demo has run in this folder yet: make run")
    page = f"http://127.0.0.1:{port}/control/messages?channel=sms&to=%2B86{number}"
    try:
        told = call("GET", page, origins={origin_of(page)}).json_object()
    except OutboundFailed as error:
        raise CommandError("The demo's gateway does not answer: is the hall running?") from error
    codes = [found[0] for message in told["messages"] if (found := re.search(r"\b[0-9]{6}\b", message["text"]))]
    if not codes:
        raise CommandError("No code was sent to this number. Ask for one on the page of signing in by phone first.")
    return str(codes[-1])
