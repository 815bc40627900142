"""The table of events that still have to be, or have been, handled."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q


class EventQuerySet(models.QuerySet["Event"]):
    """Events by what the relay has to do with them."""

    def due(self, now: datetime) -> EventQuerySet:
        """Events that wait, and that no worker holds."""
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lt=now), done_at__isnull=True, dead_at__isnull=True, available_at__lte=now
        )

    def dead(self) -> EventQuerySet:
        """Events given up after too many tries; an operator replays them."""
        return self.filter(dead_at__isnull=False)


class Event(models.Model):
    """One thing that happened. The payload holds public references and codes, never personal data.

    A worker takes a lease before it works; a lease that ran out means that the worker died, and the event is due again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("available_at",), name="outbox_waiting", condition=Q(done_at__isnull=True, dead_at__isnull=True)),)
        constraints = (
            models.CheckConstraint(name="outbox_event_done_or_dead", condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
