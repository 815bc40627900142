"""The two logs: of deeds and of looks; and what is counted instead of written."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """By which way somebody acted or looked."""

    DESK = "desk", _("Desk")
    OWN = "own", _("Own pages")
    PAGE = "page", _("Public page")
    API = "api", _("API")
    FEED = "feed", _("Feed")
    KIOSK = "kiosk", _("Self-service terminal")
    COMMAND = "command", _("Command on the machine")
    TASK = "task", _("Work behind the scenes")


class AuditEntry(models.Model):
    """One operation that somebody carried out, written in the operation's own transaction; or one request that was denied.

    Personal data: an officer's or resident's public reference, and the address that they came from. Kept as long as the record it
    explains. ``capability`` is the right that was checked, or of a denial the one that was missing (see ``foundation.audit.rights``
    for what is no post's). ``changes`` maps a field to ``[before, after]``; what names a person is masked in it.
    ``mandate`` is the public reference of the guardianship, agency or delegation under which a resident acted for somebody else;
    empty for whoever acted in their own name.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_reference = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    capability = models.CharField(max_length=60, blank=True, default="")
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=40)
    bureau_code = models.CharField(max_length=6)
    changes = models.JSONField(default=dict)
    mandate = models.CharField(max_length=20, blank=True, default="")
    channel = models.CharField(max_length=10, choices=Channel, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    trace_id = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_reference", "at"), name="audit_by_subject"),
            models.Index(fields=("actor_reference", "at"), name="audit_by_actor"),
            # Rows come in the order of time, so a few bytes a page find a day among a hundred million; writing costs nothing.
            BrinIndex(fields=("at",), name="audit_by_day", autosummarize=True),
        )

    def __str__(self) -> str:
        return f"{self.actor_kind}:{self.actor_reference} {self.action} {self.subject_reference}"


class AccessEntry(models.Model):
    """One look at a matter: who, when and why. The person concerned can read it.

    Personal data: a viewer's public reference; of officers also the name and the address that they came from. Of a receipt's holder
    only the network is kept, within the reference. Kept as long as the matter is. ``mandate`` is the public reference of what let a
    viewer look for somebody else; empty for whoever looked in their own name.
    """

    class Reason(models.TextChoices):
        """Why somebody looked."""

        OWN_MATTER = "own_matter", _("Their own matter")
        RECEIPT = "receipt", _("Looked up with the receipt's code")
        HANDLING = "handling", _("Handling the case")
        SUPERVISION = "supervision", _("Supervising the unit")
        ENQUIRY = "enquiry", _("Answering a person's question")
        GUARDIANSHIP = "guardianship", _("For their ward, as guardian")
        AGENCY = "agency", _("For a company, as its agent")
        DELEGATION = "delegation", _("For another person, by delegation")

    at = models.DateTimeField()
    viewer_kind = models.CharField(max_length=12)
    viewer_reference = models.CharField(max_length=80)
    viewer_name = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=20, choices=Reason)
    mandate = models.CharField(max_length=20, blank=True, default="")
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=40)
    bureau_code = models.CharField(max_length=6)
    channel = models.CharField(max_length=10, choices=Channel, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    trace_id = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_reference", "at"), name="access_by_subject"),
            models.Index(fields=("viewer_reference", "at"), name="access_by_viewer"),
            BrinIndex(fields=("at",), name="access_by_day", autosummarize=True),
        )

    def __str__(self) -> str:
        return f"{self.viewer_kind}:{self.viewer_reference} looked at {self.subject_reference}"


class UnwrittenDenialsManager(models.Manager["UnwrittenDenials"]):
    """Counts exactly, whoever calls at the same moment."""

    def count_one(self, *, source: str, now: datetime) -> int:
        """Count one refused request of the source in the hour at hand; return how many it is by now."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_unwrittendenials AS row (source, hour, number, last_at) VALUES (%s, %s, 1, %s) "
                "ON CONFLICT (source, hour) DO UPDATE SET number = row.number + 1, last_at = greatest(row.last_at, EXCLUDED.last_at) "
                "RETURNING number",
                [source, hour, now],
            )
            return int(cursor.fetchone()[0])


class UnwrittenDenials(models.Model):
    """How many refused requests of one source within an hour are not in the audit log, because there were too many of them.

    Personal data: a network, or an officer's or resident's public reference. Kept as long as the audit log.
    """

    source = models.CharField(max_length=100)
    hour = models.DateTimeField()
    number = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    objects = UnwrittenDenialsManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "hour"), name="audit_unwritten_once_an_hour"),)

    def __str__(self) -> str:
        return f"{self.number} of {self.source}"


from foundation.audit.alarm_models import Alarm, LookWatch  # noqa: E402 - Django looks for tables here; these are about the logs

__all__ = ["AccessEntry", "Alarm", "AuditEntry", "Channel", "LookWatch", "UnwrittenDenials"]
