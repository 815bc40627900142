"""One thing told to one person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Person, User
from foundation.organisations.models import Organisation


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by whose they are."""

    def of_person(self, person: Person) -> NoticeQuerySet:
        """Notices that a resident may read among their own messages."""
        return self.filter(person=person, is_hidden=False)

    def of_officer(self, officer: User) -> NoticeQuerySet:
        """Notices to an officer."""
        return self.filter(officer=officer)

    def unread(self) -> NoticeQuerySet:
        """Notices that nobody has opened yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing told to one person, a resident or an officer: what stands under one's own messages, whatever other ways it goes.

    Personal data: that something concerned a person, by its public reference (S3), kept so that the person can read it again and the
    unit can show that it told them. ``values`` holds public references and codes only; the words are made from templates when they are
    shown or sent. ``occurrence`` keeps what happens again apart: the number of a case's step. ``route`` names what is asked, when the
    notice is sent, how this person may be told of this matter (``party:UUID``; see ``routes.py``); empty for the person's own wishes.
    One that ``is_hidden`` stands nowhere that the person's phone shows: somebody else may hold it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    officer = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    event = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=80)
    occurrence = models.CharField(max_length=80, blank=True, default="")
    values = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    is_mandatory = models.BooleanField()
    is_hidden = models.BooleanField(default=False)
    route = models.CharField(max_length=60, blank=True, default="")
    # Whose worklist it comes to when the person cannot be reached; of none, the officers of a bureau see it.
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()
    kind_of_matter: ClassVar[str] = "notice"

    class Meta:
        indexes = (
            models.Index(fields=("person", "-created_at"), name="notice_of_person"),
            models.Index(fields=("officer", "-created_at"), name="notice_of_officer", condition=Q(officer__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                name="notifications_notice_has_one_reader",
                condition=Q(person__isnull=False, officer__isnull=True) | Q(person__isnull=True, officer__isnull=False),
                violation_error_message=_("A notice is for one person, a resident or an officer."),
            ),
            models.UniqueConstraint(
                fields=("person", "event", "subject_kind", "subject_reference", "occurrence"),
                condition=Q(person__isnull=False),
                name="notifications_told_once_to_a_person",
                violation_error_message=_("The person was told of this already."),
            ),
            models.UniqueConstraint(
                fields=("officer", "event", "subject_kind", "subject_reference", "occurrence"),
                condition=Q(officer__isnull=False),
                name="notifications_told_once_to_an_officer",
                violation_error_message=_("The officer was told of this already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    @property
    def reference(self) -> str:
        """How logs name it."""
        return str(self.pk)

    @property
    def bureau_code(self) -> str:
        """The bureau of the unit that told it; empty where the hall itself did."""
        return self.unit.bureau_code if self.unit else ""
