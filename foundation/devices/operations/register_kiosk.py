"""Enter a terminal, before it has a key."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.audit.masked import Plain
from foundation.devices.families import KIOSKS
from foundation.devices.history import write_history
from foundation.devices.models import Kiosk, MachineEvent
from foundation.devices.permissions import check_may_enter, right_of
from foundation.errors import Conflict, RuleViolated
from foundation.organisations.models import Organisation

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
LONGEST_CODE = 30
LONGEST_LOCATION = 100


@transaction.atomic
def register_kiosk(*, actor: Actor, code: str, place: Organisation, location_zh: str, location_en: str, now: datetime) -> Kiosk:
    """Enter a terminal that stands at a place; it is heard once it has enrolled.

    ``code`` is what stands on its sticker, in any case. Raises ``RuleViolated`` or ``Conflict`` naming the field.
    """
    check_may_enter(actor, KIOSKS, place)
    code = code.strip().upper()
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        message = _("The number on the sticker has 1 to 30 letters and digits, with single hyphens between.")
        raise RuleViolated(message, code="kiosk_code", field="code")
    check_location(location_zh=location_zh, location_en=location_en)
    kiosk = Kiosk(
        code=code,
        place=place,
        bureau=place.bureau_code,
        location_zh=location_zh.strip(),
        location_en=location_en.strip(),
        state_changed_at=now,
        state_changed_by=actor.label,
    )
    try:
        with transaction.atomic():
            kiosk.save()
    except IntegrityError as error:
        raise Conflict(_("Another terminal of the bureau has this number on its sticker."), code="kiosk_exists", field="code") from error
    write_history(machine=kiosk, kind=MachineEvent.Kind.REGISTERED, actor=actor, now=now)
    record_action(
        actor=actor,
        capability=right_of(actor, KIOSKS),
        action="kiosk.register",
        subject=kiosk,
        now=now,
        changes={"place": (None, place.code), "code": (None, Plain(code))},
    )
    return kiosk


def check_location(*, location_zh: str, location_en: str) -> None:
    """Raise ``RuleViolated`` naming the field unless the place is told in both languages."""
    for field, text in (("location_zh", location_zh), ("location_en", location_en)):
        if not text.strip() or len(text) > LONGEST_LOCATION:
            message = _("Say where it stands in both languages, each in at most 100 characters.")
            raise RuleViolated(message, code="location", field=field)
