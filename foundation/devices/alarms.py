"""What somebody has to look into when a machine does what it should not."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.audit.alarms import AlarmKind, register_kind

LOST_SPOKE: Final = AlarmKind(
    code="lost_machine_spoke",
    title=_("A machine that is lost made itself heard"),
    meaning=_("A terminal or feed that was reported lost sent a rightly signed request. It was refused, and not told why."),
    advice=_("Find out from where it speaks: the audit log holds the address. Fetch it, or tell the unit that looks for it."),
    evidence={"key_id": _("Key")},
)


def register() -> None:
    """Let machines raise them."""
    register_kind(LOST_SPOKE)
