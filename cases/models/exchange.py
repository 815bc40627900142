"""What feeds have sent, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Feed
from foundation.encryption.fields import EncryptedTextField


class ExchangeMessageQuerySet(models.QuerySet["ExchangeMessage"]):
    """Messages by what still has to happen to them."""

    def unsettled(self) -> ExchangeMessageQuerySet:
        """Messages whose number has not had its turn: they wait, are held, or were refused ahead of their turn."""
        return self.filter(settled_at__isnull=True)

    def held(self) -> ExchangeMessageQuerySet:
        """Messages that a person has to look at."""
        return self.unsettled().filter(state=ExchangeMessage.State.QUARANTINED)


class ExchangeMessage(models.Model):
    """One message of a feed, kept with the answer it was given, so that a repeated one is answered alike.

    Personal data: ``payload`` may name parties and carry what an officer wrote (S4). It is encrypted, and only there until
    the message has had its turn. The rest stays as long as the case, or an old message sent again would act again.
    """

    class State(models.TextChoices):
        """What became of it."""

        APPLIED = "applied", _("Applied")
        WAITING = "waiting", _("Waiting for an earlier message")
        LATE = "late", _("Stored, without moving the stage back")
        QUARANTINED = "quarantined", _("Held for a person to look at")
        REFUSED = "refused", _("Refused")

    class Closes(models.TextChoices):
        """What a message puts an end to, which a flood of messages must not."""

        NOTHING = "", _("Nothing")
        CASE = "case", _("A case")
        CALL = "call", _("An emergency call")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="messages")
    message_id = models.CharField(max_length=64)
    source_case_id = models.CharField(max_length=80)
    source_sequence = models.PositiveIntegerField()
    payload: models.Field[str | None, str | None] = EncryptedTextField(null=True, blank=True)  # type: ignore[assignment, misc]
    payload_digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State)
    code = models.CharField(max_length=60, blank=True, default="")
    field = models.CharField(max_length=60, blank=True, default="")
    entry_sequence = models.PositiveIntegerField(null=True, blank=True)
    closes = models.CharField(max_length=4, choices=Closes, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ExchangeMessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("feed", "source_case_id", "source_sequence"), name="exchange_unsettled", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=("feed", "settled_at"), name="exchange_closings", condition=Q(state="applied") & ~Q(closes="")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("feed", "message_id"),
                name="cases_exchange_message_once",
                violation_error_message=_("This message was received before."),
            ),
            models.UniqueConstraint(
                fields=("feed", "source_case_id", "source_sequence"),
                condition=~Q(state="refused"),
                name="cases_exchange_number_once",
                violation_error_message=_("Another message already has this number in the case."),
            ),
            models.CheckConstraint(
                name="cases_exchange_settled_as_it_says",
                condition=Q(state="refused")
                | Q(state__in=("applied", "late"), settled_at__isnull=False)
                | Q(state__in=("waiting", "quarantined"), settled_at__isnull=True, payload__isnull=False),
                violation_error_message=_("A message that waits is not settled, one that acted is."),
            ),
            models.CheckConstraint(
                name="cases_exchange_forgets_payload",
                condition=Q(payload__isnull=True) | Q(settled_at__isnull=True),
                violation_error_message=_("What a settled message said is not kept."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.feed_id}/{self.message_id}"


class Quarantine(models.Model):
    """A feed held back because it closes far more cases than it should; a person releases or drops what it sent.

    Personal data: an officer's public reference, kept with the feed.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="quarantines")
    closes = models.CharField(max_length=4, choices=ExchangeMessage.Closes)
    closings = models.PositiveIntegerField()
    allowed = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    is_released = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("feed",),
                condition=Q(ended_at__isnull=True),
                name="cases_quarantine_one_per_feed",
                violation_error_message=_("This feed is held back already."),
            ),
            models.CheckConstraint(
                name="cases_quarantine_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by="", is_released__isnull=True)
                | (Q(ended_at__isnull=False, is_released__isnull=False) & ~Q(ended_by="")),
                violation_error_message=_("How a quarantine ended, when and by whom, are told together."),
            ),
        )

    def __str__(self) -> str:
        return f"quarantine of {self.feed_id}"
