"""Set how one wishes to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import RuleViolated
from foundation.notifications.kinds import NoticeKind, kinds
from foundation.notifications.models import Refusal, Wish
from foundation.notifications.models.delivery import OUTWARD
from foundation.notifications.owners import user_of

# Whoever hears nothing for longer than that misses what they asked to be told.
LONGEST_QUIET: Final = timedelta(hours=14)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Everything at once. ``refused`` holds pairs of an event and a channel."""

    language: str
    first_channel: str
    quiet_from: time
    quiet_until: time
    refused: frozenset[tuple[str, str]] = frozenset()


def choosable_kinds() -> tuple[NoticeKind, ...]:
    """Return the kinds of notices that a resident may do without."""
    return tuple(kind for kind in kinds() if not kind.is_mandatory and not kind.for_officers)


@transaction.atomic
def set_wishes(*, actor: Actor, wishes: Wishes, now: datetime) -> Wish:
    """Keep the wishes in the place of the earlier ones; what waits is sent by the new ones. Raises ``RuleViolated`` with the field."""
    user = user_of(actor)
    _check(wishes)
    before = Wish.objects.select_for_update(of=("self",)).filter(person=user.person).first()
    kept = {
        "language": wishes.language,
        "first_channel": wishes.first_channel,
        "quiet_from": wishes.quiet_from,
        "quiet_until": wishes.quiet_until,
    }
    wish, _is_new = Wish.objects.update_or_create(person=user.person, defaults={**kept, "changed_at": now})
    known = set(Refusal.objects.filter(person=user.person).values_list("event", "channel"))
    gone = known - wishes.refused
    for event, channel in gone:
        Refusal.objects.filter(person=user.person, event=event, channel=channel).delete()
    added = [Refusal(person=user.person, event=event, channel=channel, refused_at=now) for event, channel in wishes.refused - known]
    Refusal.objects.bulk_create(added, ignore_conflicts=True)
    changes: dict[str, tuple[object, object]] = {name: (str(getattr(before, name, "")), str(value)) for name, value in kept.items()}
    changes["refused"] = (_codes(known), _codes(wishes.refused))
    record_action(actor=actor, action="wishes.set", capability=OWN, subject=AccountSubject.of(user), now=now, changes=changes)
    return wish


def _codes(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{event}:{channel}" for event, channel in pairs)


def _check(wishes: Wishes) -> None:
    if wishes.language not in Wish.Language.values:
        raise RuleViolated(_("Choose one of the languages."), code="language_unknown", field="language")
    if wishes.first_channel not in OUTWARD:
        raise RuleViolated(_("Choose one of the ways."), code="channel_unknown", field="first_channel")
    minutes = [each.hour * 60 + each.minute for each in (wishes.quiet_from, wishes.quiet_until)]
    if timedelta(minutes=(minutes[1] - minutes[0]) % (24 * 60)) > LONGEST_QUIET:
        raise RuleViolated(_("Quiet hours last fourteen hours at most."), code="quiet_too_long", field="quiet_until")
    events = {kind.code for kind in choosable_kinds()}
    if not all(event in events and channel in OUTWARD for event, channel in wishes.refused):
        raise RuleViolated(_("This cannot be switched off."), code="not_choosable", field="refused")
