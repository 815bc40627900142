"""Codes that this browser asked for: one live code for each purpose, tied to the session by a token that only it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest

from foundation.accounts.web.opening import language_of_page, source_of
from foundation.encryption.masking import mask_number
from foundation.one_time_codes.operations.ask_for_code import ask_for_code
from foundation.one_time_codes.operations.redeem_code import redeem_code

IN_SESSION: Final = "one_time_codes"


def ask(
    request: HttpRequest, *, purpose: str, number: str, now: datetime, about: str = "", mask: Callable[[str], str] = mask_number
) -> None:
    """Let a text go to the number, if the purpose knows it; the code of the same purpose before is void.

    ``about`` is the reference of somebody else for whom an officer asks: the code is worth nothing for another person. A purpose whose
    codes go by mail takes an address for the number, and says by ``mask`` how it is shown again.
    """
    kept: dict[str, Any] = request.session.get(IN_SESSION, {})
    earlier = kept.get(purpose, {}).get("token", "")
    token = ask_for_code(purpose=purpose, number=number, source=source_of(request), language=language_of_page(), now=now, earlier=earlier)
    request.session[IN_SESSION] = {**kept, purpose: {"token": token, "to": mask(number), "about": about}}


def asked_for(request: HttpRequest, purpose: str, *, about: str = "") -> str:
    """Return the masked number that a code was asked for, or nothing."""
    return str(_kept(request, purpose, about).get("to", ""))


def prove(request: HttpRequest, *, purpose: str, typed: str, now: datetime, about: str = "") -> str:
    """Return the number that the typed code proved, and forget the request; raise ``CodeRefused`` or ``TooManyRequests``."""
    kept: dict[str, Any] = request.session.get(IN_SESSION, {})
    token = _kept(request, purpose, about).get("token", "")
    number = redeem_code(purpose=purpose, token=token, typed=typed, source=source_of(request), now=now)
    request.session[IN_SESSION] = {name: row for name, row in kept.items() if name != purpose}
    return number


def _kept(request: HttpRequest, purpose: str, about: str) -> dict[str, Any]:
    row: dict[str, Any] = request.session.get(IN_SESSION, {}).get(purpose, {})
    return row if row.get("about", "") == about else {}
