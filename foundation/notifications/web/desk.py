"""``/desk/deliveries/``: what went to whom, and who has to be told some other way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from foundation.errors import Conflict, DomainError, Hidden, NotAllowed
from foundation.faces.desk import DeskView
from foundation.faces.fields import refuse
from foundation.keyset import keyset_page
from foundation.notifications.desk_rows import NoticeAtDesk, notice_at_desk, row_of_call, row_of_delivery
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.notifications.operations.resend import resend
from foundation.notifications.operations.settle_unreached import settle_unreached
from foundation.notifications.queries import DeliveryFilter, counts_for, deliveries_for, worklist_for
from foundation.notifications.web.forms import DeliveryFilterForm, SettleForm

PAGE = 25
REFUSED = 422


class DeliveriesView(DeskView):
    """A page of deliveries, for who looks after people's contacts somewhere."""

    current = "deliveries"
    unit_capability = LOOK_AFTER

    def check(self) -> None:
        """Let pass who may; raise ``NotAllowed``."""
        if not self.actor.paths_for(LOOK_AFTER):
            raise NotAllowed(capability=LOOK_AFTER)

    def frame(self, tab: str) -> dict[str, Any]:
        """Return what both lists show around themselves."""
        return {"counts": counts_for(self.actor, now=self.now), "tab": tab}


class ToCall(DeliveriesView):
    """Whom nobody could reach: the work of the day."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show who waits longest first."""
        self.check()
        page = keyset_page(
            query=worklist_for(self.actor), ordering=("opened_at", "pk"), size=PAGE, cursor=request.GET.get("cursor") or None
        )
        context = {
            "rows": [row_of_call(each) for each in page.items],
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
        }
        return self.page("notifications/desk/to_call.html", self.frame("to-call") | context)


class AllDeliveries(DeliveriesView):
    """Everything that left the hall, or was to."""

    current = "all-deliveries"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the latest first, narrowed as asked."""
        self.check()
        form = DeliveryFilterForm(request.GET)
        form.is_valid()
        narrowed = DeliveryFilter(**{name: form.cleaned_data.get(name, "") for name in ("channel", "state", "text")})
        query = narrowed.of(deliveries_for(self.actor))
        page = keyset_page(query=query, ordering=("-created_at", "pk"), size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "form": form,
            "rows": [row_of_delivery(each) for each in page.items],
            "is_narrowed": narrowed != DeliveryFilter(),
            "next_url": _address(request, page.next),
            "previous_url": _address(request, page.previous),
        }
        return self.page("notifications/desk/deliveries.html", self.frame("all") | context)


def _address(request: HttpRequest, cursor: str | None) -> str:
    kept = {name: value for name, value in request.GET.items() if name in DeliveryFilterForm.base_fields and value}
    return f"?{urlencode(kept | {'cursor': cursor})}" if cursor else ""


class NoticePage(DeliveriesView):
    """One message: every way it went, each try, and what can be done now."""

    def get(self, request: HttpRequest, notice: UUID) -> HttpResponse:
        """Show it. Where the person is to be called, the number is shown and the look is written down."""
        return self._draw(self._open(notice), SettleForm())

    def post(self, request: HttpRequest, notice: UUID) -> HttpResponse:
        """Settle it: somebody told the person, or nobody can."""
        shown, form = self._open(notice), SettleForm(request.POST)
        if shown.unreached is None:
            raise Hidden
        if not form.is_valid():
            return self._draw(shown, form, status=REFUSED)
        try:
            settle_unreached(actor=self.actor, unreached_id=shown.unreached.pk, how=form.cleaned_data["how"], now=self.now)
        except (NotAllowed, Hidden):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(self._open(notice), form, status=error.status)
        messages.success(request, _("Settled, with your name and the time."))
        return redirect("deliveries:to-call")

    def _open(self, notice: UUID) -> NoticeAtDesk:
        return notice_at_desk(actor=self.actor, notice_id=notice, now=self.now)

    def _draw(self, shown: NoticeAtDesk, form: SettleForm, *, status: int = 200) -> HttpResponse:
        return self.page("notifications/desk/notice.html", {"shown": shown, "form": form}, status=status)


class Resend(DeliveriesView):
    """Sending it again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, delivery: UUID) -> HttpResponse:
        """Do it, with a reference of its own."""
        try:
            again = resend(actor=self.actor, delivery_id=delivery, now=self.now)
        except Conflict as error:
            messages.warning(request, str(error.message))
            found = deliveries_for(self.actor).filter(pk=delivery).first()
            return redirect("deliveries:notice", found.notice_id) if found else redirect("deliveries:all")
        messages.success(request, _("It is sent again."))
        return redirect("deliveries:notice", again.notice_id)
