"""What residents fill in to sign in and to change how they do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError
from foundation.identifiers import normalise_phone


class NumberForm(forms.Form):
    """A phone number, canonical once cleaned."""

    mark_optional = False
    number = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "size": 22}),
        error_messages={"required": _("Enter a phone number.")},
    )

    def __init__(self, *args: Any, help_text: str | Promise = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = str(help_text)

    def clean_number(self) -> str:
        """Return one way of writing the number."""
        try:
            return normalise_phone(self.cleaned_data["number"])
        except DomainError as error:
            raise ValidationError(str(error.message), code=error.code) from error


class CodeForm(forms.Form):
    """Six digits from a text."""

    mark_optional = False
    code = forms.CharField(
        label=_("Code from the text"),
        max_length=40,
        help_text=_("Six digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 10, "class": "govuk-input--extra-letter-spacing"}
        ),
        error_messages={"required": _("Enter the code from the text.")},
    )


def say_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Say beside the field at fault, or above the form, why nothing was done."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, ValidationError(str(error.message), code=error.code))
