"""Proof of the record (存证证明): that a step stands in the public log, on paper, to be checked without the police."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from foundation.documents.kinds.parts import facts, moment, part, whom_to_ask, words
from foundation.documents.sheets import Office, Sheet, Square, Words


@dataclass(frozen=True, kw_only=True)
class LogProof:
    """A step and the proof that it is in the log. ``text`` is the whole proof, which the square holds byte for byte."""

    kind: ClassVar[str] = "log-proof"

    office: Office
    reference: str
    step: Words
    recorded_at: datetime
    commitment: str
    index: int
    size: int
    root: str
    log_name: str
    log_address: str
    text: str

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it."""
        return Sheet(
            kind=self.kind,
            title=words(_("Proof of the record")),
            number=number,
            office=self.office,
            issued_on=day,
            facts=(
                *facts(
                    (_("Case"), self.reference),
                    (_("Step"), self.step),
                    (_("Recorded"), moment(self.recorded_at)),
                    (_("Log"), self.log_name),
                    (_("Place in the log"), f"{self.index} / {self.size}"),
                    (_("Salted hash of the step"), self.commitment),
                    (_("Root of the log"), self.root),
                ),
                *whom_to_ask(self.office),
            ),
            parts=(
                part(
                    _("What this proves"),
                    (
                        _("The step above stands in the public log, at this place. Nobody can change, remove or date it back unseen."),
                        _("The proof in the square names nobody and does not tell what happened."),
                    ),
                ),
                part(
                    _("How to check it"),
                    (
                        _("Read the first square with any scanner and give its text to the page below, or to the program that it offers."),
                        Words(en=self.log_address, zh=self.log_address),
                    ),
                ),
            ),
            squares=(Square(content=self.text, purpose=words(_("QR code with the proof that the step was recorded"))),),
        )
