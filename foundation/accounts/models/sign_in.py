"""One row for each time that somebody signed in: what the list of sessions shows, and what ends them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long a session lasts: without use, and at all."""

    idle: timedelta
    absolute: timedelta


# An officer's day at the counter, and a resident's at home; who leaves is signed out after a quarter of an hour (ASVS 5.0: 7.3.1, 7.3.2).
LIFETIMES: Final = {
    "officer": Lifetime(idle=timedelta(minutes=15), absolute=timedelta(hours=8)),
    "resident": Lifetime(idle=timedelta(minutes=15), absolute=timedelta(hours=12)),
}
# Use is written down at most so often; a session may end that much before its quarter of an hour is over, never after.
USE_WRITTEN_EVERY: Final = timedelta(seconds=30)


class SignInQuerySet(models.QuerySet["SignIn"]):
    """Sign-ins by whether they still hold."""

    def open(self, *, now: datetime) -> SignInQuerySet:
        """Sign-ins that neither anybody nor time has ended."""
        live = Q()
        for kind, lifetime in LIFETIMES.items():
            live |= Q(user__kind=kind, signed_in_at__gt=now - lifetime.absolute, last_used_at__gt=now - lifetime.idle)
        return self.filter(live, ended_at__isnull=True)


class SignIn(models.Model):
    """A session of a person, in words that the person can recognise.

    Personal data: which kind of browser, and the network it came from without its last part; kept so that people find a sign-in that
    was not theirs, and six months as a log of a network must be (Cybersecurity Law, art. 21). No address, no text of the browser.
    """

    class End(models.TextChoices):
        """Why a session ended."""

        SIGNED_OUT = "signed_out", _("Signed out")
        IDLE = "idle", _("Not used for a quarter of an hour")
        ABSOLUTE = "absolute", _("The day was over")
        ELSEWHERE = "elsewhere", _("Ended from another browser")
        MANAGER = "manager", _("Ended by a hall manager")
        DISABLED = "disabled", _("The account was switched off")
        COUNTER = "counter", _("The phone number was changed at a counter")
        RESET = "reset", _("The sign-in was reset")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    browser = models.CharField(max_length=30, blank=True, default="")
    system = models.CharField(max_length=30, blank=True, default="")
    place = models.CharField(max_length=45)
    signed_in_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=12, choices=End, blank=True, default="")

    objects = SignInQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="accounts_sign_in_ends_for_a_reason",
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                violation_error_message=_("When a session ended and why are told together."),
            ),
        )
        indexes = (
            models.Index(fields=("user", "-signed_in_at"), name="accounts_sign_ins_of_user"),
            models.Index(fields=("last_used_at",), name="accounts_sign_ins_by_use"),
        )

    def __str__(self) -> str:
        return f"sign-in {self.pk}"

    def over(self, *, kind: str, now: datetime) -> End | None:
        """Return why the session is over by now, or nothing while it holds."""
        if self.ended_at is not None:
            return self.End(self.end)
        lifetime = LIFETIMES[kind]
        if now - self.signed_in_at >= lifetime.absolute:
            return self.End.ABSOLUTE
        return self.End.IDLE if now - self.last_used_at >= lifetime.idle else None
