"""Fields that every form of cases shares. The rules behind them are the operations' own, so both faces refuse alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.domain.publication import Ground
from cases.domain.statuses import Kind
from cases.models import Category
from foundation import clock
from foundation.errors import DomainError
from foundation.identifiers import normalise_phone, read_resident_id
from foundation.languages import in_language
from foundation.rest.serializers import UNPRINTABLE

LOCAL_MINUTE = "%Y-%m-%dT%H:%M"
Choices = list[tuple[str, Any]]

_printable = RegexValidator(UNPRINTABLE, _("The text holds characters that cannot be shown."), code="unprintable", inverse_match=True)


class WrittenField(forms.CharField):
    """Words that somebody wrote: lines end in one character, and nothing in them turns the reading order round."""

    default_validators = [_printable]

    def to_python(self, value: Any) -> str:
        """Return the words with the line ends of every system made one."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class LongTextField(WrittenField):
    """Words over several lines."""

    def __init__(self, *, rows: int = 5, shortcut: str = "", **kwargs: Any) -> None:
        attrs = {"rows": rows} | ({"aria-keyshortcuts": shortcut} if shortcut else {})
        kwargs.setdefault("max_length", 2000)
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)


class ResidentIdField(WrittenField):
    """A resident ID number, canonical once cleaned; a slip is told beside the field."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "inputmode": "text", "size": 22}
        super().__init__(max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number, or an empty text."""
        text = super().clean(value)
        return _told(lambda: read_resident_id(text, today=clock.city_date(clock.now())).number) if text else ""


class PhoneField(WrittenField):
    """A phone number, canonical once cleaned."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "tel", "size": 22}
        super().__init__(max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number, or an empty text."""
        text = super().clean(value)
        return _told(lambda: normalise_phone(text)) if text else ""


class MomentField(forms.DateTimeField):
    """A day and a time in the city, to the minute: the browser's own picker, and typed text where it has none."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "govuk-input--width-20"}, format=LOCAL_MINUTE)
        super().__init__(widget=widget, **kwargs)


class GroundField(forms.ChoiceField):
    """One of the closed list of grounds, or none."""

    def __init__(self, *, none: str | Promise = _("None"), **kwargs: Any) -> None:
        super().__init__(choices=[("", none), *Ground.choices], required=False, **kwargs)


def _told(read: Any) -> str:
    try:
        return str(read())
    except DomainError as refusal:
        raise ValidationError(str(refusal.message), code=refusal.code) from None


def category_choices(categories: Iterable[Category]) -> Choices:
    """Return the categories grouped by kind, in the order of the kinds: a browser finds one by its first letters."""
    groups: Choices = [("", _("Choose a category"))]
    listed = list(categories)
    for kind in Kind:
        names = [(each.code, in_language(zh=each.name_zh, en=each.name_en)) for each in listed if each.kind == kind]
        if names:
            groups.append((str(kind.label), sorted(names, key=lambda name: name[1])))
    return groups


def offer(form: forms.BaseForm, name: str, choices: Choices) -> None:
    """Put choices into a field that were not known when its form was written."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choice")
    field.choices = choices


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Say beside the field at fault, or above the form, why the operation refused."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, ValidationError(str(error.message), code=error.code))


def this_minute(now: datetime) -> datetime:
    """Return the moment without its seconds, which nobody types."""
    return now.replace(second=0, microsecond=0)
