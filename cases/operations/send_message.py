"""Messages between a party and the unit, and the complaint to the unit above."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.clocks import Line
from cases.models import Message
from cases.operations.locking import lock_case
from cases.permissions import MESSAGE, check_may, standing_of
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import RuleViolated
from foundation.mandates.scopes import Scope
from foundation.outbox.events import publish

LONGEST_MESSAGE = 2000
UNANSWERED_AT_ONCE = 5
ASKED = "case.message_asked"
ANSWERED = "case.message_answered"


@transaction.atomic
def ask_unit(*, actor: Actor, reference: str, text: str, now: datetime, under: str = "") -> Message:
    """Send a message to the unit that handles the case; it stands in the unit's worklist until somebody answers.

    It is the party's, also where somebody writes for them (``under`` names the mandate): the message then says so.
    """
    case = lock_case(reference)
    standing = standing_of(actor, case, now=now, scope=Scope.ACT_IN_CASES, under=under)
    party = standing.party
    text = clean_text(text, field="text")
    if case.messages.filter(party=party, answered_at__isnull=True).count() >= UNANSWERED_AT_ONCE:
        raise RuleViolated(
            _("Five messages of yours are waiting for an answer. Please wait for it before you write again."),
            code="too_many_unanswered",
        )
    message = Message.objects.create(case=case, party=party, text=text, sent_at=now, sent_by=actor.label, mandate=standing.actor.mandate)
    if case.waiting_since is None:
        case.waiting_since = now
        case.save(update_fields=["waiting_since"])
    record_action(actor=standing.actor, action="case.ask", capability=standing.right, subject=case, now=now)
    publish(ASKED, now=now, reference=case.reference)
    return message


@transaction.atomic
def answer_party(*, actor: Actor, reference: str, text: str, now: datetime) -> Message:
    """Send the unit's answer; it answers every message of parties that still waits."""
    case = lock_case(reference)
    check_may(actor, MESSAGE, case)
    text = clean_text(text, field="text")
    message = Message.objects.create(case=case, text=text, sent_at=now, sent_by=actor.label, officer_name=actor.name)
    waiting = case.messages.filter(party__isnull=False, answered_at__isnull=True)
    answered = waiting.update(answered_at=now, answered_by=actor.label)
    case.waiting_since = None
    case.save(update_fields=["waiting_since"])
    record_action(actor=actor, action="case.answer", capability=MESSAGE, subject=case, now=now, changes={"answered": (answered, 0)})
    publish(ANSWERED, now=now, reference=case.reference)
    return message


def clean_text(text: str, *, field: str, too_long: Line = _("Write at most 2,000 characters.")) -> str:
    """Return what somebody wrote without blanks around it; raise ``RuleViolated`` for nothing or for too much."""
    text = text.strip()
    if not text:
        raise RuleViolated(_("Write something first."), code="text_missing", field=field)
    if len(text) > LONGEST_MESSAGE:
        raise RuleViolated(too_long, code="text_too_long", field=field)
    return text
