"""The receipt of a report (接报案回执): the paper by which a person follows their case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.documents.kinds.parts import facts, moment, part, whom_to_ask, words
from foundation.documents.sheets import Office, Sheet, Square, Words


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A receipt names nobody: whoever finds it learns stages and the unit.

    ``code_address`` is what its square opens, ``code`` what is typed; ``record_address`` is where the proof of the first step is fetched.
    """

    kind: ClassVar[str] = "receipt"

    office: Office
    reference: str
    reported_at: datetime
    next_step: str | Promise
    deadline: Words | None
    code: str
    code_address: str
    look_up_address: str
    record_address: str

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it."""
        return Sheet(
            kind=self.kind,
            title=words(_("Receipt for your report")),
            number=number,
            office=self.office,
            issued_on=day,
            facts=(
                *facts(
                    (_("Case"), self.reference),
                    (_("Reported"), moment(self.reported_at)),
                    (_("What happens next"), words(self.next_step)),
                    (_("Legal term"), self.deadline),
                    (_("Your inquiry code"), self.code),
                    (_("Where to type it"), self.look_up_address),
                ),
                *whom_to_ask(self.office),
            ),
            parts=(
                part(
                    _("What you should know"),
                    (
                        _("With this code anybody can see the stages of your case, but no names. Keep it like a key."),
                        _("News appear within five working days. Each step stands there with its date and can never be changed unseen."),
                        _("Lost the paper, or somebody else saw it? Ask any counter of the unit for a fresh code: this one stops at once."),
                        _("The police never ask for this code and never send a link. Nothing here costs money."),
                        _("Not content? You can complain to the unit above, or to the inspectors by phone: 12389."),
                    ),
                ),
                part(
                    _("Proof that your report was recorded"),
                    (
                        _("Anybody can check, without asking the police, that your report was recorded: fetch the proof at this address."),
                        Words(en=self.record_address, zh=self.record_address),
                    ),
                ),
            ),
            squares=(
                Square(content=self.code_address, purpose=words(_("QR code that opens the progress of your case")), caption=self.code),
            ),
        )
