"""Forms of requests for correction and of legal holds. The rules behind them are the operations' own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError
from foundation.organisations.models import Organisation
from foundation.privacy.correctables import LONGEST_WORDS, Place


def _long(**kwargs: Any) -> forms.CharField:
    return forms.CharField(max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)


class AskForm(forms.Form):
    """What is wrong, what is right, and why."""

    place = forms.ChoiceField(label=_("What is wrong"))
    wanted = _long(label=_("What is right"))
    reason = _long(label=_("Why"), help_text=_("Say what shows it, such as a document. An officer may ask you to bring it."))

    def __init__(self, *args: Any, places: Iterable[Place], bureaus: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.token, f"{each.label} – {each.where}") for each in places]
        self._offer("place", [("", _("Choose a value")), *named])
        choices = [(each.code, each.name) for each in bureaus]
        if len(choices) > 1:
            self.fields["bureau"] = forms.ChoiceField(
                label=_("Which police bureau should look into it"),
                choices=[("", _("Choose a bureau")), *choices],
                required=False,
                help_text=_("Only for values of your account. What stands in a case goes to the unit that handles it."),
            )

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class ProposalForm(forms.Form):
    """What a reviewer proposes."""

    is_accepted = forms.TypedChoiceField(
        label=_("Proposal"),
        choices=[("yes", _("Put it right")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    proposed = _long(
        label=_("What is to be entered"), required=False, help_text=_("As the person wrote it, or in the form that the record needs.")
    )
    answer = _long(label=_("Answer to the person"), help_text=_("The person reads it when another officer has agreed. A refusal says why."))


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    because = _long(label=_("Why it goes back to the reviewers"))


class HoldForm(forms.Form):
    """What is spared, why and until when."""

    subject = forms.CharField(
        label=_("Number of the case or of the account"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "size": 22})
    )
    ground = _long(label=_("Ground"), help_text=_("Court, inquiry or inspection, with its number."))
    ends_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")
    )


class CloseForm(forms.Form):
    """That it is meant."""

    is_sure = forms.BooleanField(label=_("I have read what goes and what stays, and want to close my account"))


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Say beside the field at fault, or above the form, why the operation refused."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, ValidationError(str(error.message), code=error.code))
