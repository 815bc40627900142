"""What is asked of those who look after machines. The rules behind it are the operations' own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.accounts.models import Machine
from foundation.devices.operations.change_state import LONGEST_REASON
from foundation.devices.operations.register_feed import LONGEST_CODE as LONGEST_FEED_CODE
from foundation.devices.operations.register_feed import LONGEST_TITLE
from foundation.devices.operations.register_kiosk import LONGEST_CODE, LONGEST_LOCATION
from foundation.devices.operations.update_kiosk import LONGEST_NOTICE
from foundation.devices.queries import LONGEST_SEARCH
from foundation.faces.fields import Choices, LongTextField, WrittenField, offer


class WordsField(WrittenField):
    """A line of words."""

    def __init__(self, *, width: int = 30, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "class": f"govuk-input--width-{width}"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)


class LocationForm(forms.Form):
    """Where a terminal stands."""

    place = forms.ChoiceField(label=_("Organisation that looks after it"))
    location_zh = WordsField(
        label=_("Where it stands, in Chinese"), max_length=LONGEST_LOCATION, help_text=_("Such as 南京西路街道居委会一楼大厅.")
    )
    location_en = WordsField(
        label=_("Where it stands, in English"), max_length=LONGEST_LOCATION, help_text=_("Such as Neighbourhood committee, ground floor.")
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", places)


class KioskForm(LocationForm):
    """A terminal that is new."""

    code = WordsField(
        label=_("Number on its sticker"), max_length=LONGEST_CODE, width=20, help_text=_("Letters, digits and hyphens, such as ZDJ-0042.")
    )
    field_order = ("code", "place", "location_zh", "location_en")


class FeedForm(forms.Form):
    """A case system that is new."""

    code = WordsField(
        label=_("Short name"),
        max_length=LONGEST_FEED_CODE,
        width=20,
        help_text=_("Small letters, digits and hyphens, such as shanghai-case-system. Its cases carry this name, so it never changes."),
    )
    title = WordsField(label=_("What people call it"), max_length=LONGEST_TITLE)
    bureau = forms.ChoiceField(label=_("Bureau that it speaks for"))

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "bureau", places)


class ReasonForm(forms.Form):
    """Why a machine's state is changed."""

    reason = LongTextField(
        label=pgettext_lazy("of a deed", "Reason"),
        max_length=LONGEST_REASON,
        rows=3,
        help_text=_("Stays in the history of the machine. Name nobody in it."),
    )


class NoticeForm(forms.Form):
    """What the screen of a terminal is to say."""

    notice_zh = WordsField(label=_("In Chinese"), max_length=LONGEST_NOTICE, required=False)
    notice_en = WordsField(label=_("In English"), max_length=LONGEST_NOTICE, required=False)
    mark_optional = False


class FilterForm(forms.Form):
    """What the list of terminals is narrowed to."""

    place = forms.ChoiceField(label=_("Organisation"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Every state")), *Machine.State.choices])
    health = forms.ChoiceField(
        label=_("How it is"),
        required=False,
        choices=[("", _("However it is")), ("silent", _("Not heard of for ten minutes")), ("trouble", _("Reports a fault"))],
    )
    text = WordsField(label=_("Number or place"), max_length=LONGEST_SEARCH, required=False, width=20)
    mark_optional = False

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", [("", _("Every organisation")), *places])
