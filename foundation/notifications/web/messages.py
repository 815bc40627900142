"""``/my/messages/``: what a resident was told."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from foundation.errors import Hidden
from foundation.faces.my import MyView
from foundation.keyset import keyset_page
from foundation.notifications.operations.read_notices import read_all_notices, read_notice
from foundation.notifications.queries import ORDER, own_notices, ways_of
from foundation.notifications.shown import shown_notice, shown_ways

PAGE = 20


class MessageView(MyView):
    """A page of messages."""

    current = "messages:list"


class Messages(MessageView):
    """The list."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of what the resident was told, the latest first."""
        mine = own_notices(self.actor)
        page = keyset_page(query=mine, ordering=ORDER, size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "notices": [shown_notice(notice) for notice in page.items],
            "has_unread": mine.unread().exists(),
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
        }
        return self.page("notifications/my/messages.html", context)


class OneMessage(MessageView):
    """One message. Looking at the address changes nothing, for programs look ahead; opening it from the list notes that it was read."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, notice: UUID) -> HttpResponse:
        """Show it."""
        found = own_notices(self.actor).filter(pk=notice).first()
        if found is None:
            raise Hidden
        return self.page("notifications/my/message.html", {"notice": shown_notice(found), "ways": shown_ways(ways_of(found))})

    def post(self, request: HttpRequest, notice: UUID) -> HttpResponse:
        """Note that it was read, and show it."""
        return redirect("messages:one", read_notice(actor=self.actor, notice_id=notice, now=self.now).pk)


class ReadAll(MessageView):
    """Taking all for read."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it."""
        read_all_notices(actor=self.actor, now=self.now)
        messages.success(request, _("All messages are marked as read."))
        return redirect("messages:list")
