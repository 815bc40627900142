"""Open a case to read it. Whoever does is written down with the reason, and the person concerned can see it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.permissions import READ, Standing, handles, standing_of
from cases.queries import case_for_reading
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.log import record_look
from foundation.audit.models import AccessEntry
from foundation.errors import Hidden, NotFound
from foundation.organisations.models import Organisation


@transaction.atomic
def look_at_case(*, actor: Actor, reference: str, now: datetime, is_enquiry: bool = False) -> Case:
    """Return a case for an officer's page, with an access row for this look; raise ``NotFound`` or ``Hidden``, which write none.

    The reason is the officer's own word when they answer a person's question (``is_enquiry``), else what their post says.
    """
    if actor.kind != ActorKind.OFFICER:
        raise Hidden(capability=READ)
    case = case_for_reading(actor=actor, reference=reference)
    record_look(viewer=actor, subject=case, reason=reason_of_look(actor, case.unit, is_enquiry=is_enquiry), now=now)
    return case


@transaction.atomic
def look_at_own_case(*, actor: Actor, reference: str, now: datetime, under: str = "") -> tuple[Case, Standing]:
    """Return a case for the page of its party, or of who acts for one (``under`` names the mandate), with in whose name they look.

    The access row says for whom. Raises ``Hidden`` for a case that is closed, dark, or somebody else's, and like ``standing_of``.
    """
    case = Case.objects.select_related("unit__parent", "category", "officer", "merged_into__unit").filter(reference=reference).first()
    if case is None:
        raise NotFound
    standing = standing_of(actor, case, now=now, under=under)
    record_look(viewer=standing.actor, subject=case, reason=standing.reason, now=now)
    return case, standing


def reason_of_look(actor: Actor, unit: Organisation, *, is_enquiry: bool) -> AccessEntry.Reason:
    """Return why an officer looks: handling, if a post at this very unit lets them act there, else supervision from above."""
    if is_enquiry:
        return AccessEntry.Reason.ENQUIRY
    return AccessEntry.Reason.HANDLING if handles(actor, unit) else AccessEntry.Reason.SUPERVISION
