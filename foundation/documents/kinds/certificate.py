"""A certificate (证明): what the police confirm to somebody who shows it to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from foundation.documents.kinds.parts import facts, part, whom_to_ask
from foundation.documents.sheets import Office, Sheet, Words
from foundation.encryption.masking import mask_number


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What is confirmed of whom, for which purpose and until when. The ID number is masked: the paper passes through many hands."""

    kind: ClassVar[str] = "certificate"

    office: Office
    title: Words
    reference: str
    holder: str
    id_number: str
    confirms: tuple[Words, ...]
    purpose: Words
    valid_until: date

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it; raise ``ValueError`` if it confirms nothing, or is over before it is issued."""
        if not self.confirms or self.valid_until < day:
            raise ValueError("a certificate confirms something, for some time")
        return Sheet(
            kind=self.kind,
            title=self.title,
            number=number,
            office=self.office,
            issued_on=day,
            valid_until=self.valid_until,
            facts=(
                *facts(
                    (_("Name"), self.holder),
                    (_("ID number"), mask_number(self.id_number)),
                    (_("Purpose"), self.purpose),
                    (_("Application"), self.reference),
                ),
                *whom_to_ask(self.office),
            ),
            parts=(
                part(_("What is confirmed"), self.confirms),
                part(
                    _("For whom this paper is shown to"),
                    (_("Check it before you rely on it: scan the square. It says at once whether this paper still holds."),),
                ),
            ),
        )
