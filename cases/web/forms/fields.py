"""Fields that the forms of cases share beyond those of the whole house (``foundation.faces.fields``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.domain.publication import Ground
from cases.domain.statuses import Kind
from cases.models import Category
from foundation.faces.fields import Choices
from foundation.languages import in_language

LOCAL_MINUTE = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time in the city, to the minute: the browser's own picker, and typed text where it has none."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "govuk-input--width-20"}, format=LOCAL_MINUTE)
        super().__init__(widget=widget, **kwargs)


class GroundField(forms.ChoiceField):
    """One of the closed list of grounds, or none."""

    def __init__(self, *, none: str | Promise = _("None"), **kwargs: Any) -> None:
        super().__init__(choices=[("", none), *Ground.choices], required=False, **kwargs)


def category_choices(categories: Iterable[Category]) -> Choices:
    """Return the categories grouped by kind, in the order of the kinds: a browser finds one by its first letters."""
    groups: Choices = [("", _("Choose a category"))]
    listed = list(categories)
    for kind in Kind:
        names = [(each.code, in_language(zh=each.name_zh, en=each.name_en)) for each in listed if each.kind == kind]
        if names:
            groups.append((str(kind.label), sorted(names, key=lambda name: name[1])))
    return groups


def this_minute(now: datetime) -> datetime:
    """Return the moment without its seconds, which nobody types."""
    return now.replace(second=0, microsecond=0)
