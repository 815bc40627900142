"""Routes of the API that belong to one side: to officers, or to residents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.views import APIView

from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.middleware import actor_of_request
from foundation.errors import Hidden


class _SideView(APIView):
    side: ClassVar[ActorKind]
    actor: Actor
    now: datetime

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find out who calls, after it is known that somebody is signed in."""
        super().initial(request, *args, **kwargs)
        self.actor = actor_of_request(request._request)
        if self.actor.kind != self.side:
            raise Hidden
        self.now = clock.now()


class OfficerView(_SideView):
    """A route for officers; for anybody else there is nothing here."""

    side = ActorKind.OFFICER


class ResidentView(_SideView):
    """A route for residents; for anybody else there is nothing here."""

    side = ActorKind.RESIDENT
