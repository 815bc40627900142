"""Take a paper back: one officer proposes it with a ground, another confirms it or puts it aside."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.documents.models import Document, Revocation
from foundation.documents.permissions import REVOKE
from foundation.errors import Conflict, Hidden, NotAllowed


@transaction.atomic
def propose_revocation(*, actor: Actor, number: str, ground: Revocation.Ground, now: datetime) -> Revocation:
    """Propose to take the paper back. It holds until another officer confirms."""
    document = _locked(actor, number)
    if Revocation.objects.filter(document=document).exists():
        raise Conflict(_("Taking this paper back is proposed already, or it was taken back."), code="revocation_proposed")
    revocation = Revocation.objects.create(document=document, ground=ground, proposed_by_id=_officer(actor), proposed_at=now)
    record_action(
        actor=actor,
        action="document.propose_revocation",
        capability=REVOKE,
        subject=document,
        now=now,
        changes={"ground": (None, str(ground))},
    )
    return revocation


@transaction.atomic
def confirm_revocation(*, actor: Actor, number: str, now: datetime) -> Revocation:
    """Confirm what another officer proposed: the paper is revoked from this moment."""
    document = _locked(actor, number)
    revocation = _proposed(document)
    if revocation.proposed_by_id == actor.user_id:
        raise NotAllowed(_("Another officer must confirm: nobody takes a paper back alone."), code="same_officer", capability=REVOKE)
    revocation.confirmed_by_id, revocation.confirmed_at = _officer(actor), now
    revocation.save(update_fields=["confirmed_by", "confirmed_at"])
    record_action(
        actor=actor, action="document.revoke", capability=REVOKE, subject=document, now=now, changes={"ground": (None, revocation.ground)}
    )
    return revocation


@transaction.atomic
def drop_revocation(*, actor: Actor, number: str, now: datetime) -> None:
    """Put a proposal aside; the paper holds as before."""
    document = _locked(actor, number)
    revocation = _proposed(document)
    revocation.delete()
    record_action(
        actor=actor,
        action="document.drop_revocation",
        capability=REVOKE,
        subject=document,
        now=now,
        changes={"ground": (revocation.ground, None)},
    )


def _locked(actor: Actor, number: str) -> Document:
    document = Document.objects.select_for_update(of=("self",)).select_related("office").filter(number=number).first()
    if document is None or not actor.can(REVOKE, document.office):
        raise Hidden(capability=REVOKE)
    return document


def _proposed(document: Document) -> Revocation:
    revocation = Revocation.objects.filter(document=document, confirmed_at__isnull=True).first()
    if revocation is None:
        raise Conflict(_("Nothing is proposed, or it is decided already."), code="nothing_proposed")
    return revocation


def _officer(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed
    return actor.user_id
