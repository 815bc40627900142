"""People whom the hall could not reach, for the unit to reach some other way."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.alarm_models import is_of_a_bureau
from foundation.notifications.models.notice import Notice
from foundation.organisations.models import CODE_LENGTH, MAXIMAL_DEPTH, path_range

# Who may put a person's contacts right is who looks after those that could not be reached.
LOOK_AFTER = "person.contact"


class UnreachedQuerySet(models.QuerySet["Unreached"]):
    """The worklist, by whose it is."""

    def visible_to(self, actor: Actor) -> UnreachedQuerySet:
        """Rows of the units at and below which the actor may change how people are reached; rows of no unit for whole bureaus."""
        condition = Q(pk__in=())
        for path in actor.paths_for(LOOK_AFTER):
            condition |= path_range(path)
            if is_of_a_bureau(path):
                condition |= Q(path="")
        return self.filter(condition)

    def open(self) -> UnreachedQuerySet:
        """Rows that nobody has settled."""
        return self.filter(settled_at__isnull=True)


class Unreached(models.Model):
    """A notice that went no way: it stands in the unit's worklist until an officer reached the person, or found that nobody can.

    Personal data: that a person could not be reached, by the notice (S3), and who settled it; goes with the notice.
    """

    class Settled(models.TextChoices):
        """How the officer told the person."""

        BY_PHONE = "by_phone", _("Called by phone")
        IN_PERSON = "in_person", _("Told in person")
        BY_POST = "by_post", _("Sent by post")
        SENT_AGAIN = "sent_again", _("Sent again by the hall")
        NOT_NEEDED = "not_needed", _("No longer needed")
        IMPOSSIBLE = "impossible", _("Cannot be reached")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="unreached")
    path = models.CharField(max_length=MAXIMAL_DEPTH * (CODE_LENGTH + 1), db_collation="C", blank=True, default="")
    reason = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True, default="")
    settled_how = models.CharField(max_length=12, choices=Settled, blank=True, default="")

    objects = UnreachedQuerySet.as_manager()
    kind_of_matter: ClassVar[str] = "notice"

    class Meta:
        indexes = (models.Index(fields=("path", "opened_at"), name="unreached_open", condition=Q(settled_at__isnull=True)),)
        constraints = (
            models.CheckConstraint(
                name="notifications_unreached_settled_by_somebody",
                condition=Q(settled_at__isnull=True, settled_by="", settled_how="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(settled_how="")),
                violation_error_message=_("When it was settled, how and by whom are told together."),
            ),
        )

    def __str__(self) -> str:
        return f"unreached {self.notice_id}"

    @property
    def reference(self) -> str:
        """How logs name it: by its notice."""
        return str(self.notice_id)

    @property
    def bureau_code(self) -> str:
        """The bureau of the unit."""
        return self.notice.bureau_code
