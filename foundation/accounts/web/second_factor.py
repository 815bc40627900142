"""The forms and pages of the second factor: django-allauth's, with the hall's limits, and keys named by no number of a row."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn import forms as keys
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal.auth import complete_authentication, parse_authentication_response
from django import forms
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.accounts.attempts import second_factor_attempt
from foundation.accounts.models import User
from foundation.errors import NotFound
from foundation.idempotency.nonces import use_nonce
from foundation.signatures.errors import SignatureRefused
from foundation.web.client_address import client_address, source_network

# A code is good for its half minute and one before and after it, and for one use in that time, whatever becomes of a cache.
_CODE_LIVES = timedelta(minutes=2)
_LABEL = _("Code")


class CodeForm(base.AuthenticateForm):
    """A code of the app or a recovery code, as the second step of signing in."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"])

    def clean_code(self) -> str:
        """Return the code; ``self.authenticator`` is what it belongs to."""
        code = str(self.cleaned_data["code"]).strip()
        with second_factor_attempt(self.user.reference, source=_source(), now=clock.now()) as attempt:
            found = _authenticator_of(self.user, code)
            attempt.is_right = found is not None
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = found
        return code


class CodeAgainForm(CodeForm):
    """The same, of somebody who is signed in and confirms who they are."""

    def save(self) -> None:
        """Write down that it was shown again."""
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class AppForm(ActivateTOTPForm):
    """The first code of a new app. Guessing it gains nothing: who sees the page sees the key."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"])

    def clean_code(self) -> str:
        """Return the code."""
        code = str(self.cleaned_data["code"]).strip()
        if not validate_totp_code(self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class KeyForm(keys.AddWebAuthnForm):
    """A new passkey, with a name to tell it from others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("What you call it"),
            required=False,
            max_length=40,
            help_text=_("Such as “key on my key ring” or “counter 3”."),
            widget=forms.TextInput(attrs={"autocomplete": "off", "size": 30}),
        )

    def clean_name(self) -> str:
        """Return the name, or a plain one: the key is made by now, and must not be lost for want of a name."""
        return self.cleaned_data["name"] or str(_("Passkey"))


class RemoveKey(views.RemoveWebAuthnView):
    """Removing a passkey of one's own."""

    template_name = "mfa/webauthn/authenticator_confirm_delete.html"
    success_url = reverse_lazy("mfa_index")

    def get_object(self, queryset: Any = None) -> Authenticator:
        """Return the key with this name in the address; there are never many."""
        found = next((each for each in self.get_queryset() if key_name(each) == self.kwargs["key"]), None)
        if found is None:
            raise NotFound
        return found


class ConfirmByKey(views.ReauthenticateWebAuthnView):
    """Confirming by a passkey who one is."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Ask again, saying why."""
        response: HttpResponse = self.render_to_response({**self.get_context_data(), "form": form}, status=422)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page draws; django-allauth forgets the form."""
        return {"form": self.get_form(), **super().get_context_data(**kwargs)}


class KeyAnswerForm(keys.AuthenticateWebAuthnForm):
    """The answer of a passkey, as the second step of signing in."""

    def clean_credential(self) -> Authenticator:
        """Return the key that answered."""
        return _key_that_answered(self.user, self.cleaned_data["credential"])


class KeyAgainForm(keys.ReauthenticateWebAuthnForm):
    """The same, of somebody who is signed in and confirms who they are."""

    def clean_credential(self) -> Authenticator:
        """Return the key that answered."""
        return _key_that_answered(self.user, self.cleaned_data["credential"])


def key_name(authenticator: Authenticator) -> str:
    """Return how addresses of the hall call a passkey: no number of a row, and nothing that the key itself is found by."""
    credential = authenticator.wrap().authenticator_data.credential_data.credential_id
    return hashlib.sha256(b"key\0" + credential).hexdigest()[:20]


def _key_that_answered(user: User, answer: Any) -> Authenticator:
    parse_authentication_response(answer)
    with second_factor_attempt(user.reference, source=_source(), now=clock.now()) as attempt:
        authenticator: Authenticator = complete_authentication(user, answer)
        attempt.is_right = True
    return authenticator


def _authenticator_of(user: User, code: str) -> Authenticator | None:
    """Return what the code belongs to; a code of the app is taken once."""
    found = {each.type: each for each in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)}
    app, recovery = found.get(Authenticator.Type.TOTP), found.get(Authenticator.Type.RECOVERY_CODES)
    if app is not None and validate_totp_code(get_adapter().decrypt(app.data["secret"]), code):
        return app if _is_first_use(app, code) else None
    return recovery if recovery is not None and recovery.wrap().validate_code(code) else None


def _is_first_use(app: Authenticator, code: str) -> bool:
    digits = "".join(character for character in code if character.isdigit())
    try:
        use_nonce(keyid=f"app-{app.pk}", nonce=digits, expires_at=clock.now() + _CODE_LIVES)
    except SignatureRefused:
        return False
    return True


def _source() -> str:
    return source_network(client_address(context.request))


def _dress(field: forms.Field) -> None:
    field.label = _LABEL
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "size": 12}
