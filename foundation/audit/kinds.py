"""What the foundation's own apps tell the logs about the things that they keep."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.audit import subjects
from foundation.audit.subjects import SubjectKind


def register() -> None:
    """Tell the logs."""
    subjects.register(SubjectKind(kind="user", title=_("Account"), prefix="U"))
    subjects.register(SubjectKind(kind="feed", title=_("Feed")))
    subjects.register(SubjectKind(kind="organisation", title=_("Organisation")))
