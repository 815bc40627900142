"""Sign-in by the site's own session."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from foundation.rest.problems import CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages, with the CSRF token demanded of every change.

    Names a challenge, so that a caller without a session gets 401 and only one without the right gets 403.
    """

    def authenticate_header(self, request: Request) -> str:
        """The challenge that a 401 must carry (RFC 9110, 11.6.1)."""
        return CHALLENGE

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a change without the token of the session's own pages."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            detail = _("The CSRF token is missing or wrong. Send the header X-CSRFToken.")
            raise PermissionDenied(detail, code="csrf_failed") from error
