"""How people wish to be told: by which ways, when, and in which language."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings

from foundation.accounts.models import Person, User
from foundation.clock import CITY_ZONE
from foundation.notifications.kinds import kind_called
from foundation.notifications.models import Channel, Refusal, Wish
from foundation.notifications.models.wish import QUIET_FROM, QUIET_UNTIL


def wish_of(person: Person) -> Wish:
    """Return how somebody wishes to be told; for who never said, the usual."""
    found = Wish.objects.filter(person=person).first()
    return found or Wish(person=person, language=settings.LANGUAGE_CODE, changed_at=person.created_at)


def channels_for(person: Person | User, event: str, now: datetime) -> tuple[Channel, ...]:
    """Return the ways to try, best first; the first is always the hall itself. What is mandatory goes every way there is."""
    if isinstance(person, User):
        return (Channel.IN_APP, Channel.EMAIL)
    first = Channel(wish_of(person).first_channel)
    ways = (first, *(channel for channel in (Channel.SMS, Channel.WECHAT, Channel.EMAIL) if channel != first))
    if kind_called(event).is_mandatory:
        return (Channel.IN_APP, *ways)
    refused = set(Refusal.objects.filter(person=person, event=event).values_list("channel", flat=True))
    return (Channel.IN_APP, *(channel for channel in ways if channel not in refused))


def not_before(person: Person | User, event: str, now: datetime) -> datetime:
    """Return when it may be sent: now, or when the person's night is over if it is not urgent."""
    if kind_called(event).is_urgent:
        return now
    if isinstance(person, User):
        return end_of_quiet(now, start=QUIET_FROM, end=QUIET_UNTIL)
    wish = wish_of(person)
    return end_of_quiet(now, start=wish.quiet_from, end=wish.quiet_until)


def end_of_quiet(now: datetime, *, start: time, end: time) -> datetime:
    """Return ``now``, or if it lies in the quiet hours of the city's time, when they end. They may go over midnight."""
    here = now.astimezone(CITY_ZONE)
    is_over_midnight = start > end
    is_quiet = (here.time() >= start or here.time() < end) if is_over_midnight else start <= here.time() < end
    if not is_quiet:
        return now
    morning = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return morning + timedelta(days=1) if is_over_midnight and here.time() >= start else morning


def language_of(person: Person | User) -> str:
    """Return the language that somebody is told in."""
    return settings.LANGUAGE_CODE if isinstance(person, User) else wish_of(person).language
