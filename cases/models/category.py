"""What a case is about, for statistics: reference data from the seeds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.domain.publication import Ground, Publication
from cases.domain.statuses import Kind
from foundation.languages import in_language


class Category(models.Model):
    """One category, with what the law makes of its publication by default. Never shown to whoever holds only a receipt."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    default_publication = models.CharField(max_length=10, choices=Publication, default=Publication.OPEN)
    default_ground = models.CharField(max_length=24, choices=Ground, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="cases_category_closed_on_a_ground",
                condition=Q(default_publication="open", default_ground="") | (~Q(default_publication="open") & ~Q(default_ground="")),
                violation_error_message=_("A category that is not open names its ground."),
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(zh=self.name_zh, en=self.name_en)
