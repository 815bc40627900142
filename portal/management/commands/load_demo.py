"""``manage.py load_demo``: fill a fresh hall with people, stories and real published cases."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cases.models import Case
from foundation import clock
from portal.demo.machines import make_machines
from portal.demo.mandates import make_mandates
from portal.demo.people import LONDON, make_people
from portal.demo.stories import tell_stories
from portal.demo.told import remember_what_was_told


class Command(BaseCommand):
    """Can be repeated: what is there already stays as it is."""

    help = (
        "Load the demo: officers and residents that are plainly fictional, terminals, a few stories, three months of a published archive."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; refused in production."""
        if settings.HALL_MODE == "production":
            raise CommandError("A production hall holds no demo data.")
        now = clock.now()
        make_people(now=now)
        make_machines(now=now)
        if told := tell_stories(now=now):
            remember_what_was_told(now=now)
        make_mandates(now=now)
        self.stdout.write(f"{told} stories told." if told else "The stories were told before.")
        if not Case.objects.filter(unit__code=LONDON).exists():
            call_command("import_cases", "police-uk", str(settings.SEEDS / "demo" / "city-of-london"), stdout=self.stdout)
