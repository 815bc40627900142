"""An appointment pass (预约凭证): when to be where, and what to bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from foundation.clock import city_date
from foundation.documents.kinds.parts import facts, moment, part, whom_to_ask, words
from foundation.documents.sheets import Office, Sheet, Square, Words
from foundation.encryption.masking import mask_name


@dataclass(frozen=True, kw_only=True)
class AppointmentPass:
    """One appointment. It holds until the day is over; ``code_address`` is what the machine at the door reads."""

    kind: ClassVar[str] = "appointment-pass"

    office: Office
    reference: str
    service: Words
    point: Words
    person: str
    begins_at: datetime
    ends_at: datetime
    bring: tuple[Words, ...]
    code: str
    code_address: str

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it; raise ``ValueError`` for a time that ends before it begins."""
        if self.ends_at <= self.begins_at:
            raise ValueError("an appointment ends after it begins")
        time = f"{moment(self.begins_at)} – {moment(self.ends_at)[-5:]}"
        return Sheet(
            kind=self.kind,
            title=words(_("Appointment pass")),
            number=number,
            office=self.office,
            issued_on=day,
            valid_until=city_date(self.ends_at),
            facts=(
                *facts(
                    (_("Appointment"), self.reference),
                    (_("Time"), time),
                    (_("Place"), self.point),
                    (_("Service"), self.service),
                    (_("Person"), mask_name(self.person)),
                    (_("Code of the appointment"), self.code),
                ),
                *whom_to_ask(self.office),
            ),
            parts=(
                part(_("What to bring"), self.bring),
                part(
                    _("Good to know"),
                    (
                        _("Come ten minutes early and let the machine at the door read the square, or say the code at the counter."),
                        _("You can cancel until the end of the working day before. Nothing here costs money."),
                    ),
                ),
            ),
            squares=(Square(content=self.code_address, purpose=words(_("QR code to check in with")), caption=self.code),),
        )
