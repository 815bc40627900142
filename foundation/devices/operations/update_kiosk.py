"""Say anew where a terminal stands, and what its screen is to say."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.audit.masked import Plain
from foundation.devices.families import KIOSKS
from foundation.devices.history import write_history
from foundation.devices.models import Kiosk, MachineEvent
from foundation.devices.operations.locking import locked
from foundation.devices.operations.register_kiosk import check_location
from foundation.devices.permissions import check_may_enter, right_of
from foundation.errors import RuleViolated
from foundation.organisations.models import Organisation

LONGEST_NOTICE = 200


@transaction.atomic
def move_kiosk(*, actor: Actor, reference: str, place: Organisation, location_zh: str, location_en: str, now: datetime) -> Kiosk:
    """Let the terminal stand elsewhere within its bureau. Raises ``Hidden``, ``NotAllowed`` or ``RuleViolated`` naming the field."""
    kiosk: Kiosk = locked(actor, KIOSKS, reference)
    check_may_enter(actor, KIOSKS, place)
    check_location(location_zh=location_zh, location_en=location_en)
    if place.bureau_code != kiosk.bureau:
        raise RuleViolated(_("A terminal stays with its bureau. Retire it here and enter it there."), code="another_bureau", field="place")
    changes = {"place": (kiosk.place.code, place.code), "location": (Plain(kiosk.location_en), Plain(location_en.strip()))}
    kiosk.place, kiosk.location_zh, kiosk.location_en = place, location_zh.strip(), location_en.strip()
    kiosk.save(update_fields=["place", "location_zh", "location_en"])
    write_history(machine=kiosk, kind=MachineEvent.Kind.MOVED, actor=actor, now=now, reason=kiosk.location_zh)
    record_action(actor=actor, capability=right_of(actor, KIOSKS), action="kiosk.move", subject=kiosk, now=now, changes=changes)
    return kiosk


@transaction.atomic
def set_notice(*, actor: Actor, reference: str, notice_zh: str, notice_en: str, now: datetime) -> Kiosk:
    """Set what the screen says above its choices, or take it away with two empty texts; the terminal reads it with its next heart-beat."""
    kiosk: Kiosk = locked(actor, KIOSKS, reference)
    notice_zh, notice_en = notice_zh.strip(), notice_en.strip()
    for field, text in (("notice_zh", notice_zh), ("notice_en", notice_en)):
        if len(text) > LONGEST_NOTICE or (bool(notice_zh) != bool(notice_en) and not text):
            message = _("Write the notice in both languages, each in at most 200 characters, or leave both empty.")
            raise RuleViolated(message, code="notice", field=field)
    changes = {"notice_zh": (Plain(kiosk.notice_zh), Plain(notice_zh)), "notice_en": (Plain(kiosk.notice_en), Plain(notice_en))}
    kiosk.notice_zh, kiosk.notice_en = notice_zh, notice_en
    kiosk.save(update_fields=["notice_zh", "notice_en"])
    record_action(actor=actor, capability=right_of(actor, KIOSKS), action="kiosk.notice", subject=kiosk, now=now, changes=changes)
    return kiosk
