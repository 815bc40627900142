"""What somebody has to look into, and what is counted to know it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference
from foundation.organisations.models import CODE_LENGTH, MAXIMAL_DEPTH, SEPARATOR, path_range

ALARM_READ = "alarm.read"
LONGEST_NOTE = 1000


def new_alarm_reference() -> str:
    """Return a fresh public reference of an alarm."""
    return new_reference("AL")


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Alarms by who may see them and by whether somebody looked into them."""

    def visible_to(self, actor: Actor) -> AlarmQuerySet:
        """Alarms at and below the places where the actor may read alarms; one about the actor is for others to look into.

        An alarm about the hall as a whole is for whoever may read the alarms of a whole bureau.
        """
        condition = Q(pk__in=())
        for path in actor.paths_for(ALARM_READ):
            condition |= path_range(path)
            if is_of_a_bureau(path):
                condition |= Q(path="")
        return self.filter(condition).exclude(subject_reference=actor.reference)

    def open(self) -> AlarmQuerySet:
        """Alarms that nobody has looked into yet."""
        return self.filter(acknowledged_at__isnull=True)


class Alarm(models.Model):
    """Something out of the ordinary that a person has to look into. One for each kind, subject and window of time.

    Personal data: the public reference of the officer, terminal or feed that it is about, and an officer's name; the note of whoever
    looked into it, which may name people, is encrypted. Kept as long as the looks behind it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=new_alarm_reference, editable=False)
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=80)
    subject_name = models.CharField(max_length=120, blank=True, default="")
    path = models.CharField(max_length=MAXIMAL_DEPTH * (CODE_LENGTH + 1), db_collation="C", blank=True, default="")
    bureau_code = models.CharField(max_length=6, blank=True, default="")
    window_began_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    evidence = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=32, blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=80, blank=True, default="")
    acknowledged_name = models.CharField(max_length=100, blank=True, default="")
    note = EncryptedTextField(blank=True, default="")

    objects = AlarmQuerySet.as_manager()
    kind_of_matter = "alarm"

    class Meta:
        indexes = (models.Index(fields=("path", "raised_at"), name="alarm_open", condition=Q(acknowledged_at__isnull=True)),)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject_reference", "window_began_at"),
                name="audit_alarm_once_a_window",
                violation_error_message=_("This alarm was raised already."),
            ),
            models.CheckConstraint(
                name="audit_alarm_acknowledged_by_somebody",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by="") | (Q(acknowledged_at__isnull=False) & ~Q(acknowledged_by="")),
                violation_error_message=_("Who looked into an alarm, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return self.reference


class LookWatch(models.Model):
    """Of one officer: the persons looked at outside own assignments within the last hour, and when an alarm was raised last.

    Personal data: an officer's public reference. Persons are keyed hashes of blind indexes, cut short, each with the moment of the
    last look; deleted an hour after the last one.
    """

    viewer_reference = models.CharField(primary_key=True, max_length=80)
    seen = models.JSONField()
    alarmed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.viewer_reference


def is_of_a_bureau(path: str) -> bool:
    """Whether a path is that of a bureau, the root of its tree."""
    return path.count(SEPARATOR) == 1
