"""How residents wish to be told."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Person
from foundation.notifications.models.delivery import WAYS, Channel

QUIET_FROM: Final = time(22)
QUIET_UNTIL: Final = time(7)


class Wish(models.Model):
    """In which language somebody is told, by which way first, and when not. Without a row the usual holds.

    Personal data: a language and hours (S3), kept so that nobody is woken or told in words they do not read, until the account is
    closed. The night may go over midnight; ``quiet_from`` equal to ``quiet_until`` means none.
    """

    class Language(models.TextChoices):
        """The languages of the hall."""

        CHINESE = "zh-hans", "简体中文"
        ENGLISH = "en", "English"

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="wish")
    language = models.CharField(max_length=10, choices=Language)
    first_channel = models.CharField(max_length=8, choices=WAYS, default=Channel.SMS)
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"wish of {self.person_id}"


class Refusal(models.Model):
    """What somebody does not want to be told, by one way. What is mandatory goes all the same.

    Personal data: a kind of message and a way (S3), kept so that it is not sent, until it is taken back or the account is closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="refusals")
    event = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=WAYS)
    refused_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "event", "channel"),
                name="notifications_refused_once",
                violation_error_message=_("This is not sent already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} not over {self.channel}"
