"""The demo's terminals. Nobody holds their keys: each is made, brought to the hall as a terminal would, and forgotten."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.models import User
from foundation.devices.actors import actor_of_kiosk
from foundation.devices.authentication import KIOSK_WINDOW
from foundation.devices.families import KIOSKS
from foundation.devices.models import Kiosk
from foundation.devices.operations.change_state import change_state
from foundation.devices.operations.enrol import enrol
from foundation.devices.operations.hear_heartbeat import hear_heartbeat
from foundation.devices.operations.issue_enrolment_code import issue_enrolment_code
from foundation.devices.operations.register_kiosk import register_kiosk
from foundation.organisations.models import Organisation
from foundation.signatures.verify import Verified
from portal.demo.people import STATION

STEWARD = "steward"
_WELL = {"paper": "ok", "printer": "ok", "id_reader": "ok", "scanner": "ok"}


@dataclass(frozen=True, kw_only=True)
class DemoKiosk:
    """One terminal: where it stands, what it says of itself (nothing: it has no key yet), and what became of it, with why."""

    code: str
    at: str
    zh: str
    en: str
    parts: dict[str, str] | None
    action: str = ""
    reason: str = ""


MACHINES = (
    DemoKiosk(code="DEMO-01", at=STATION, zh="演示居委会一楼大厅", en="Demo neighbourhood committee, ground floor", parts=_WELL),
    DemoKiosk(code="DEMO-02", at=STATION, zh="演示社区服务中心", en="Demo community service centre", parts=_WELL | {"paper": "low"}),
    DemoKiosk(code="DEMO-03", at="310105520000", zh="演示地铁站站厅", en="Demo metro station, concourse", parts=_WELL),
    DemoKiosk(
        code="DEMO-04",
        at="310105520000",
        zh="演示图书馆入口",
        en="Demo library, entrance",
        parts=_WELL | {"screen": "fault"},
        action="suspend",
        reason="屏幕损坏，待维修。 The screen is broken.",
    ),
    DemoKiosk(
        code="DEMO-05",
        at=STATION,
        zh="演示菜市场南门",
        en="Demo market, south gate",
        parts=_WELL,
        action="lose",
        reason="现场未找到设备。 It is not in its place.",
    ),
    DemoKiosk(code="DEMO-06", at=STATION, zh="演示派出所大厅", en="Demo station hall", parts=None),
)


def make_machines(*, now: datetime) -> int:
    """Set up every terminal of the demo that is not there yet; return how many those were."""
    steward = actor_of_user(User.objects.get(username=STEWARD))
    known = set(Kiosk.objects.values_list("code", flat=True))
    new = [machine for machine in MACHINES if machine.code not in known]
    for machine in new:
        _set_up(machine, steward=steward, now=now)
    return len(new)


def _set_up(machine: DemoKiosk, *, steward: Actor, now: datetime) -> None:
    place = Organisation.objects.get(code=machine.at)
    kiosk = register_kiosk(actor=steward, code=machine.code, place=place, location_zh=machine.zh, location_en=machine.en, now=now)
    if machine.parts is None:
        return
    _enrol(kiosk, steward=steward, now=now)
    kiosk.refresh_from_db()
    hear_heartbeat(actor=actor_of_kiosk(kiosk), kiosk=kiosk, software_digest="0" * 64, parts=machine.parts, now=now)
    if machine.action:
        change_state(actor=steward, family=KIOSKS, reference=kiosk.number, action=machine.action, reason=machine.reason, now=now)


def _enrol(kiosk: Kiosk, *, steward: Actor, now: datetime) -> None:
    _kiosk, code = issue_enrolment_code(actor=steward, family=KIOSKS, reference=kiosk.number, now=now)
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    fresh_until = now + timedelta(seconds=KIOSK_WINDOW)
    proof = Verified(keyid="enrolment", nonce=secrets.token_urlsafe(24), created=now, fresh_until=fresh_until)
    enrol(family=KIOSKS, code=code.printed, public_key=key, proof=proof, source="demo", now=now)
