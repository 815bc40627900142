"""``/unsubscribe/TOKEN/``: where the link of a mail leads. A mail program posts to it by itself (RFC 8058), a person presses a button."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from foundation import clock
from foundation.errors import RuleViolated
from foundation.limits.limiter import take
from foundation.limits.rules import UNSUBSCRIBE_SOURCE
from foundation.notifications.operations.unsubscribe import notice_behind, unsubscribe
from foundation.notifications.shown import title_of
from foundation.web.client_address import client_address, source_network


# A mail program has no cookie and no token of a form; the signed link is the permission, and all it does is to send less.
@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class Unsubscribe(View):
    """Stopping one kind of mail."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask once: a program that opens every link must not stop anything."""
        self._count(request)
        notice = notice_behind(token)
        return self._draw(request, {"kind": title_of(notice.event), "is_mandatory": notice.is_mandatory})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Stop it."""
        self._count(request)
        try:
            notice = unsubscribe(token=token, now=clock.now())
        except RuleViolated:
            return self._draw(request, {"kind": title_of(notice_behind(token).event), "is_mandatory": True}, status=422)
        return self._draw(request, {"kind": title_of(notice.event), "is_done": True})

    def _count(self, request: HttpRequest) -> None:
        take(UNSUBSCRIBE_SOURCE, target=source_network(client_address(request)), now=clock.now())

    def _draw(self, request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
        return render(request, "notifications/unsubscribe.html", context, status=status)
