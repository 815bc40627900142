"""What is done to an entry of a timeline after it was published, and its proof."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.operations.correct_entry import correct_entry, release_entry, withhold_entry
from cases.operations.prove_entry import prove_entry
from cases.permissions import PUBLISH, WITHHOLD
from cases.web.desk import CaseDeskView
from cases.web.forms.progress import CorrectionForm, SeenForm, WithholdForm
from cases.web.views.case_action import EntryAction
from foundation.transparency.web.views import proof_file


class Correct(EntryAction):
    """Putting right what an entry said."""

    capability = PUBLISH
    title = gettext_lazy("Put an entry right")
    lead = gettext_lazy("The earlier words stay in the record. The people concerned see the correction beside them.")
    submit = gettext_lazy("Publish the correction")
    said = gettext_lazy("The correction is published.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask for what is right."""
        return CorrectionForm(data, case=case, initial={"seen_length": case.progress_length})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Publish it."""
        words, seen = given["words"], given["seen_length"]
        return correct_entry(actor=self.actor, reference=reference, sequence=self.sequence, words=words, now=self.now, seen_length=seen)


class Withhold(EntryAction):
    """Taking an entry's words out of sight."""

    capability = WITHHOLD
    title = gettext_lazy("Withhold the words of an entry")
    lead = gettext_lazy("Place, day and step stay in sight, with the ground. The words are gone from the next look on.")
    submit = gettext_lazy("Withhold the words")
    said = gettext_lazy("The words are withheld.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask for the ground."""
        return WithholdForm(data, initial={"seen_length": case.progress_length})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Withhold them."""
        return withhold_entry(actor=self.actor, reference=reference, sequence=self.sequence, now=self.now, **given)


class Release(EntryAction):
    """Letting the words be seen again."""

    capability = WITHHOLD
    title = gettext_lazy("Let the words of an entry be seen")
    submit = gettext_lazy("Show the words")
    said = gettext_lazy("The words can be seen again.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask nothing but for the press."""
        return SeenForm(data, initial={"seen_length": case.progress_length})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Release them."""
        return release_entry(actor=self.actor, reference=reference, sequence=self.sequence, now=self.now, **given)


class EntryProof(CaseDeskView):
    """The proof that an entry stands in the public log."""

    def get(self, request: HttpRequest, reference: str, sequence: int) -> HttpResponse:
        """Send it as a file."""
        proof = prove_entry(actor=self.actor, reference=reference, sequence=sequence, now=self.now)
        return proof_file(proof, name=f"{reference}-{sequence}")
