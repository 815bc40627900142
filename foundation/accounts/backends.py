"""Whose password opens a session: an officer's, and nobody else's."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from foundation.accounts.models import User

BACKEND: Final = "foundation.accounts.backends.HallBackend"


class HallBackend(ModelBackend):
    """Officers sign in by a password first; residents by an identity provider or their phone, and never by a password."""

    def authenticate(self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any) -> Any:
        """Return the officer with this user name and password, or nobody."""
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return user if isinstance(user, User) and user.is_officer else None
