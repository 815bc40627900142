"""Decisions about a case as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.domain.clocks import term_of
from cases.domain.publication import Publication
from cases.models import Case
from cases.web.forms.fields import GroundField
from cases.web.forms.progress import SeenForm
from foundation.accounts.models import User
from foundation.faces.fields import Choices, LongTextField, WrittenField, offer
from foundation.inquiries.models import InquiryCode

_REASONS = InquiryCode.RevokeReason


class PublicationForm(forms.Form):
    """How far the case is open."""

    publication = forms.ChoiceField(label=_("What the people concerned can see"), choices=Publication.choices, widget=forms.RadioSelect)
    ground = GroundField(label=_("Ground"), none=_("None: the case is open"))
    is_counter_only = forms.BooleanField(
        label=_("At the counter only"),
        required=False,
        help_text=_("At the victim's wish: the case cannot be seen by internet, phone or terminal, not even by who signs in."),
    )


class OfficerForm(forms.Form):
    """Who handles the case."""

    officer = forms.ChoiceField(label=_("Officer"))

    def __init__(self, *args: Any, officers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officers = {user.reference: user for user in officers}
        named = [
            (reference, _("%(name)s (%(badge)s)") % {"name": user.display_name, "badge": user.badge_number})
            for reference, user in self.officers.items()
        ]
        offer(self, "officer", [("", _("Choose an officer")), *named])

    def clean_officer(self) -> User:
        """Return the officer."""
        return self.officers[self.cleaned_data["officer"]]


class ExtensionForm(forms.Form):
    """A longer term."""

    days = forms.TypedChoiceField(label=_("Days in all"), coerce=int, widget=forms.RadioSelect)
    reason = LongTextField(label=_("Reason"), help_text=_("People of the case who signed in read it."), rows=3)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        term = term_of(kind=case.kind, status=case.status)
        longer = term.extendable_to if term else ()
        offer(self, "days", [(str(days), ngettext("%(n)d day", "%(n)d days", days) % {"n": days}) for days in longer])


class TransferForm(SeenForm):
    """Another unit of the bureau."""

    unit = forms.ChoiceField(label=_("Unit that takes over"))
    detail = LongTextField(label=_("Words to the people concerned"), required=False, rows=3)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", [("", _("Choose a unit")), *units])


class MergeForm(forms.Form):
    """The case that goes on."""

    into = WrittenField(label=_("Number of the case that goes on"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class CodeForm(forms.Form):
    """Why a fresh code is needed; whether there was one before is the operation's knowledge."""

    reason = forms.ChoiceField(
        label=_("Why a fresh code"),
        choices=[(each.value, each.label) for each in (_REASONS.LOST, _REASONS.SEEN, _REASONS.REPLACED)],
        widget=forms.RadioSelect,
    )
