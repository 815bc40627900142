"""What everybody who signs in can do for themselves: see where they are signed in, end what is not theirs, open a new account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from foundation import clock
from foundation.accounts.actors import Actor
from foundation.accounts.backends import BACKEND
from foundation.accounts.middleware import actor_of_request
from foundation.accounts.models import SignIn, User
from foundation.accounts.models.sign_in import LIFETIMES
from foundation.accounts.operations.end_sign_ins import end_other_sign_ins, end_own_sign_in
from foundation.accounts.operations.invite_officer import accept_invitation
from foundation.accounts.queries import units_for
from foundation.accounts.signed_in import SIGN_IN_IN_SESSION
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.web.forms import InvitationForm, refuse
from foundation.errors import DomainError, NotFound, TooManyRequests, Unavailable
from foundation.faces import my
from foundation.faces.desk import Desk, frame_of
from foundation.web.client_address import client_address, source_network

PAST_SHOWN = 10
_REFUSED = 422


class OwnPage(View):
    """A page that officers see in the frame of the desk, residents in that of their own pages."""

    actor: Actor
    current = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out who it is, once a request."""
        self.actor = actor_of_request(request)
        self.now = clock.now()
        return super().dispatch(request, *args, **kwargs)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Draw the page in its frame."""
        user = self.request.user
        if isinstance(user, User) and user.is_officer:
            desk = Desk(actor=self.actor, unit=units_for(self.actor).first(), current=self.current, now=self.now)
            frame = {"base": "base_desk.html", "desk": frame_of(desk)}
        else:
            frame = {"base": "base_my.html", "my": my.menu(self.current, self.actor)}
        return render(self.request, template, frame | context, status=status)


class Sessions(OwnPage):
    """``/accounts/sessions/``: where one is signed in."""

    current = "account_sessions"

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the sessions that hold, this one first, and the last that are over."""
        mine = SignIn.objects.filter(user__reference=self.actor.reference)
        present = _present(request)
        held = sorted(mine.open(now=self.now), key=lambda each: (each.pk != present, -each.last_used_at.timestamp()))
        past = mine.exclude(pk__in=[each.pk for each in held]).order_by("-signed_in_at")[:PAST_SHOWN]
        lifetime = LIFETIMES[str(self.actor.kind)]
        context = {
            "sessions": held,
            "present": present,
            "past": past,
            "idle_minutes": lifetime.idle.seconds // 60,
            "hours": lifetime.absolute.seconds // 3600,
        }
        return self.page("accounts/sessions.html", context)


class EndSession(OwnPage):
    """Ending one session, or all but the present one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: UUID | None = None) -> HttpResponse:
        """End it; a session that is over already is no mistake of anybody's."""
        try:
            if key is None:
                count = end_other_sign_ins(actor=self.actor, present=_present(request), now=self.now)
            else:
                end_own_sign_in(actor=self.actor, sign_in=key, now=self.now)
                count = 1
        except NotFound:
            messages.info(request, _("There is no such session any more."))
        else:
            said = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count)
            messages.success(request, said % {"count": count})
        return redirect("account_sessions")


class Confirmed(OwnPage):
    """Where somebody lands who confirmed in a second tab who they are."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say so."""
        require_recent_authentication(request)
        return render(request, "account/confirmed.html")


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("code", "password", "again"), name="dispatch")
class Accept(View):
    """``/accounts/invitation/``: opening a new account with the code that was handed over."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code and a password."""
        return _draw(request, InvitationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open the account; the second factor comes next."""
        form = InvitationForm(request.POST)
        if not form.is_valid():
            return _draw(request, form, status=_REFUSED)
        given, source = form.cleaned_data, source_network(client_address(request))
        try:
            user = accept_invitation(code=given["code"], password=given["password"], source=source, now=clock.now())
        except (TooManyRequests, Unavailable):
            raise
        except DomainError as error:
            refuse(form, error)
            return _draw(request, form, status=_REFUSED)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password", username=user.username)
        return redirect("desk:home")


def _draw(request: HttpRequest, form: InvitationForm, *, status: int = 200) -> HttpResponse:
    return render(request, "account/invitation.html", {"form": form}, status=status)


def _present(request: HttpRequest) -> UUID:
    return UUID(request.session[SIGN_IN_IN_SESSION])
