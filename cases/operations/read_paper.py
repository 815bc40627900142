"""Read a paper of a case: who may, in whose name, and the look that is written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.operations.look_at_case import reason_of_look
from cases.permissions import CODE, READ, check_may, standing_of
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.log import record_look
from foundation.documents.kinds.receipt import Receipt
from foundation.documents.models import Document
from foundation.documents.registry import Reader
from foundation.errors import NotAllowed, NotFound

# Long enough for a printer that jams; after that a fresh code is the safe way.
AT_THE_COUNTER: Final = timedelta(minutes=15)


def read_paper(*, actor: Actor, document: Document, now: datetime, under: str) -> Reader:
    """Return in whose name somebody reads a paper of a case, and write the look down.

    A receipt holds the inquiry code. The people of the case may read it, and who represents one by law; of officers only the one who
    made it, for 15 minutes: a code that anybody else of the police saw is replaced (docs/decisions/0023-papers.md).
    """
    case = Case.objects.select_related("unit").filter(reference=document.subject_reference).first()
    if case is None:
        raise NotFound
    holds_code = document.kind == Receipt.kind
    if actor.kind == ActorKind.OFFICER:
        return _officer(actor, document, case, now=now, holds_code=holds_code)
    standing = standing_of(actor, case, now=now, under=under)
    if holds_code and standing.mandate is not None and not standing.mandate.is_statutory:
        raise NotAllowed(_("Only the person concerned, or who represents them by law, can have the receipt."), code="receipt_not_yours")
    record_look(viewer=standing.actor, subject=case, reason=standing.reason, now=now)
    return Reader(actor=standing.actor, right=standing.right, acting=standing.mandate)


def _officer(actor: Actor, document: Document, case: Case, *, now: datetime, holds_code: bool) -> Reader:
    right = CODE if holds_code else READ
    check_may(actor, right, case)
    is_at_the_counter = document.created_by == actor.label and now - document.created_at <= AT_THE_COUNTER
    if holds_code and not is_at_the_counter:
        message = _("The code on this receipt is for the person alone: you could print it for 15 minutes. Make a fresh receipt instead.")
        raise NotAllowed(message, code="receipt_not_yours", capability=right)
    record_look(viewer=actor, subject=case, reason=reason_of_look(actor, case.unit, is_enquiry=False), now=now)
    return Reader(actor=actor, right=right)
