"""Who may call a route of the API at all; whether they may act on the thing behind it is the operation's question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the views import this module while they are being imported
    from rest_framework.views import APIView


class IsSignedIn(BasePermission):
    """The default: somebody with a session of this site, an officer with one that was opened with a second factor."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller is signed in, to an account that is not switched off; raise ``NotAllowed`` for want of a second factor."""
        from foundation.accounts.middleware import actor_of_request  # which needs the models, when these are loaded
        from foundation.accounts.models import User

        if isinstance(request.user, User) and request.user.is_active:
            actor_of_request(request._request)
        return request.user.is_authenticated and request.user.is_active


class IsPublic(BasePermission):
    """Anybody may call. Written out, so that a search finds every public route."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Yes."""
        return True
