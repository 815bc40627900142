"""Legal holds at the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from foundation.clock import city_date
from foundation.errors import DomainError, NotAllowed, NotFound
from foundation.faces.desk import DeskView
from foundation.privacy.operations.hold import lift_hold, set_hold
from foundation.privacy.permissions import HOLD
from foundation.privacy.queries import holds_for
from foundation.privacy.web.forms import HoldForm, refuse

MOST_LISTED = 100


class Holds(DeskView):
    """``/desk/holds/``."""

    current = "holds"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list and the form."""
        return self._draw(HoldForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set a hold, or show what was typed with why it cannot be."""
        form = HoldForm(request.POST)
        if form.is_valid():
            try:
                set_hold(actor=self.actor, now=self.now, **form.cleaned_data)
            except (NotAllowed, NotFound):
                raise
            except DomainError as error:
                refuse(form, error)
            else:
                messages.success(request, _("The hold is set. Nothing of it is deleted until it ends."))
                return redirect("holds:list")
        return self._draw(form, status=422)

    def _draw(self, form: HoldForm, *, status: int = 200) -> HttpResponse:
        if not self.actor.paths_for(HOLD):
            raise NotAllowed(capability=HOLD)
        holds = holds_for(self.actor, self.now)[:MOST_LISTED]
        return self.page("privacy/desk/holds.html", {"form": form, "holds": holds, "today": city_date(self.now)}, status=status)


class Lift(DeskView):
    """Ending a hold before its day."""

    current = "holds"

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Lift it."""
        try:
            lift_hold(actor=self.actor, reference=reference, now=self.now)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The hold has ended."))
        return redirect("holds:list")
