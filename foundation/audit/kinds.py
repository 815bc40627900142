"""What the foundation's own apps tell the logs about the things that they keep."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.audit import subjects
from foundation.audit.subjects import SubjectKind


def register() -> None:
    """Tell the logs."""
    for kind in KINDS:
        subjects.register(kind)


KINDS = (
    SubjectKind(kind="user", title=_("Account"), prefix="U"),
    SubjectKind(kind="role", title=_("Post")),
    SubjectKind(kind="feed", title=_("Feed")),
    SubjectKind(kind="organisation", title=_("Organisation")),
    SubjectKind(kind="alarm", title=_("Alarm"), prefix="AL"),
    SubjectKind(kind="log", title=_("Log")),
)
