"""How django-allauth behaves in this house."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.attempts import password_attempt
from foundation.accounts.models import User
from foundation.accounts.step_up import StepUpRequired, require_recent_authentication
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.audit.rights import HOLDER
from foundation.encryption.keys import key_ring
from foundation.limits.slow_hashes import slow_hash_slot
from foundation.web.client_address import client_address, source_network

_BY_PASSWORD = "reauthenticate"  # noqa: S105 - the name of a method
_WAYS = {
    "mfa_reauthenticate:webauthn": (0, _("Use a passkey or security key")),
    "mfa_reauthenticate": (1, _("Type a code of the app, or a recovery code")),
    _BY_PASSWORD: (2, _("Type your password")),
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; officers land at the desk and residents at their own matters."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the police, or by the identity provider of residents."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where a person goes after signing in without having asked for a page."""
        user = request.user
        return resolve_url("desk:home" if isinstance(user, User) and user.is_officer else "my:cases")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits are counted by, which no client can forge."""
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return whose name and password these are, or nobody, after the same work whether or not there is such a name.

        Raises ``TooManyRequests`` before any work, ``Unavailable`` if too many passwords wait to be compared.
        """
        name = str(credentials.get("username", ""))
        with password_attempt(name, source=source_network(client_address(request)), now=clock.now()) as attempt:
            with slow_hash_slot():
                user = authenticate(request, **credentials)
            attempt.is_right = user is not None
        if user is None:
            _write_refusal(name)
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether a page of the second factor asks first: by the same rule as every other page that does."""
        try:
            require_recent_authentication(context.request)
        except StepUpRequired:
            return True
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Return how a person may confirm who they are, the quickest first; an officer with a second factor by that alone."""
        ways = [
            way | {"description": _WAYS[way["id"]][1]} if way["id"] in _WAYS else way for way in super().get_reauthentication_methods(user)
        ]
        if isinstance(user, User) and user.is_officer:
            ways = [way for way in ways if way["id"] != _BY_PASSWORD] or ways
        return sorted(ways, key=lambda way: _WAYS.get(way["id"], (len(_WAYS), ""))[0])


def _write_refusal(name: str) -> None:
    """Write down that a password was wrong: one query and one row, whether or not there is such an account (ASVS 5.0: 16.3.1)."""
    user = User.objects.select_related("unit").filter(username=name).first()
    subject = AccountSubject.of(user) if user else AccountSubject(reference="unknown", bureau_code="")
    nobody = Actor(kind=ActorKind.ANONYMOUS, reference="unknown")
    record_action(actor=nobody, action="account.sign_in_refused", capability=HOLDER, subject=subject, now=clock.now())


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted at rest like all that opens a door."""

    def encrypt(self, text: str) -> str:
        """Return a TOTP secret or recovery seed as it is stored."""
        return base64.b64encode(key_ring("second-factor").seal(text, context="mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what :meth:`encrypt` was given."""
        return key_ring("second-factor").open(base64.b64decode(encrypted_text), context="mfa")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name that a passkey is bound to: the hall's host, and what the browser calls it."""
        return {**super().get_public_key_credential_rp_entity(), "name": str(settings.HALL_NAME)}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Return what a passkey keeps of its owner: the public reference, never the number of a row."""
        officer = User.objects.get(pk=user.pk)
        return {"id": officer.reference.encode(), "name": officer.username, "display_name": officer.display_name}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 - django-allauth's name
        """Return no name: the person gives one."""
        return ""
