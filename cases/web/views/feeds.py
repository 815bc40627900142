"""How the feeds of a bureau are, and what becomes of one that is held because it closes more cases than it should."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from cases.exchange_queries import feeds_at_a_glance, feeds_for
from cases.operations.release_quarantine import drop_quarantine, release_quarantine
from cases.permissions import MANAGE_FEED, RELEASE_FEED
from cases.web.desk import CaseDeskView, looks_after_feeds
from foundation.accounts.step_up import require_recent_authentication
from foundation.devices.web.views.machines import COLOURS
from foundation.errors import Conflict, NotAllowed


class Feeds(CaseDeskView):
    """The feeds that the officer looks after."""

    current = "feeds"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show when each sent last, what waits, and what is held and why."""
        if not looks_after_feeds(self.actor):
            raise NotAllowed(capability=RELEASE_FEED)
        rows = [
            {
                "glance": glance,
                "colour": COLOURS[glance.feed.state],
                "may_manage": self.actor.can(MANAGE_FEED, glance.feed.bureau),
                "may_release": self.actor.can(RELEASE_FEED, glance.feed.bureau),
            }
            for glance in feeds_at_a_glance(feeds_for(self.actor))
        ]
        return self.page("feeds.html", {"feeds": rows, "may_register": bool(self.actor.paths_for(MANAGE_FEED))})


class EndQuarantine(CaseDeskView):
    """The decision on one feed."""

    current = "feeds"
    is_released = False

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Release or drop; somebody else may have decided a moment ago."""
        if not self.actor.paths_for(RELEASE_FEED):
            raise NotAllowed
        require_recent_authentication(request)
        end = release_quarantine if self.is_released else drop_quarantine
        try:
            end(actor=self.actor, feed_code=code, now=self.now)
        except Conflict as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("It is decided. What waited behind it is caught up with now."))
        return redirect("desk:feeds")
