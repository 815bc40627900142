"""What an officer fills in about a person who stands at the counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.operations.grant_role import LONGEST_REASON
from foundation.faces.fields import PhoneField, ResidentIdField, WrittenField


class FindPersonForm(forms.Form):
    """Whose card lies on the counter."""

    mark_optional = False
    id_number = ResidentIdField(label=_("ID number"), help_text=_("The whole number, as on the card."))


class NewPhoneForm(forms.Form):
    """Where a code goes."""

    mark_optional = False
    phone = PhoneField(label=_("New phone number"), help_text=_("A mobile that the person has with them: a code goes to it."))


class _SeenForm(forms.Form):
    """That the document was seen, and why the number changes."""

    mark_optional = False
    document_seen = forms.BooleanField(
        label=_("I have seen the person's identity document, and it is this person"),
        error_messages={"required": _("Without seeing the person's identity document nobody changes how they are reached.")},
    )
    reason = WrittenField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("For the record, such as: phone stolen, new contract. Write nothing about anybody's private life."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CounterCodeForm(_SeenForm):
    """The code that the person reads out."""

    code = forms.CharField(
        label=_("Code from the text"),
        max_length=40,
        help_text=_("Six digits. The person reads them to you."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "size": 10, "class": "govuk-input--extra-letter-spacing"}
        ),
        error_messages={"required": _("Enter the code from the text.")},
    )
    field_order = ("code", "document_seen", "reason")


class RemovePhoneForm(_SeenForm):
    """Removing a number."""


def given_by(form: forms.Form) -> dict[str, Any]:
    """Return what the operations are told."""
    return {name: form.cleaned_data[name] for name in ("document_seen", "reason")}
