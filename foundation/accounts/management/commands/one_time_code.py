"""``manage.py one_time_code USERNAME``: for the demo, where nobody has the officer's phone."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Print the code that a demo officer's authenticator app would show now. Refused in production."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the officer's user name."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print it (RFC 6238)."""
        if settings.HALL_MODE == "production":
            raise CommandError("In production only the officer's own device shows the code.")
        found = Authenticator.objects.filter(user__username=options["username"], type=Authenticator.Type.TOTP).first()
        if found is None:
            raise CommandError("This officer has no second factor.")
        secret = get_adapter().decrypt(found.data["secret"])
        self.stdout.write(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
