"""Monthly figures for open data: a projection of the cases, refreshed by events and safe to rebuild at any time."""

from __future__ import annotations

from django.db import models

from cases.models.category import Category
from foundation.organisations.models import Organisation


class MonthlyFigure(models.Model):
    """Cases of one unit, category and month of report. Units are cases; no personal data, no row for a closed-class category alone."""

    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="figures")
    bureau_code = models.CharField(max_length=6)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="figures")
    month = models.DateField()
    cases = models.PositiveIntegerField()
    open_cases = models.PositiveIntegerField()
    refreshed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "category", "month"), name="cases_figure_once"),
            models.CheckConstraint(name="cases_figure_open_within_all", condition=models.Q(open_cases__lte=models.F("cases"))),
            models.CheckConstraint(name="cases_figure_first_of_month", condition=models.Q(month__day=1)),
        )
        indexes = (models.Index(fields=("bureau_code", "month"), name="figure_by_month"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.category_id} {self.month:%Y-%m}"
