"""What the logs are told about notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.audit import subjects
from foundation.audit.subjects import SubjectKind

KINDS = (SubjectKind(kind="notice", title=_("Message to a person")), SubjectKind(kind="channel", title=_("Way of sending messages")))


def register() -> None:
    """Tell the logs."""
    for kind in KINDS:
        subjects.register(kind)
