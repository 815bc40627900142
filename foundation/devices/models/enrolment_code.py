"""Codes with which a machine brings its key."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EnrolmentCodeQuerySet(models.QuerySet["EnrolmentCode"]):
    """Codes by whether they still open anything."""

    def pending(self) -> EnrolmentCodeQuerySet:
        """Codes that nobody used or took back; they may have run out."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def good(self, now: datetime) -> EnrolmentCodeQuerySet:
        """Codes that a machine may still bring its key with."""
        return self.pending().filter(expires_at__gt=now)


class EnrolmentCode(models.Model):
    """A code for one machine, to be used once within the hour.

    ``digest`` is a keyed hash of 115 random bits, for which a fast one is enough (ASVS 5.0: 6.5.2, at least 112). The machine is named
    by kind and reference. Personal data: the label of the officer who made it; kept as long as the machine's record, for that is
    how a code that comes back after a year is told from one that never was.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    machine_kind = models.CharField(max_length=10)
    machine_reference = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = EnrolmentCodeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="devices_one_code_a_machine",
                fields=("machine_kind", "machine_reference"),
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                violation_error_message=_("There is a code for this machine already."),
            ),
            models.CheckConstraint(
                name="devices_code_used_or_revoked",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                violation_error_message=_("A code that was used cannot be taken back."),
            ),
        )

    def __str__(self) -> str:
        return f"code for {self.machine_kind} {self.machine_reference}"
