"""What officers publish in a timeline, and what they do to an entry of it afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.domain.statuses import Status
from cases.domain.workflow import WORKFLOWS
from cases.models import Case
from cases.phrases import phrases_of, words_for
from cases.web.forms.fields import GroundField, MomentField
from foundation.faces.fields import Choices, LongTextField, offer
from foundation.workflow import Transition

STANDARD = "standard"
_NO_PERSONAL_DATA = _("Only people of the case who signed in read them. Leave out names, ID numbers and phone numbers.")


class SeenForm(forms.Form):
    """A decision on a timeline: it remembers how long the timeline was that the officer looked at."""

    seen_length = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)


class ProgressForm(SeenForm):
    """A step or news. Every step of the kind is accepted here: whether it may follow is the operation's question."""

    prefix = "progress"
    mark_optional = False

    action = forms.ChoiceField(label=_("Step"), required=False)
    detail = LongTextField(label=_("Your own words"), required=False, shortcut="Alt+P", rows=4, help_text=_NO_PERSONAL_DATA)
    phrase = forms.ChoiceField(
        label=_("Standard sentence"),
        required=False,
        initial=STANDARD,
        help_text=_("Whoever holds the receipt reads it, in both languages."),
    )
    at = MomentField(label=_("When it happened, if not now"), required=False)
    ground = GroundField(label=_("Withhold the words on the ground"), none=_("Do not withhold"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        table = WORKFLOWS[case.kind]
        offer(self, "action", [("", _("News only, no step")), *((each.name, each.label) for each in table.transitions)])
        offer(self, "phrase", phrase_choices(case.kind))

    @property
    def steps(self) -> list[tuple[int, str, str | Promise]]:
        """The steps that may follow now, as ``(key, name, label)``; the key is the digit that chooses it. Zero is news."""
        available: list[Transition] = list(WORKFLOWS[self.case.kind].available(self.case.status))
        named = [(each.name, each.label) for each in available]
        return [(number, name, label) for number, (name, label) in enumerate([("", _("News only, no step")), *named])]

    def clean(self) -> dict[str, Any]:
        """Add the ``words`` that the choice of sentence and the officer's own make."""
        given = super().clean() or self.cleaned_data
        if {"action", "phrase", "detail"} <= given.keys():
            phrase = None if given["phrase"] == STANDARD else given["phrase"]
            given["words"] = words_for(kind=self.case.kind, action=given["action"], phrase=phrase, detail=given["detail"])
        return given


class CorrectionForm(SeenForm):
    """What is right, beside what was wrong."""

    detail = LongTextField(label=_("What is right"), required=False, help_text=_NO_PERSONAL_DATA)
    phrase = forms.ChoiceField(label=_("Standard sentence"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        offer(self, "phrase", [each for each in phrase_choices(case.kind) if each[0] != STANDARD])

    def clean(self) -> dict[str, Any]:
        """Add the ``words``."""
        given = super().clean() or self.cleaned_data
        if {"phrase", "detail"} <= given.keys():
            given["words"] = words_for(kind=self.case.kind, phrase=given["phrase"], detail=given["detail"])
        return given


class WithholdForm(SeenForm):
    """Taking an entry's words out of sight."""

    ground = GroundField(label=_("Ground"), none=_("Choose a ground"))


def phrase_choices(kind: str) -> Choices:
    """Return the sentences for a kind, grouped by the step that they suit."""
    groups: dict[str, Choices] = {}
    for phrase in phrases_of(kind):
        group = str(Status(phrase.status).label) if phrase.status else str(_("News within a stage"))
        groups.setdefault(group, []).append((phrase.code, str(phrase)))
    return [(STANDARD, _("The standard sentence of the step")), ("", _("No standard sentence")), *groups.items()]
