"""The papers of an application, in the order in which they come: acceptance, supplement notice, decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from foundation.documents.kinds.parts import facts, part, whom_to_ask, words
from foundation.documents.sheets import Office, Part, Sheet, Square, Words


@dataclass(frozen=True, kw_only=True)
class Application:
    """What every paper about an application says of it. ``status_address`` is what its square opens, empty for none."""

    office: Office
    reference: str
    item: Words
    applicant: str
    status_address: str = ""

    def squares(self) -> tuple[Square, ...]:
        """Return the square by which the application is followed."""
        if not self.status_address:
            return ()
        return (Square(content=self.status_address, purpose=words(_("QR code that opens the progress of your application"))),)


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Acceptance notice (受理通知书): sealed and dated (Administrative Licensing Law art. 32)."""

    kind: ClassVar[str] = "acceptance"

    application: Application
    accepted_on: date
    handed_in: tuple[Words, ...]
    promised_by: date
    statutory_by: date
    fee: Words | None = None

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it; raise ``ValueError`` for a promise that is later than the law allows."""
        if self.promised_by > self.statutory_by:
            raise ValueError("no promise is later than the term of the law")
        free = words(_("Nothing: no fee is charged for this item."))
        return Sheet(
            kind=self.kind,
            title=words(_("Acceptance notice")),
            number=number,
            office=self.application.office,
            issued_on=day,
            facts=(
                *facts(
                    (_("Application"), self.application.reference),
                    (_("Item"), self.application.item),
                    (_("Applicant"), self.application.applicant),
                    (_("Accepted on"), self.accepted_on.isoformat()),
                    (_("Decision promised by"), self.promised_by.isoformat()),
                    (_("Decision due by law by"), self.statutory_by.isoformat()),
                    (_("What it costs"), self.fee or free),
                ),
                *whom_to_ask(self.application.office),
            ),
            parts=(
                part(_("What you handed in"), self.handed_in),
                part(
                    _("What happens next"),
                    (
                        _("Your application is complete and in the required form. Nothing more can be asked of you to have it examined."),
                        _("You can follow it, and see how each day is counted, with the square on this paper or at any counter."),
                    ),
                ),
            ),
            squares=self.application.squares(),
        )


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing that is missing from an application, and why it is needed."""

    what: Words
    why: Words


@dataclass(frozen=True, kw_only=True)
class SupplementNotice:
    """Supplement notice (补正告知书): the one notice, which lists everything (Administrative Licensing Law art. 32 no. 4)."""

    kind: ClassVar[str] = "supplement-notice"

    application: Application
    missing: tuple[Missing, ...]
    answer_by: date

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it; raise ``ValueError`` if nothing is missing."""
        if not self.missing:
            raise ValueError("a supplement notice says what is missing")
        return Sheet(
            kind=self.kind,
            title=words(_("Supplement notice")),
            number=number,
            office=self.application.office,
            issued_on=day,
            valid_until=self.answer_by,
            facts=(
                *facts(
                    (_("Application"), self.application.reference),
                    (_("Item"), self.application.item),
                    (_("Applicant"), self.application.applicant),
                    (_("Please answer by"), self.answer_by.isoformat()),
                ),
                *whom_to_ask(self.application.office),
            ),
            parts=(
                *(Part(heading=_numbered(place, each.what), paragraphs=(each.why,)) for place, each in enumerate(self.missing, start=1)),
                part(
                    _("Good to know"),
                    (
                        _("This is the one notice: nothing that is not on it can be asked of you later."),
                        _("The term of the law begins on the day on which the last of it is here."),
                    ),
                ),
            ),
            squares=self.application.squares(),
        )


def _numbered(place: int, text: Words) -> Words:
    return Words(en=f"{place}. {text.en}", zh=f"{place}. {text.zh}")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Decision on an application (决定书). A refusal has its reasons and names the remedies (Administrative Licensing Law art. 38).

    ``review_by`` is the organ that reconsiders (Administrative Reconsideration Law art. 20: 60 days), ``court`` the court for a lawsuit
    (Administrative Procedure Law art. 46: six months).
    """

    kind: ClassVar[str] = "decision"

    application: Application
    is_granted: bool
    says: tuple[Words, ...]
    reasons: tuple[Words, ...]
    basis: tuple[Words, ...]
    review_by: Words
    court: Words
    valid_until: date | None = None

    def sheet(self, *, number: str, day: date) -> Sheet:
        """Return what stands on it; raise ``ValueError`` for a decision without its basis, or a refusal without reasons."""
        if not self.basis or not (self.is_granted or self.reasons):
            raise ValueError("a decision names its legal basis, and a refusal its reasons")
        outcome = _("The application is granted") if self.is_granted else _("The application is refused")
        told = (
            part(_("What is decided"), self.says),
            *((part(_("Reasons"), self.reasons),) if self.reasons else ()),
            part(_("Legal basis"), self.basis),
            part(
                _("If you do not agree"),
                (
                    _("Within 60 days of learning of this decision you can ask for administrative reconsideration. It is free. Ask:"),
                    self.review_by,
                    _("Or you can go to court within six months of learning of it:"),
                    self.court,
                ),
            ),
        )
        return Sheet(
            kind=self.kind,
            title=words(_("Decision")),
            number=number,
            office=self.application.office,
            issued_on=day,
            valid_until=self.valid_until,
            facts=(
                *facts(
                    (_("Application"), self.application.reference),
                    (_("Item"), self.application.item),
                    (_("Applicant"), self.application.applicant),
                    (_("Decision"), words(outcome)),
                ),
                *whom_to_ask(self.application.office),
            ),
            parts=told,
            squares=self.application.squares(),
        )
