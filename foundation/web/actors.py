"""Who acts in a request, as one word for logs and keys."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

ANONYMOUS = "anonymous"


def actor_label(request: HttpRequest) -> str:
    """Return ``officer:U-…``, ``feed:…`` or ``anonymous``, without asking the database.

    An edge that knows more than the session does, such as that of a signed feed, sets ``request.actor`` to something with
    a ``label``.
    """
    actor = getattr(request, "actor", None)
    if actor is not None:
        return str(actor.label)
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        # Reading it here would load the session and the user of a request that needed neither.
        user = getattr(request, "_cached_user", None)
    if user is None or not user.is_authenticated:
        return ANONYMOUS
    return f"{user.kind}:{user.reference}"
