"""How figures of open data are written for people."""

from __future__ import annotations

import math
from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()
MINUS = "−"


@register.filter
def month_name(month: date) -> str:
    """Return ``October 2016`` or ``2016年10月``."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def short_month(month: date) -> str:
    """Return ``Oct`` or ``10月``, for places without room for more."""
    return date_format(month, pgettext("how dates are written: a month in a chart, see Django's date filter", "M"))


@register.filter
def count(number: int | None) -> str:
    """Return a count with its thousands apart, or a dash for one that is not told."""
    return "–" if number is None else f"{number:,}"


@register.filter
def percent(rate: float | None) -> str:
    """Return a rate of 0 to 1 as ``97.6%``, cut and never rounded up: 100% means all. A dash where there is none."""
    if rate is None:
        return "–"
    return f"{rate:.0%}" if rate in (0, 1) else f"{math.floor(rate * 1000 + 1e-6) / 10:.1f}%"


@register.filter
def difference(now: int | None, before: int | None) -> str:
    """Return how a count changed: ``+12 (+8.3%)``, ``no change``; a dash where one of both is not told."""
    if now is None or before is None:
        return "–"
    by, share = f"{now - before:+,}".replace("-", MINUS), relative(now, before)
    return share if now == before else f"{by} ({share})" if before else by


@register.filter
def relative(now: int | None, before: int | None) -> str:
    """Return how a count changed in relation to before: ``+8.3%``, ``no change``; a dash where that cannot be said."""
    if now is not None and now == before:
        return _("no change")
    if now is None or not before:
        return "–"
    share = (now - before) / before * 100
    # Two of ten thousand are a change, though none of a tenth of a percent.
    return f"{share:+.{1 if abs(share) >= 0.05 else 2}f}%".replace("-", MINUS)


@register.filter
def points(now: float | None, before: float | None) -> str:
    """Return how a rate changed, in percentage points: ``+0.4``; a dash where one of both is not told."""
    if now is None or before is None:
        return "–"
    by = round((now - before) * 100, 1)
    return f"{by:+.1f}".replace("-", MINUS) if by else _("no change")
