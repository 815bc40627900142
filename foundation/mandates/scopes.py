"""What somebody may do for another: a closed list, so that whoever gives it away can read what it means."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """One thing that somebody may do for another."""

    FOLLOW_CASES = "follow_cases", _("Follow cases: how far they are, and what the unit writes")
    ACT_IN_CASES = "act_in_cases", _("Write to the unit and complain in cases")
    APPLY_FOR_ITEMS = "apply_for_items", _("Apply for service items and follow the applications")
    BOOK_APPOINTMENTS = "book_appointments", _("Book, move and cancel appointments")


# Who may write in a case has to be able to read it.
INCLUDES = {Scope.ACT_IN_CASES: frozenset({Scope.FOLLOW_CASES})}
_honoured: set[Scope] = set()


def honour(*scopes: Scope) -> None:
    """Say at start-up that a service lets people act under these scopes. What no service honours cannot be given away."""
    _honoured.update(scopes)


def offered_scopes() -> tuple[Scope, ...]:
    """Return the scopes that can be given, in the order of the list."""
    return tuple(scope for scope in Scope if scope in _honoured)


def with_included(scopes: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes with those that they include."""
    given = {Scope(scope) for scope in scopes}
    return frozenset(given.union(*(INCLUDES.get(scope, frozenset()) for scope in given)))
