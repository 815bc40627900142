"""How an answer says that it refused somebody, so that one place can write it down (``foundation.audit.middleware``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from foundation.errors import DomainError

Answer = TypeVar("Answer", bound=HttpResponseBase)

# An answer with one of these numbers is a denial whoever made it: a view, a library, or an error handler of the site.
_BY_STATUS: Final[Mapping[int, str]] = {401: "not_signed_in", 403: "not_allowed"}


@dataclass(frozen=True, kw_only=True)
class Denial:
    """Why somebody was refused: a stable code, and the capability that they lack, where one is at the bottom of it."""

    code: str
    capability: str = ""


def denial_in(error: Exception) -> Denial | None:
    """Return the denial that an error is: ``NotAllowed``, ``Hidden``, and whatever else is answered with 401 or 403."""
    if isinstance(error, DomainError) and (error.is_denial or error.status in _BY_STATUS):
        return Denial(code=error.code, capability=error.capability)
    return None


def mark(answer: Answer, denial: Denial | None) -> Answer:
    """Say of an answer that it refuses: needed where its number does not tell, as for a redirect to the sign-in, or a 404."""
    if denial is not None:
        answer.denial = denial  # type: ignore[attr-defined]
    return answer


def remember(request: HttpRequest, error: Exception) -> None:
    """Say of a request that it was refused, where a view answers a denial with words of its own, such as beside a field of a form."""
    denial = denial_in(error)
    if denial is not None:
        request.denial = denial  # type: ignore[attr-defined]


def denial_of(answer: HttpResponseBase) -> Denial | None:
    """Return why the answer refuses, or None for any other answer."""
    marked: Denial | None = getattr(answer, "denial", None)
    code = _BY_STATUS.get(answer.status_code)
    return marked or (Denial(code=code) if code else None)
