"""Forms of mandates. The operations hold the rules; a form only reads what was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.faces.fields import Choices, CreditCodeField, DayField, LongTextField, ResidentIdField, WrittenField, offer
from foundation.mandates.matters import own_matters
from foundation.mandates.models import Guardianship
from foundation.mandates.models.period import OFFICERS_REASONS
from foundation.mandates.operations.enter_person import Named
from foundation.mandates.scopes import offered_scopes
from foundation.mandates.terms import latest_day

_NAME = {"autocomplete": "off", "spellcheck": "false"}
_PROOF = _("Which paper you saw, with its number: household register, birth certificate, judgment, letter of authority.")


class _PeopleForm(forms.Form):
    """A form that names people by name and ID number."""

    def named(self, part: str) -> Named:
        """Return one of them for the operation."""
        return Named(part=part, name=self.cleaned_data[f"{part}_name"], id_number=self.cleaned_data[f"{part}_id_number"])


def _name(label: Any, **kwargs: Any) -> WrittenField:
    return WrittenField(label=label, max_length=100, widget=forms.TextInput(attrs=_NAME), **kwargs)


class OfferForm(_PeopleForm):
    """Asking somebody to act for oneself."""

    agent_name = _name(_("Their name"), help_text=_("As on their identity card."))
    agent_id_number = ResidentIdField(
        label=_("Their ID number"),
        help_text=_("They find your offer when they sign in. We do not tell you whether they have signed in before."),
    )
    scopes = forms.MultipleChoiceField(label=_("What they may do for you"), widget=forms.CheckboxSelectMultiple)
    matter = forms.ChoiceField(label=_("For which of your matters"), required=False)
    until_on = DayField(label=_("Last day"), help_text=_("Twelve months at most. You can end it earlier at any time."))

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scopes", [(scope.value, scope.label) for scope in offered_scopes()])
        choices: Choices = [("", _("All of them, later ones too")), *own_matters(actor, now=now)]
        offer(self, "matter", choices)
        self.fields["until_on"].widget.attrs["max"] = latest_day(now).isoformat()


class FindForm(forms.Form):
    """One number: of a person or of a company."""

    number = WrittenField(
        label=_("ID number, or unified social credit code"),
        max_length=64,
        help_text=_("The whole number, as on the card or the business licence."),
        widget=forms.TextInput(attrs={**_NAME, "autocapitalize": "characters", "size": 24}),
    )


class GuardianshipForm(_PeopleForm):
    """Who acts for which child."""

    child_name = _name(_("The child's name"))
    child_id_number = ResidentIdField(label=_("The child's ID number"))
    guardian_name = _name(_("The guardian's name"))
    guardian_id_number = ResidentIdField(label=_("The guardian's ID number"))
    kind = forms.ChoiceField(label=_("Who the guardian is"), choices=Guardianship.Kind.choices, widget=forms.RadioSelect)
    evidence = LongTextField(label=_("What proves it"), rows=3, max_length=300, help_text=_PROOF)
    until_on = DayField(
        label=_("Last day, if it ends before the eighteenth birthday"),
        required=False,
        help_text=_("Such as the end of a temporary guardianship. It ends by itself when the child comes of age."),
    )


class CompanyForm(forms.Form):
    """A company as its business licence names it."""

    credit_code = CreditCodeField(label=_("Unified social credit code"))
    name = WrittenField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=_NAME))


class AgentForm(_PeopleForm):
    """Who acts for a company."""

    agent_name = _name(_("The agent's name"))
    agent_id_number = ResidentIdField(label=_("The agent's ID number"))
    is_legal_representative = forms.BooleanField(
        label=_("This is the legal representative"),
        required=False,
        help_text=_("Named on the business licence; may do everything, and needs no last day."),
    )
    scopes = forms.MultipleChoiceField(label=_("What the agent may do"), widget=forms.CheckboxSelectMultiple, required=False)
    until_on = DayField(label=_("Last day"), required=False, help_text=_("As in the letter of authority, twelve months at most."))
    evidence = LongTextField(label=_("What proves it"), rows=3, max_length=300, help_text=_PROOF)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scopes", [(scope.value, scope.label) for scope in offered_scopes()])


class EndForm(forms.Form):
    """Why a mandate ends."""

    reason = forms.ChoiceField(
        label=_("Why it ends"), choices=[(reason.value, reason.label) for reason in OFFICERS_REASONS], widget=forms.RadioSelect
    )
