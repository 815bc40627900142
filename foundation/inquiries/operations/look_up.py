"""Look a matter up by one of the two secrets on its receipt.

A code that is unknown, wrong, revoked, expired or of a closed matter raises the same ``NotFound``, after the same work.
At a terminal of ours ``terminal`` is its actor and ``source`` its own name: a whole neighbourhood looks through one line there.
Neither function may be called inside a transaction: the limits must outlive it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.database.prepared import Prepared
from foundation.errors import NotFound, TooManyRequests, Unavailable
from foundation.inquiries import hashing
from foundation.inquiries.codes import TypedCode, parse_typed_code, read_token, token_digest
from foundation.inquiries.matters import Matter
from foundation.inquiries.models import InquiryCode, is_live
from foundation.inquiries.registry import Viewer, Way, resolver_of
from foundation.limits.limiter import Permit, give_back, take
from foundation.limits.rules import INQUIRY_PLATFORM, INQUIRY_SELECTOR, INQUIRY_SOURCE


class InquiryNotFound(NotFound):
    """The code opens nothing that may be shown; why is told to nobody."""

    code = "inquiry_not_found"
    message = _("No matter can be shown for this code. Compare it with your receipt, or ask the unit that gave it to you.")
    is_uniform = True


_COLUMNS = ("kind", "subject_reference", "secret_hash", "expires_at", "revoked_at")
_BY_TOKEN = Prepared(lambda: InquiryCode.objects.filter(token_digest=bytes(32)).values_list(*_COLUMNS))
_BY_SELECTOR = Prepared(lambda: InquiryCode.objects.filter(selector="").values_list(*_COLUMNS))


def look_up_by_token(*, token: str, source: str, now: datetime, terminal: Actor | None = None) -> Matter:
    """Return the matter that a QR code opens; ``source`` is the caller's network as ``source_network`` writes it.

    One query for the code, then the resolver's. What opens nothing counts against the source and raises
    ``NotFound(code="inquiry_not_found")``, or ``TooManyRequests``. What opens something is answered whatever was tried
    before: nobody guesses 128 bits, and a lock would be a weapon against everyone on the same line.
    """
    text = read_token(token)
    code = _BY_TOKEN.row(token_digest(text)) if text else None
    matter = _matter_of(code, viewer=Viewer(way=Way.QR, network=source, terminal=terminal), now=now)
    if matter is None:
        take(INQUIRY_SOURCE, target=source, now=now)
        raise InquiryNotFound
    return matter


def look_up_by_typed(*, text: str, source: str, now: datetime, terminal: Actor | None = None) -> Matter:
    """Return the matter that a typed code opens; ``source`` is the caller's network as ``source_network`` writes it.

    Raises ``RuleViolated(code="code_mistyped")`` for a slip, which costs no attempt; ``TooManyRequests`` before any work if
    selector, source or hall are locked; ``Unavailable`` if too many look-ups wait; else, after exactly one Argon2,
    ``NotFound(code="inquiry_not_found")`` for what opens nothing.
    """
    typed = parse_typed_code(text)
    permits = _take_attempts(typed, source=source, now=now)
    code = _BY_SELECTOR.row(typed.selector)
    try:
        is_right = hashing.is_right(typed, code.secret_hash if code else None)
    except Unavailable:
        give_back(permits)
        raise
    viewer = Viewer(way=Way.TYPED, network=source, terminal=terminal)
    matter = _matter_of(code, viewer=viewer, now=now) if is_right else None
    if matter is None:
        raise InquiryNotFound
    give_back(permits)
    return matter


def _take_attempts(typed: TypedCode, *, source: str, now: datetime) -> list[Permit]:
    """Take an attempt of the source, of the selector and of the hall, in this order.

    An attempt at a locked selector still counts against its source; but a hall that is under attack takes nothing from
    the honest people that it refuses.
    """
    permits = [take(INQUIRY_SOURCE, target=source, now=now), take(INQUIRY_SELECTOR, target=typed.selector, now=now)]
    try:
        return [*permits, take(INQUIRY_PLATFORM, target="", now=now)]
    except TooManyRequests:
        give_back(permits)
        raise


def _matter_of(code: Any | None, *, viewer: Viewer, now: datetime) -> Matter | None:
    if code is None or not is_live(expires_at=code.expires_at, revoked_at=code.revoked_at, now=now):
        return None
    return resolver_of(code.kind)(code.subject_reference, viewer=viewer, now=now)
