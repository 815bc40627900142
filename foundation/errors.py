"""What can go wrong, in words that both faces share.

An operation raises one of these; a page shows ``message`` beside the form, the API answers a problem document
(RFC 9457) with the stable ``code``. Nothing below the faces knows about HTTP beyond the number each class stands for.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """A refusal that the person is told.

    ``code`` is stable and in snake case; ``message`` may be translated lazily; ``field`` names the input at fault, if one is.
    A refusal that ``is_uniform`` is answered with the same bytes each time, without so much as a trace id, so that nobody can
    tell its reasons apart. One that ``is_denial`` is about who asks and not about what is asked: each leaves an audit row, with the
    ``capability`` that was missing.
    """

    status = 422
    code = "refused"
    message: Text = _("This cannot be done.")
    is_uniform = False
    is_denial = False

    def __init__(self, message: Text | None = None, *, code: str | None = None, field: str | None = None, capability: str = "") -> None:
        self.code = code or self.code
        self.message = self.message if message is None else message
        self.field = field
        self.capability = capability
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The actor may not do this: 403."""

    status = 403
    code = "not_allowed"
    is_denial = True
    message = _("It belongs to somebody else, or your role does not allow it.")


class NotFound(DomainError):
    """There is no such thing: 404. Where there is one that the actor may not know of, raise :class:`Hidden`."""

    status = 404
    code = "not_found"
    message = _("There is nothing here under that name.")


class Hidden(NotFound):
    """The actor may not know of it: answered like what is not there, recorded like what is not allowed."""

    is_denial = True


class Conflict(DomainError):
    """Somebody else was faster, or the thing is in another state by now: 409."""

    status = 409
    code = "conflict"
    message = _("Somebody else changed this in the meantime. Look at it again.")


class RuleViolated(DomainError):
    """A rule of law or of the house forbids it: 422."""

    status = 422
    code = "rule_violated"


class TooManyRequests(DomainError):
    """A limit is reached: 429. ``retry_after`` is in seconds."""

    status = 429
    code = "too_many_requests"
    message = _("Too many attempts. Please wait before you try again.")

    def __init__(self, *, retry_after: int, code: str | None = None) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(code=code)


class Unavailable(DomainError):
    """The hall cannot do it just now; trying later is safe: 503. ``retry_after`` is in seconds."""

    status = 503
    code = "unavailable"
    message = _("The hall is very busy. Please try again in a moment.")

    def __init__(self, *, retry_after: int = 5) -> None:
        self.retry_after = retry_after
        super().__init__()
