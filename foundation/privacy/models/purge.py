"""What a run of the purge did under each rule."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class PurgeRun(models.Model):
    """One rule in one run: how many rows went. Counted in the transaction of each batch, so that a run that broke off tells the truth.

    Holds no personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.UUIDField()
    rule = models.CharField(max_length=80)
    rows = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_whole = models.BooleanField(default=False)

    kind_of_matter = "retention"
    bureau_code = ""

    class Meta:
        indexes = (models.Index(fields=("began_at",), name="privacy_purge_by_day"),)
        constraints = (
            models.UniqueConstraint(fields=("run", "rule"), name="privacy_purge_rule_once_a_run"),
            models.CheckConstraint(name="privacy_purge_whole_when_ended", condition=Q(is_whole=False) | Q(ended_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.rule}: {self.rows}"

    @property
    def reference(self) -> str:
        """The rule, as the audit log names it."""
        return self.rule[:40]
