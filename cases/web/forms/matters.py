"""Small forms: words between a party and the unit, things, photos, and finding a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.web.forms.fields import MomentField
from foundation.faces.fields import LongTextField, ResidentIdField, WrittenField


class TextForm(forms.Form):
    """One text, under the label that the page gives it."""

    text = LongTextField(label=_("Text"))

    def __init__(self, *args: Any, label: Any, help_text: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, help_text


class ItemForm(forms.Form):
    """A thing that the police took."""

    description = LongTextField(label=_("What it is"), rows=3, help_text=_("Kind, colour, mark, number: so that its owner knows it again."))
    taken_at = MomentField(label=_("When it was taken"))


class PhotoForm(forms.Form):
    """A photo of a thing."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("JPEG or PNG, at most 5 MB. Place and camera are removed from it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class ExclusionForm(forms.Form):
    """Who is to be kept from a case, and why."""

    person_name = WrittenField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    person_id_number = ResidentIdField(label=_("ID number"))
    reason = LongTextField(label=_("Why"), rows=3, max_length=300, help_text=_("Only officers read this."))


class FindForm(forms.Form):
    """A number, and why it is looked for."""

    number = WrittenField(
        label=_("Case number or ID number"),
        max_length=80,
        help_text=_("The number on the receipt, the number of your own case system, or the whole ID number of a person of the case."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )
    is_enquiry = forms.BooleanField(
        label=_("I am answering a question of this person"),
        required=False,
        help_text=_("The people of the case see this reason beside your name. Otherwise they see your post's."),
    )
