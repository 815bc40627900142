"""Terminals that stand where people live."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Machine
from foundation.identifiers import new_reference
from foundation.languages import in_language
from foundation.organisations.models import Organisation, path_range


def _new_number() -> str:
    return new_reference("K")


class PartState(models.TextChoices):
    """How a part of a terminal is, as it says itself."""

    OK = "ok", _("well")
    LOW = "low", _("running low")
    OUT = "out", _("used up")
    FAULT = "fault", _("broken")
    UNKNOWN = "unknown", _("not known")


class KioskQuerySet(models.QuerySet["Kiosk"]):
    """Terminals by place."""

    def within(self, *paths: str) -> KioskQuerySet:
        """Terminals at and below the organisations with these paths; none for no path."""
        return self.filter(reduce(or_, (path_range(path, field="place__path") for path in paths), Q(pk__in=())))


class Kiosk(Machine):
    """A terminal in a neighbourhood committee or a hall: who looks after it, where it stands, and how it is.

    ``number`` is its public reference, ``code`` what stands on its sticker. The columns from ``last_seen_at`` on are what it says
    of itself; none of them is in an index, so that a heart-beat rewrites one row and nothing else. Personal data: none.
    """

    number = models.CharField(max_length=20, unique=True, default=_new_number, editable=False)
    code = models.CharField(max_length=30)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="kiosks")
    bureau = models.CharField(max_length=6, editable=False)
    location_zh = models.CharField(max_length=100)
    location_en = models.CharField(max_length=100)
    notice_zh = models.CharField(max_length=200, blank=True, default="")
    notice_en = models.CharField(max_length=200, blank=True, default="")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    software_digest = models.CharField(max_length=64, blank=True, default="")
    parts = models.JSONField(default=dict, blank=True)
    is_troubled = models.BooleanField(default=False)

    objects = KioskQuerySet.as_manager()

    kind_of_matter: ClassVar[str] = "kiosk"

    class Meta(Machine.Meta):
        abstract = False
        constraints = (  # type: ignore[assignment]
            *Machine.Meta.constraints,
            models.UniqueConstraint(
                name="devices_kiosk_code_once",
                fields=("bureau", "code"),
                violation_error_message=_("Another terminal of the bureau has this number on its sticker."),
            ),
            models.CheckConstraint(
                name="devices_kiosk_notice_in_both",
                condition=Q(notice_zh="", notice_en="") | (~Q(notice_zh="") & ~Q(notice_en="")),
                violation_error_message=_("A notice is written in both languages."),
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def reference(self) -> str:
        """The public name under which logs remember it."""
        return self.number

    @property
    def name(self) -> str:
        """Where it stands, in the language of the page: that is what people know it by."""
        return in_language(zh=self.location_zh, en=self.location_en)

    @property
    def notice(self) -> str:
        """What its screen is to say, in the language of the request; empty for nothing."""
        return in_language(zh=self.notice_zh, en=self.notice_en)

    @property
    def home(self) -> Organisation:
        """The organisation whose people look after it."""
        return self.place
