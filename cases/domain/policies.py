"""Rules on what officers and parties write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.domain.publication import ALWAYS_CLOSED, Ground, Publication
from foundation.errors import RuleViolated

LONGEST_DETAIL = 2000
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def check_detail(text: str, *, names: Iterable[str]) -> None:
    """Refuse words for a timeline that name a person: an ID number, a mobile number, or a party's own name.

    A timeline is read by several parties of one case, and none of them is owed another's data (PIPL art. 6).
    """
    if len(text) > LONGEST_DETAIL:
        raise RuleViolated(_("Write at most 2,000 characters."), code="text_too_long", field="detail")
    if _ID_NUMBER.search(text) or _MOBILE.search(text):
        raise RuleViolated(_("Leave ID numbers and mobile numbers out of the timeline."), code="personal_data", field="detail")
    if any(name and len(name) > 1 and name in text for name in names):
        raise RuleViolated(_("Leave the names of parties out of the timeline."), code="personal_data", field="detail")


def check_publication(publication: str, ground: str) -> None:
    """Refuse a level without its ground, a ground without its level, and a half-open case whose very existence must stay untold."""
    if (publication == Publication.OPEN) != (ground == ""):
        raise RuleViolated(_("Withholding needs a ground, and an open case has none."), code="ground_missing", field="ground")
    if ground in ALWAYS_CLOSED and publication != Publication.CLOSED:
        raise RuleViolated(
            _("On the ground “%(ground)s” a case is closed altogether.") % {"ground": Ground(ground).label},
            code="must_be_closed",
            field="publication",
        )


def check_not_opener_than_law(by_law: str, publication: str) -> None:
    """Refuse to open, even in part, what the law closes for its category; ``by_law`` is the category's own level."""
    if by_law == Publication.CLOSED and publication != Publication.CLOSED:
        raise RuleViolated(_("Cases of this category are closed by law."), code="must_be_closed", field="publication")


def check_not_future(moment: datetime, *, now: datetime, field: str) -> None:
    """Refuse a moment that has not come yet."""
    if moment > now:
        raise RuleViolated(_("This moment lies in the future."), code="in_future", field=field)
