"""The table of events that still have to be, or have been, handled."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# An event that was taken so often was never given back: it kills whoever handles it, or the database every time.
MOST_TAKEN: Final = 10


class EventQuerySet(models.QuerySet["Event"]):
    """Events by what the relay has to do with them."""

    def waiting(self) -> EventQuerySet:
        """Events that are neither done nor given up, whether or not a worker holds them."""
        return self.filter(done_at__isnull=True, dead_at__isnull=True)

    def due(self) -> EventQuerySet:
        """Events that wait, and that no worker holds, by the database's clock."""
        return self.waiting().filter(Q(leased_until__isnull=True) | Q(leased_until__lt=Now()), available_at__lte=Now())

    def late(self, seconds: float) -> EventQuerySet:
        """Due events that should have been handled so long ago."""
        return self.due().filter(available_at__lt=Now() - timedelta(seconds=seconds))

    def dead(self) -> EventQuerySet:
        """Events given up after too many tries; an operator replays them."""
        return self.filter(dead_at__isnull=False)


class Event(models.Model):
    """One thing that happened. The payload holds public references and codes, never personal data.

    A worker takes a lease before it works; a lease that ran out means that the worker died, and the event is due again. All times
    but ``created_at`` are the database's: a web server or a worker whose clock is wrong neither delays an event nor takes one twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    available_at = models.DateTimeField(db_default=Now())
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
