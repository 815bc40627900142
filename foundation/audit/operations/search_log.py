"""Search one of the logs. Whoever does is written down too: the log watches those who watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import User
from foundation.audit.alarm_models import is_of_a_bureau
from foundation.audit.log import Change, insert_deed
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.clock import CITY_ZONE
from foundation.errors import NotAllowed, RuleViolated
from foundation.limits.limiter import take
from foundation.limits.rules import AUDIT_FILES

AUDIT_READ: Final = "audit.read"
MOST_DAYS: Final = 92
# What a spreadsheet opens at once, and one worker sends within seconds.
MOST_ROWS: Final = 20_000
ORDERING: Final = ("-at", "-pk")


class Log(StrEnum):
    """Which of the two."""

    DEEDS = "deeds"
    LOOKS = "looks"


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for: empty means any. ``actor`` is a public reference or a badge number; both days are included."""

    log: Log
    first: date
    last: date
    subject: str = ""
    actor: str = ""
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class _Whole:
    """The log itself, as a subject of the row that says who searched it."""

    reference: str
    bureau_code: str
    kind_of_matter: ClassVar[str] = "log"


def bureaus_of(actor: Actor) -> tuple[str, ...]:
    """Return the codes of the bureaus whose logs the actor may read: those at which as a whole they hold the right."""
    return tuple(sorted({path[:6] for path in actor.paths_for(AUDIT_READ) if is_of_a_bureau(path)}))


def search_log(*, actor: Actor, search: Search, now: datetime, is_first_page: bool = True) -> QuerySet[Any]:
    """Return the rows that match, the latest first, of the actor's bureaus and of what belongs to none.

    The first page of a search is written into the log. Raises ``NotAllowed``, or ``RuleViolated`` for days that make no span.
    """
    rows = _matching(actor, search)
    if is_first_page:
        _write_down("audit.search", actor=actor, search=search, now=now)
    return rows


def take_log(*, actor: Actor, search: Search, now: datetime) -> QuerySet[Any]:
    """Return the rows of a search for a file, which is written into the log with how many they are.

    Raises as :func:`search_log`, ``RuleViolated`` for more than :data:`MOST_ROWS`, ``TooManyRequests`` for too many files. Must not be
    called inside a transaction.
    """
    rows = _matching(actor, search)
    take(AUDIT_FILES, target=actor.reference, now=now)
    number = rows.order_by()[: MOST_ROWS + 1].count()
    if number > MOST_ROWS:
        message = _("The file would have more than 20,000 rows. Choose fewer days, or name a thing, a person or a deed.")
        raise RuleViolated(message, code="too_many_rows", field="last")
    _write_down("audit.take_file", actor=actor, search=search, now=now, rows=number)
    return rows


def _matching(actor: Actor, search: Search) -> QuerySet[Any]:
    bureaus = bureaus_of(actor)
    if not bureaus:
        raise NotAllowed(capability=AUDIT_READ)
    if search.last < search.first or search.last - search.first > timedelta(days=MOST_DAYS):
        raise RuleViolated(_("Choose at most 92 days, the first one first."), code="days", field="last")
    rows = (_deeds if search.log == Log.DEEDS else _looks)(search)
    begin, end = (datetime.combine(day, time.min, tzinfo=CITY_ZONE) for day in (search.first, search.last + timedelta(days=1)))
    return rows.filter(at__gte=begin, at__lt=end, bureau_code__in=[*bureaus, ""]).order_by(*ORDERING)


def _write_down(action: str, *, actor: Actor, search: Search, now: datetime, **figures: int) -> None:
    asked: dict[str, Change] = {
        name: (None, getattr(search, name)) for name in ("subject", "actor", "action", "first", "last") if getattr(search, name)
    }
    asked |= {name: (None, figure) for name, figure in figures.items()}
    whole = _Whole(reference=search.log, bureau_code=bureaus_of(actor)[0])
    # Not ``record_action``, which refuses while sealing has stopped: reading goes on, and then most of all.
    insert_deed(actor=actor, action=action, capability=AUDIT_READ, subject=whole, now=now, changes=asked)


def _deeds(search: Search) -> QuerySet[Any]:
    rows = AuditEntry.objects.filter(action=search.action) if search.action else AuditEntry.objects.all()
    return rows.filter(_about(search), Q(actor_reference=_reference(search.actor)) if search.actor else Q())


def _looks(search: Search) -> QuerySet[Any]:
    rows = AccessEntry.objects.filter(reason=search.action) if search.action else AccessEntry.objects.all()
    return rows.filter(_about(search), Q(viewer_reference=_reference(search.actor)) if search.actor else Q())


def _about(search: Search) -> Q:
    return Q(subject_reference=search.subject) if search.subject else Q()


def _reference(actor: str) -> str:
    """Return the public reference of the officer with that badge number; whatever else was given stands for itself."""
    return User.objects.filter(kind=User.Kind.OFFICER, badge_number=actor).values_list("reference", flat=True).first() or actor
