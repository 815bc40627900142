"""Entering a report: what, when, and the people in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from cases.domain.publication import Publication
from cases.models import Party
from cases.operations.register_report import NewParty
from cases.web.forms.fields import GroundField, MomentField
from foundation.faces.fields import Choices, CreditCodeField, LongTextField, PhoneField, ResidentIdField, WrittenField, offer

MOST_PEOPLE = 6
_LEVELS: Choices = [
    ("", _("As the law and the category provide")),
    (Publication.UNIT_ONLY, _("Show the unit and its phone only")),
    (Publication.CLOSED, _("Closed: the receipt answers like an unknown code")),
]


class PersonForm(forms.Form):
    """One person of a case, or a company. Only the name is needed; without a number nobody can sign in to follow the case."""

    name = WrittenField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the person's name.")},
    )
    id_number = ResidentIdField(label=_("ID number"), required=False)
    credit_code = CreditCodeField(
        label=_("Unified social credit code"), required=False, help_text=_("Of a company, instead of the ID number.")
    )
    phone = PhoneField(label=_("Phone"), required=False)
    role = forms.ChoiceField(label=_("Part in the case"), choices=Party.Role.choices, initial=Party.Role.REPORTER)
    telling = forms.ChoiceField(label=_("How they may be told of news"), choices=Party.Telling.choices, required=False)
    safe_phone = PhoneField(
        label=_("Safe number"), required=False, help_text=_("Of the person alone: nobody who may do them harm reads or answers it.")
    )

    @staticmethod
    def party(given: Mapping[str, Any]) -> NewParty:
        """Return the person for the operation."""
        return NewParty(
            role=given["role"],
            name=given["name"],
            id_number=given["id_number"],
            phone=given["phone"],
            credit_code=given["credit_code"],
            telling=given["telling"],
            safe_phone=given["safe_phone"],
        )


class TellingForm(forms.Form):
    """How one person of a case may be told of news."""

    telling = forms.ChoiceField(
        label=_("How they may be told of news"), choices=Party.Telling.choices, required=False, widget=forms.RadioSelect
    )
    safe_phone = PhoneField(
        label=_("Safe number"), required=False, help_text=_("Of the person alone: nobody who may do them harm reads or answers it.")
    )


if TYPE_CHECKING:
    # Django's formsets take a type argument in the stubs only.
    PeopleBase = BaseFormSet[PersonForm]
else:
    PeopleBase = BaseFormSet


class People(PeopleBase):
    """The people of a report. One is asked for; the fields of a further one may stay empty."""

    def initial_form_count(self) -> int:
        """No row is of an earlier report, whatever was typed into it before another one was asked for."""
        return 0

    def given(self) -> list[NewParty]:
        """Return those who were typed in."""
        return [PersonForm.party(form.cleaned_data) for form in self.forms if form.cleaned_data]


PeopleFormSet = cast(
    type[People],
    formset_factory(PersonForm, formset=People, extra=0, min_num=1, max_num=MOST_PEOPLE, validate_max=True, absolute_max=MOST_PEOPLE),
)


def people_with_one_more(data: Mapping[str, str], *, prefix: str) -> People:
    """Return the people as they were typed so far, unchecked, and the fields of one more."""
    count = min(_count(data.get(f"{prefix}-TOTAL_FORMS", "1")) + 1, MOST_PEOPLE)
    typed = [{name: data.get(f"{prefix}-{row}-{name}", "") for name in PersonForm.base_fields} for row in range(count - 1)]
    people = PeopleFormSet(prefix=prefix, initial=typed)
    people.extra = count - 1
    return people


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1


class ReportForm(forms.Form):
    """The report itself. ``key`` makes sending it twice the same as sending it once."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=_("Unit"))
    category = forms.ChoiceField(
        label=_("What it is about"),
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages={"required": _("Choose a category")},
    )
    reported_at = MomentField(label=_("When it was reported"))
    detail = LongTextField(
        label=_("First words to the people concerned"),
        required=False,
        rows=3,
        help_text=_("Only people of the case who signed in read them. Leave out names, ID numbers and phone numbers."),
    )
    publication = forms.ChoiceField(
        label=_("What the holder of the receipt can see"), choices=_LEVELS, required=False, widget=forms.RadioSelect
    )
    ground = GroundField(label=_("Ground, if it is to show less"), none=_("As the category provides"))
    is_counter_only = forms.BooleanField(
        label=_("At the counter only"),
        required=False,
        help_text=_("At the victim's wish: the case cannot be seen by internet, phone or terminal, not even by who signs in."),
    )

    def __init__(self, *args: Any, units: Choices, categories: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)
        offer(self, "category", categories)
        if sum(len(group) for _name, group in units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()

    def clean_ground(self) -> str:
        """Refuse a ground for nothing: it would be dropped without a word."""
        ground: str = self.cleaned_data["ground"]
        if ground and not self.cleaned_data.get("publication"):
            raise forms.ValidationError(_("Choose above what the holder of the receipt is to see."), code="ground_alone")
        return ground
