"""What people fill in about being told. The rules are the operations' own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError
from foundation.faces.fields import WrittenField
from foundation.notifications.models import Unreached, Wish
from foundation.notifications.models.delivery import WAYS
from foundation.notifications.operations.set_address import LONGEST, read_address
from foundation.notifications.operations.set_wishes import Wishes, choosable_kinds
from foundation.notifications.queries import STATES

_TIME = _("Write the time as hours and minutes, such as 22:00.")


class _HourField(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "class": "govuk-input--width-10"}, format="%H:%M")
        super().__init__(widget=widget, error_messages={"invalid": _TIME, "required": _TIME}, **kwargs)


class WishesForm(forms.Form):
    """Everything on one page: for each kind of message the ways that are wanted, which way first, the night, the language."""

    mark_optional = False
    first_channel = forms.ChoiceField(label=_("Try first"), choices=WAYS, widget=forms.RadioSelect)
    quiet_from = _HourField(label=_("Quiet from"))
    quiet_until = _HourField(label=_("Quiet until"))
    language = forms.ChoiceField(label=_("Language of messages"), choices=Wish.Language.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, wish: Wish, refused: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        initial = {name: getattr(wish, name) for name in ("first_channel", "quiet_from", "quiet_until", "language")}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.kinds = choosable_kinds()
        off = set(refused)
        for kind in self.kinds:
            wanted = [channel for channel, _label in WAYS if (kind.code, channel) not in off]
            self.fields[f"by-{kind.code}"] = forms.MultipleChoiceField(
                label=str(kind.title), choices=WAYS, required=False, widget=forms.CheckboxSelectMultiple, initial=wanted
            )

    def choices_of_kinds(self) -> list[forms.BoundField]:
        """Return the fields of the kinds of messages, for the page."""
        return [self[f"by-{kind.code}"] for kind in self.kinds]

    def wishes(self) -> Wishes:
        """Return what was chosen."""
        given = self.cleaned_data
        refused = {(kind.code, channel) for kind in self.kinds for channel, _label in WAYS if channel not in given[f"by-{kind.code}"]}
        return Wishes(
            language=given["language"],
            first_channel=given["first_channel"],
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            refused=frozenset(refused),
        )


class AddressForm(forms.Form):
    """A mail address, canonical once cleaned."""

    mark_optional = False
    address = WrittenField(
        label=_("Mail address"),
        max_length=LONGEST,
        help_text=_("We send a code to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "size": 30}),
        error_messages={"required": _("Enter a mail address like name@example.com.")},
    )

    def clean_address(self) -> str:
        """Return one way of writing the address."""
        try:
            return read_address(self.cleaned_data["address"])
        except DomainError as error:
            raise ValidationError(str(error.message), code=error.code) from error


class MailCodeForm(forms.Form):
    """Six digits from a mail."""

    mark_optional = False
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=40,
        help_text=_("Six digits. The mail may take a minute."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 10, "class": "govuk-input--extra-letter-spacing"}
        ),
        error_messages={"required": _("Enter the code from the mail.")},
    )


_STATE_WORDS = {
    "under-way": _("Under way"),
    "handed-over": _("Handed over"),
    "delivered": _("Delivered"),
    "failed": _("Not delivered"),
    "given-up": _("Given up"),
    "not-sent": _("Not sent"),
}


class DeliveryFilterForm(forms.Form):
    """What the list of deliveries is narrowed to."""

    mark_optional = False
    channel = forms.ChoiceField(label=_("Way"), required=False, choices=[("", _("Every way")), *WAYS])
    state = forms.ChoiceField(
        label=_("How far"), required=False, choices=[("", _("However far")), *((each, _STATE_WORDS[each]) for each in STATES)]
    )
    text = WrittenField(
        label=_("Number of the matter"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )


class SettleForm(forms.Form):
    """How somebody was told."""

    mark_optional = False
    how = forms.ChoiceField(
        label=_("How was it settled?"),
        choices=[(each.value, each.label) for each in Unreached.Settled if each != Unreached.Settled.SENT_AGAIN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how the person was told.")},
    )
