"""Stop a kind of message by the link of a mail: one press, without signing in (RFC 8058)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.log import record_action
from foundation.audit.rights import HOLDER
from foundation.errors import NotFound, RuleViolated
from foundation.notifications.models import Channel, Notice, Refusal

BY_LINK: Final = Actor(kind=ActorKind.ANONYMOUS, reference="unsubscribe-link")
_signer: Final = Signer(salt="foundation.notifications.unsubscribe")


def token_for(notice: Notice) -> str:
    """Return what the link of a mail holds: which notice it was, signed. It says nothing of the person and opens nothing else."""
    return _signer.sign(notice.pk.hex).replace(":", ".")


def notice_behind(token: str) -> Notice:
    """Return the notice that a link belongs to; raise ``NotFound`` for one that the hall did not make."""
    pk, dot, signature = token.rpartition(".")
    try:
        found = Notice.objects.select_related("person", "unit").filter(pk=_signer.unsign(f"{pk}:{signature}"), person__isnull=False).first()
    except BadSignature as error:
        raise NotFound from error
    if found is None or not dot:
        raise NotFound
    return found


@transaction.atomic
def unsubscribe(*, token: str, now: datetime) -> Notice:
    """Send no more mails of this kind to the person; return the notice of the link. Pressed again it changes nothing.

    Raises ``NotFound``, or ``RuleViolated`` for what is mandatory.
    """
    notice = notice_behind(token)
    if notice.is_mandatory:
        raise RuleViolated(_("This is mandatory and cannot be stopped."), code="mandatory")
    _row, is_new = Refusal.objects.get_or_create(
        person=notice.person, event=notice.event, channel=Channel.EMAIL, defaults={"refused_at": now}
    )
    if is_new:
        changes = {"refused": (None, f"{notice.event}:{Channel.EMAIL.value}")}
        record_action(actor=BY_LINK, action="wishes.unsubscribe", capability=HOLDER, subject=notice, now=now, changes=changes)
    return notice
