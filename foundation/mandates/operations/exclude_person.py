"""Keep a person from one matter, whatever they may do for others; or no longer. Operations of services call this with their own rights."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.errors import Conflict, NotFound
from foundation.mandates.models import Exclusion
from foundation.mandates.operations.enter_person import Named, read_named
from foundation.mandates.operations.written import read_evidence


def exclude_person(*, actor: Actor, matter: str, bureau_code: str, who: Named, reason: str, now: datetime) -> Exclusion:
    """Keep a person from a matter from the next request on. The caller holds the transaction, has checked the right and writes the row.

    The person need not be known to the hall: who becomes somebody's guardian later is kept out too. Raises ``RuleViolated``, ``Conflict``.
    """
    name, number = read_named(who, now=now)
    excluded = Exclusion(
        matter=matter,
        bureau_code=bureau_code,
        name=name,
        id_number=number,
        explanation=read_evidence(reason, field="reason"),
        excluded_at=now,
        excluded_by=actor.label,
    )
    try:
        with transaction.atomic():
            excluded.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This person has no access already."), code="already_excluded", field=f"{who.part}_id_number") from error
    return excluded


def lift_exclusion(*, actor: Actor, matter: str, exclusion: UUID, now: datetime) -> Exclusion:
    """Let a person act in a matter again, as far as their mandates reach. The caller holds the transaction. Raises ``NotFound``."""
    found = Exclusion.objects.select_for_update(of=("self",)).filter(pk=exclusion, matter=matter, lifted_at__isnull=True).first()
    if found is None:
        raise NotFound
    found.lifted_at, found.lifted_by = now, actor.label
    found.save(update_fields=["lifted_at", "lifted_by"])
    return found
