"""``/my/sign-in/``: by what a person signs in, and changing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Identity, PhoneChange
from foundation.accounts.operations.change_phone import change_phone, confirm_change, stop_change
from foundation.accounts.operations.link_identity import unlink_identity
from foundation.accounts.own_record import own_changes
from foundation.accounts.residents import FOR_NEW_NUMBER, FOR_OLD_NUMBER
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.web.asking import ask, asked_for, prove
from foundation.accounts.web.confirming import ConfirmView
from foundation.accounts.web.identity import resident_of
from foundation.accounts.web.opening import is_confirmed, language_of_page, may_lead_out
from foundation.accounts.web.resident_forms import CodeForm, NumberForm, say_refusal
from foundation.encryption.masking import mask_number
from foundation.errors import DomainError, Hidden, NotFound
from foundation.identity_providers.providers import Provider, providers
from foundation.notifications.channels.sms import can_send

REFUSED = 422


class WaysView(ConfirmView):
    """A page of the ways in. Whoever changes one proves first who they are."""

    current = "sign_in:ways"

    def waiting(self) -> PhoneChange | None:
        """Return the change of the number that waits, if one does."""
        return PhoneChange.objects.waiting().filter(person=self.person).first()


class Ways(WaysView):
    """The list."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show by what the person signs in."""
        known = {each.code: each for each in providers()}
        identities = list(Identity.objects.filter(person=self.person).order_by("linked_at", "pk"))
        linked = {identity.provider for identity in identities}
        change = self.waiting()
        context = {
            "identities": [_Way(identity, known.get(identity.provider)) for identity in identities],
            "others": [each for each in providers() if each.code not in linked],
            "person": self.person,
            "phone": mask_number(self.person.phone) if self.person.phone else "",
            "phone_signs_in": self.person.phone_signs_in(now=self.now),
            "phone_is_proved": self.person.phone_verified_at is not None,
            "change": change,
            "new_phone": mask_number(change.number) if change else "",
            "has_phone": can_send(),
            "is_confirmed": is_confirmed(request),
            "confirm": _confirm_first(reverse("sign_in:ways")),
            "changes": own_changes(self.user),
        }
        return may_lead_out(self.page("accounts/my/ways.html", context))


class _Way:
    """An identity as the page shows it; a provider that the city no longer has keeps its code for a name."""

    def __init__(self, identity: Identity, provider: Provider | None) -> None:
        self.identity = identity
        self.title = provider.title if provider else identity.provider


class ChangingView(WaysView):
    """A step that changes a way in: not before the person has proved anew who they are."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raise ``StepUpRequired``, which leads to the confirmation and back."""
        if resident_of(request) is not None:
            require_recent_authentication(request)
        return super().dispatch(request, *args, **kwargs)

    def attempt(self, form: NumberForm | CodeForm, step: Callable[[], HttpResponse]) -> HttpResponse | None:
        """Take a step with a form; return nothing, with the reason in the form, if it was refused."""
        if not form.is_valid():
            return None
        try:
            return step()
        except (Hidden, NotFound):
            raise
        except DomainError as error:
            if error.status not in {409, 422}:
                raise
            say_refusal(form, error)
            return None


class Unlink(ChangingView):
    """Taking a way in away."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, identity: UUID) -> HttpResponse:
        """Ask once more."""
        found = Identity.objects.filter(pk=identity, person=self.person).first()
        if found is None:
            raise Hidden
        known = {each.code: each for each in providers()}
        return self.page("accounts/my/unlink.html", {"way": _Way(found, known.get(found.provider))})

    def post(self, request: HttpRequest, identity: UUID) -> HttpResponse:
        """Take it away."""
        try:
            unlink_identity(user=self.user, identity=identity, language=language_of_page(), now=self.now)
        except NotFound:
            raise
        except DomainError as error:
            messages.warning(request, str(error.message))
        else:
            messages.success(request, _("It no longer signs you in."))
        return redirect("sign_in:ways")


class NewNumber(ChangingView):
    """Naming the new number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for it."""
        return self._draw(NumberForm(help_text=_help()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send a code to it."""
        if not can_send():
            raise Hidden
        form = NumberForm(request.POST, help_text=_help())
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        ask(request, purpose=FOR_NEW_NUMBER, number=form.cleaned_data["number"], now=self.now)
        return redirect("sign_in:new-number-code")

    def _draw(self, form: NumberForm, *, status: int = 200) -> HttpResponse:
        return self.page("accounts/my/number.html", {"form": form}, status=status)


class NewNumberCode(ChangingView):
    """Proving the new number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        if not asked_for(request, FOR_NEW_NUMBER):
            return redirect("sign_in:new-number")
        return self._draw(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the number, at once or after a day."""
        form = CodeForm(request.POST)
        done = self.attempt(form, lambda: self._change(form))
        return done or self._draw(form, status=REFUSED)

    def _change(self, form: CodeForm) -> HttpResponse:
        number = prove(self.request, purpose=FOR_NEW_NUMBER, typed=form.cleaned_data["code"], now=self.now)
        change = change_phone(user=self.user, number=number, language=language_of_page(), now=self.now)
        if change is None:
            messages.success(self.request, _("The number now signs you in."))
        else:
            messages.success(self.request, _("The number is yours. It signs you in from the time below; the old number was told."))
        return redirect("sign_in:ways")

    def _draw(self, form: CodeForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "to": asked_for(self.request, FOR_NEW_NUMBER), "again": reverse("sign_in:new-number")}
        return self.page("accounts/my/code.html", context, status=status)


class OldNumber(ChangingView):
    """Asking for a code to the old number, to have the new one at once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it."""
        if not can_send() or self.waiting() is None:
            raise Hidden
        ask(request, purpose=FOR_OLD_NUMBER, number=self.person.phone, now=self.now)
        return redirect("sign_in:old-number-code")


class OldNumberCode(ChangingView):
    """Proving the old number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code."""
        if not asked_for(request, FOR_OLD_NUMBER):
            return redirect("sign_in:ways")
        return self._draw(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Carry the change out."""
        form = CodeForm(request.POST)
        done = self.attempt(form, lambda: self._apply(form))
        return done or self._draw(form, status=REFUSED)

    def _apply(self, form: CodeForm) -> HttpResponse:
        number = prove(self.request, purpose=FOR_OLD_NUMBER, typed=form.cleaned_data["code"], now=self.now)
        confirm_change(user=self.user, proved=number, now=self.now)
        messages.success(self.request, _("The number now signs you in."))
        return redirect("sign_in:ways")

    def _draw(self, form: CodeForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "to": asked_for(self.request, FOR_OLD_NUMBER), "again": reverse("sign_in:ways")}
        return self.page("accounts/my/code.html", context, status=status)


class StopChange(WaysView):
    """Stopping a change that waits. It asks for no proof: it only keeps things as they are."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Stop it."""
        stop_change(user=self.user, now=self.now)
        messages.success(request, _("The change was stopped. Your number stays as it was."))
        return redirect("sign_in:ways")


def _help() -> Any:
    return gettext_lazy("We send a code to it.")


def _confirm_first(back: str) -> str:
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
