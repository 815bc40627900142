"""The abstract timeline entry that each service makes concrete."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.progress.chain import GENESIS, SALT_BYTES, Content, entry_hash, moment_text


def new_salt() -> bytes:
    """Return a fresh salt for an entry."""
    return secrets.token_bytes(SALT_BYTES)


class TimelineEntry(models.Model):
    """One step of a matter's timeline, never changed: what corrects, withholds or releases it is a new entry.

    ``text_en`` and ``text_zh`` are standard words that name nobody, shown to whoever holds the receipt; ``detail`` is what an
    officer wrote, for verified parties only. Personal data: ``detail`` may speak of a person; kept as long as the matter.
    """

    class Publication(models.TextChoices):
        """Whether parties see the entry's words."""

        OPEN = "open", _("Open")
        WITHHELD = "withheld", _("Withheld")

    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    status = models.CharField(max_length=32)
    text_en = models.CharField(max_length=500, blank=True, default="")
    text_zh = models.CharField(max_length=500, blank=True, default="")
    detail = models.TextField(max_length=2000, blank=True, default="")
    publication = models.CharField(max_length=8, choices=Publication, default=Publication.OPEN)
    ground = models.CharField(max_length=24, blank=True, default="")
    refers_to = models.PositiveIntegerField(null=True, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    recorded_by = models.CharField(max_length=80)
    source_key = models.CharField(max_length=80, blank=True, default="")
    salt = models.BinaryField(max_length=SALT_BYTES, default=new_salt)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    MATTER: ClassVar[str]

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_withheld_on_a_ground",
                condition=Q(publication="open", ground="") | (Q(publication="withheld") & ~Q(ground="")),
                violation_error_message=_("What is withheld needs a ground."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_refers_back",
                condition=Q(refers_to__isnull=True) | Q(refers_to__lt=models.F("sequence")),
                violation_error_message=_("An entry can only refer to an earlier one."),
            ),
        )

    def content(self, matter_reference: str) -> Content:
        """Return what the hash covers."""
        return {
            "matter": matter_reference,
            "sequence": self.sequence,
            "at": moment_text(self.at),
            "recorded_at": moment_text(self.recorded_at),
            "kind": self.kind,
            "status": self.status,
            "text_en": self.text_en,
            "text_zh": self.text_zh,
            "detail": self.detail,
            "publication": self.publication,
            "ground": self.ground,
            "refers_to": self.refers_to,
            "term_days": self.term_days,
            "is_late": self.is_late,
            "recorded_by": self.recorded_by,
            "source_key": self.source_key,
        }

    def seal(self, *, matter_reference: str, previous: bytes = GENESIS) -> bytes:
        """Chain the entry to the one before it and return its hash, which is the matter's new head."""
        sealed = entry_hash(previous=previous, salt=bytes(self.salt), content=self.content(matter_reference))
        self.previous_hash, self.hash = previous, sealed
        return sealed
