"""What feeds have sent, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Feed


class ExchangeMessage(models.Model):
    """One message of a feed, kept with the answer it was given, so that a repeated one is answered alike.

    Personal data: ``payload`` may carry what an officer wrote; kept 90 days after it was applied.
    """

    class State(models.TextChoices):
        """What became of it."""

        APPLIED = "applied", _("Applied")
        WAITING = "waiting", _("Waiting for an earlier message")
        LATE = "late", _("Stored, without moving the stage back")
        QUARANTINED = "quarantined", _("Held for a person to look at")
        REFUSED = "refused", _("Refused")

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="messages")
    message_id = models.CharField(max_length=64)
    source_case_id = models.CharField(max_length=80)
    source_sequence = models.PositiveIntegerField()
    payload = models.JSONField()
    payload_digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State)
    code = models.CharField(max_length=60, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("feed", "source_case_id", "source_sequence"),
                name="exchange_waiting",
                condition=Q(state__in=("waiting", "quarantined")),
            ),
            models.Index(fields=("feed", "received_at"), name="exchange_by_time"),
        )
        constraints = (models.UniqueConstraint(fields=("feed", "message_id"), name="cases_exchange_message_once"),)

    def __str__(self) -> str:
        return f"{self.feed_id}/{self.message_id}"


class Quarantine(models.Model):
    """A feed held back because it closes far more cases than it should; a person releases or drops what it sent."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="quarantines")
    reason = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    is_released = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("feed",), condition=Q(ended_at__isnull=True), name="cases_quarantine_one_per_feed"),
            models.CheckConstraint(
                name="cases_quarantine_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by="", is_released__isnull=True)
                | (Q(ended_at__isnull=False, is_released__isnull=False) & ~Q(ended_by="")),
            ),
        )

    def __str__(self) -> str:
        return f"quarantine of {self.feed_id}"
