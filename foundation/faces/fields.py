"""Form fields that every face shares. The rules behind them are the operations' own, so pages and the API refuse alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.errors import DomainError
from foundation.identifiers import normalise_phone, read_credit_code, read_resident_id
from foundation.rest.serializers import UNPRINTABLE

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


class CreditCodeField(WrittenField):
    """A company's unified social credit code, canonical once cleaned."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": 22}
        super().__init__(max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the code, or an empty text."""
        text = super().clean(value)
        return _told(lambda: read_credit_code(text)) if text else ""


class DayField(forms.DateField):
    """A day: the browser's own picker, and ``2026-03-02`` typed where it has none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("Write the day as year-month-day, such as 2026-03-02.")})
        super().__init__(widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"), **kwargs)


class PhoneField(WrittenField):
    """A phone number, canonical once cleaned."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "tel", "size": 22}
        super().__init__(max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number, or an empty text."""
        text = super().clean(value)
        return _told(lambda: normalise_phone(text)) if text else ""


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


def _told(read: Any) -> str:
    try:
        return str(read())
    except DomainError as refusal:
        raise ValidationError(str(refusal.message), code=refusal.code) from None
