"""What the logs have to know of terminals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.audit import subjects
from foundation.audit.subjects import SubjectKind


def register() -> None:
    """Tell the logs."""
    subjects.register(SubjectKind(kind="kiosk", title=_("Terminal"), prefix="K", bureau_of=_bureau_of))


def _bureau_of(number: str) -> str | None:
    from foundation.devices.models import Kiosk

    return Kiosk.objects.filter(number=number).values_list("bureau", flat=True).first()
