"""The table of attempts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Bucket(models.Model):
    """The attempts at one target in its present window.

    Personal data: none that can be read. ``key`` is a keyed hash of scope and target; a row is deleted once it has
    expired, after which it means the same as no row.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    scope = models.CharField(max_length=30)
    window_started_at = models.DateTimeField()
    taken = models.PositiveIntegerField()
    strikes = models.PositiveSmallIntegerField()
    locked_until = models.DateTimeField(null=True)
    # Of a sliding rule only: when its attempts were made.
    moments = ArrayField(models.DateTimeField(), default=list, db_default=[])
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("expires_at",), name="limits_by_expiry"),)

    def __str__(self) -> str:
        return f"{self.scope} {self.taken}"
