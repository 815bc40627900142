"""The sign-in page, for residents and officers, and signing in by phone."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views import View

from foundation import clock
from foundation.accounts.operations.sign_in_by_phone import ASSURANCE_BY_PHONE, sign_in_by_phone
from foundation.accounts.own_record import BY_PHONE, record_refusal
from foundation.accounts.residents import FOR_SIGN_IN
from foundation.accounts.web.asking import ask, asked_for, prove
from foundation.accounts.web.identity import refused
from foundation.accounts.web.opening import go_on, may_lead_out, open_session, own_page
from foundation.accounts.web.resident_forms import CodeForm, NumberForm, say_refusal
from foundation.errors import Hidden
from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.journeys import SIGN_IN
from foundation.identity_providers.providers import providers
from foundation.notifications.channels.sms import can_send
from foundation.one_time_codes.operations.redeem_code import CodeRefused

REFUSED = 422


class SignIn(LoginView):
    """``/accounts/sign-in/``: residents choose by what they sign in; officers type name and password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the ways of residents; officers come first for whoever was on the way to the desk."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        wanted = own_page(self.request.GET.get("next", "") or self.request.POST.get("next", ""))
        is_officers_way = wanted.startswith("/desk/") or bool(context["form"].errors)
        return context | {"providers": providers(), "has_phone": can_send(), "next_page": wanted, "officers_first": is_officers_way}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Draw the page, whose forms may lead to the providers."""
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return may_lead_out(response)


@method_decorator(login_not_required, name="dispatch")
class PhoneView(View):
    """A step of signing in by phone; a hall that sends no texts has none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read the clock once."""
        if not can_send():
            raise Hidden
        self.now = clock.now()
        self.next_page = own_page(request.GET.get("next", "") or request.POST.get("next", ""))
        return super().dispatch(request, *args, **kwargs)

    def address(self, name: str) -> str:
        """Return the address of a step that keeps where the person wants to go."""
        return reverse(name) + (f"?{urlencode({'next': self.next_page})}" if self.next_page else "")


class AskForCode(PhoneView):
    """``/accounts/phone/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the number."""
        return self._draw(NumberForm(help_text=_("A number that is linked to you here.")))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send a code, or not: the answer is the same."""
        form = NumberForm(request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        ask(request, purpose=FOR_SIGN_IN, number=form.cleaned_data["number"], now=self.now)
        return HttpResponseRedirect(self.address("phone_code"))

    def _draw(self, form: NumberForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "next_page": self.next_page}
        return render(self.request, "accounts/phone.html", context, status=status)


class EnterCode(PhoneView):
    """``/accounts/phone/code/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        if not asked_for(request, FOR_SIGN_IN):
            return HttpResponseRedirect(self.address("phone_sign_in"))
        return self._draw(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign in."""
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        try:
            number = prove(request, purpose=FOR_SIGN_IN, typed=form.cleaned_data["code"], now=self.now)
            user = sign_in_by_phone(number=number, now=self.now)
        except (CodeRefused, IdentityRefused) as error:
            record_refusal(entrance=BY_PHONE, error=error, user=None, purpose=SIGN_IN, now=self.now)
            if isinstance(error, IdentityRefused):
                return refused(request, error, purpose=SIGN_IN)
            say_refusal(form, error)
            return self._draw(form, status=error.status)
        open_session(request, user, entrance=BY_PHONE, assurance=ASSURANCE_BY_PHONE)
        return go_on(self.next_page)

    def _draw(self, form: CodeForm, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "to": asked_for(self.request, FOR_SIGN_IN),
            "next_page": self.next_page,
            "again": self.address("phone_sign_in"),
        }
        return render(self.request, "accounts/phone_code.html", context, status=status)
