"""``manage.py demo_notes``: what somebody needs to look around in the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from foundation.accounts.actors import actor_of_user
from foundation.accounts.models import User
from portal.demo.codes import demo_codes
from portal.demo.people import OFFICERS, PASSWORD, second_factor_secret
from portal.demo.residents import EVERYBODY


class Command(BaseCommand):
    """Prints the address, the sign-ins and three codes to try. Refused in production."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        if settings.HALL_MODE == "production":
            raise CommandError("A production hall has no demo.")
        london = actor_of_user(User.objects.get(username="london"))
        write = self.stdout.write
        write(f"\nThe hall: {settings.HALL_HOST}/\n\nThree real cases to follow (City of London Police, Open Government Licence v3.0):")
        for code in demo_codes(actor=london, now=clock.now()):
            write(f"  {code.typed}   {code.status:22} {code.address}")
        write(f"\nSign in at {settings.HALL_HOST}/accounts/sign-in/")
        write("  residents: the button of the national identity, then a click on a name:")
        for resident in EVERYBODY:
            write(f"    {resident.username:10} {resident.name:8} phone {resident.phone}, WeChat {resident.wechat or '-'}")
        write("    newcomer is not known here before the first sign-in; the others also sign in by WeChat, where linked, or by phone:")
        write("    make code WHO=13800000001 shows the code of the last text")
        write(f"  officers: the password {PASSWORD}, and the secret for an authenticator app (or: make code WHO=clerk):")
        for officer in OFFICERS:
            write(f"    {officer.username:10} {officer.role:18} {second_factor_secret(officer.username)}")
