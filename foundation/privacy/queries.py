"""What pages ask about requests and holds."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Case, Q, QuerySet, When

from foundation.accounts.actors import Actor
from foundation.organisations.models import path_range
from foundation.privacy.models import Correction, LegalHold
from foundation.privacy.permissions import DECIDE, HOLD, REVIEW

ORDER: Final = ("has_ended", "due_at", "pk")


def own_corrections(actor: Actor) -> QuerySet[Correction]:
    """Return the requests of a resident, the latest first."""
    return Correction.objects.filter(account=actor.reference).select_related("addressed_to").order_by("-asked_at", "-pk")


def corrections_for(actor: Actor) -> QuerySet[Correction]:
    """Return the requests that the actor examines or decides, the most urgent first, those that have ended last."""
    found = Correction.objects.filter(_at(actor, REVIEW, DECIDE)).select_related("addressed_to")
    return found.annotate(has_ended=Case(When(ended_at__isnull=True, then=0), default=1)).order_by(*ORDER)


def waiting_for(actor: Actor) -> QuerySet[Correction]:
    """Return the requests in which the actor is next: to examine, or to decide what another officer proposed."""
    to_review = _at(actor, REVIEW) & Q(state=Correction.State.ASKED)
    to_decide = _at(actor, DECIDE) & Q(state=Correction.State.PROPOSED) & ~Q(reviewed_by=actor.label)
    return Correction.objects.filter(to_review | to_decide)


def holds_for(actor: Actor, now: datetime) -> QuerySet[LegalHold]:
    """Return the legal holds at the actor's units, those that end first before others, those that are over last."""
    found = LegalHold.objects.filter(_at(actor, HOLD, field="unit__path")).select_related("unit")
    is_over = Case(When(lifted_at__isnull=True, ends_on__gte=now.date(), then=0), default=1)
    return found.annotate(is_over=is_over).order_by("is_over", "ends_on", "pk")


def _at(actor: Actor, *capabilities: str, field: str = "addressed_to__path") -> Q:
    condition = Q(pk__in=())
    for capability in capabilities:
        for path in actor.paths_for(capability):
            condition |= path_range(path, field=field)
    return condition
