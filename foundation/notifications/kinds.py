"""What people are told of. Each app registers its kinds of events when Django starts; templates and wishes go by their codes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One kind of event.

    What ``is_mandatory`` cannot be switched off and goes first where a limit holds messages back; what ``is_urgent`` also goes at
    night. ``unit_tells`` says whether the unit's worklist gets it when no way leads to the person. What is ``for_officers`` is told to
    officers and no resident.
    """

    code: str
    title: str | Promise
    is_mandatory: bool = False
    is_urgent: bool = False
    unit_tells: bool = False
    for_officers: bool = False


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Let people be told of a kind of event. Raise ``ValueError`` if another has its code."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"notices of kind {kind.code!r} are registered twice")


def kind_called(code: str) -> NoticeKind:
    """Return a kind by its code; raise ``KeyError`` for one that nobody registered."""
    return _kinds[code]


def kinds() -> tuple[NoticeKind, ...]:
    """Return every kind, in the order of registration."""
    return tuple(_kinds.values())


OWN = (
    NoticeKind(code="sign-in-linked", title=_("A way to sign in was added"), is_mandatory=True, is_urgent=True),
    NoticeKind(code="sign-in-unlinked", title=_("A way to sign in was removed"), is_mandatory=True, is_urgent=True),
    NoticeKind(code="phone-change-waits", title=_("Another number is to replace yours"), is_mandatory=True, is_urgent=True),
    NoticeKind(code="phone-changed", title=_("Another number replaced yours"), is_mandatory=True, is_urgent=True),
    NoticeKind(code="phone-removed", title=_("Your number no longer signs you in"), is_mandatory=True, is_urgent=True),
    NoticeKind(code="phone-set", title=_("A number now signs you in"), is_mandatory=True, is_urgent=True),
    NoticeKind(code="alarm", title=_("An alarm was raised"), is_mandatory=True, is_urgent=True, for_officers=True),
)


def register_own() -> None:
    """Let people be told of what the foundation's own apps do."""
    for kind in OWN:
        register(kind)
