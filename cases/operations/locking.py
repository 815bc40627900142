"""Taking hold of a case before deciding anything about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from foundation.errors import Conflict, NotFound


def lock_case(reference: str) -> Case:
    """Return the case, locked until the transaction ends, with its unit; raise ``NotFound``."""
    case = Case.objects.select_for_update(of=("self",)).select_related("unit").filter(reference=reference).first()
    if case is None:
        raise NotFound
    return case


def check_unchanged(case: Case, seen_length: int | None) -> None:
    """Refuse a decision that was made on a timeline which has grown since; ``None`` means that the caller saw none."""
    if seen_length is not None and seen_length != case.progress_length:
        raise Conflict(_("Somebody else published in this case a moment ago. Read it, then decide again."), code="case_changed")


def check_live(case: Case) -> None:
    """Refuse work on a case that was merged into another."""
    if case.merged_into_id is not None:
        raise Conflict(_("This case was joined with another. Work on that one."), code="case_merged")
