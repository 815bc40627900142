"""How django-allauth behaves in this house."""

from __future__ import annotations

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url

from foundation.accounts.models import User
from foundation.encryption.keys import key_ring
from foundation.web.client_address import client_address


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


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted at rest like all that opens a door."""

    def encrypt(self, text: str) -> str:
        """Return a TOTP secret or recovery seed as it is stored."""
        return base64.b64encode(key_ring("second-factor").seal(text, context="mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what :meth:`encrypt` was given."""
        return key_ring("second-factor").open(base64.b64decode(encrypted_text), context="mfa")
