"""Proving once more who one is, for residents: at an identity provider, or by a code to the phone."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from foundation.accounts.models import Identity, Person, User
from foundation.accounts.operations.sign_in_by_phone import ASSURANCE_BY_PHONE, confirm_by_phone
from foundation.accounts.own_record import BY_PHONE, record_refusal
from foundation.accounts.residents import FOR_CONFIRMING
from foundation.accounts.web.asking import ask, asked_for, prove
from foundation.accounts.web.identity import resident_of
from foundation.accounts.web.opening import confirm_session, go_on, may_lead_out, own_page
from foundation.accounts.web.resident_forms import CodeForm, say_refusal
from foundation.errors import Hidden
from foundation.faces.my import MyView
from foundation.identity_providers.journeys import CONFIRM
from foundation.identity_providers.providers import OPENID_CONNECT, Provider, providers
from foundation.notifications.channels.sms import can_send
from foundation.one_time_codes.operations.redeem_code import CodeRefused


def confirm(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """``/accounts/confirm/``: residents confirm by what they sign in with, officers by password or second factor."""
    if resident_of(request) is None:
        answer: HttpResponseBase = account.reauthenticate(request, *args, **kwargs)
        return answer
    return Confirm.as_view()(request)


class ConfirmView(MyView):
    """A step of confirming."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep where the person wants to go."""
        self.next_page = own_page(request.GET.get("next", "") or request.POST.get("next", ""))
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        """Who is signed in."""
        user = resident_of(self.request)
        if user is None or user.person is None:
            raise Hidden
        return user

    @property
    def person(self) -> Person:
        """The person behind the account."""
        if self.user.person is None:
            raise Hidden
        return self.user.person

    def address(self, name: str) -> str:
        """Return the address of a step that keeps where the person wants to go."""
        return reverse(name) + (f"?{urlencode({'next': self.next_page})}" if self.next_page else "")


class Confirm(ConfirmView):
    """Choosing how."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Offer what this person can confirm by."""
        has_phone = can_send() and self.person.phone_signs_in(now=self.now)
        context = {"providers": confirming(self.person), "has_phone": has_phone, "next_page": self.next_page}
        return may_lead_out(self.page("accounts/confirm.html", context))


class AskToConfirm(ConfirmView):
    """Sending a code to the person's own phone."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it."""
        if not can_send() or not self.person.phone_signs_in(now=self.now):
            raise Hidden
        ask(request, purpose=FOR_CONFIRMING, number=self.person.phone, now=self.now)
        return HttpResponseRedirect(self.address("confirm_code"))


class ConfirmByCode(ConfirmView):
    """Typing it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        if not asked_for(request, FOR_CONFIRMING):
            return redirect(self.address("account_reauthenticate"))
        return self._draw(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Confirm."""
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                number = prove(request, purpose=FOR_CONFIRMING, typed=form.cleaned_data["code"], now=self.now)
                confirm_by_phone(user=self.user, number=number, now=self.now)
            except CodeRefused as error:
                record_refusal(entrance=BY_PHONE, error=error, user=self.user, purpose=CONFIRM, now=self.now)
                say_refusal(form, error)
            else:
                confirm_session(request, self.user, entrance=BY_PHONE, assurance=ASSURANCE_BY_PHONE)
                return go_on(self.next_page)
        return self._draw(form, status=422)

    def _draw(self, form: CodeForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "to": asked_for(self.request, FOR_CONFIRMING), "next_page": self.next_page}
        return self.page("accounts/confirm_code.html", context, status=status)


def confirming(person: Person) -> tuple[Provider, ...]:
    """Return the providers by which a person can confirm: linked ones that ask anew and say that they did."""
    linked = set(Identity.objects.filter(person=person).values_list("provider", flat=True))
    return tuple(each for each in providers() if each.code in linked and each.protocol == OPENID_CONNECT)
