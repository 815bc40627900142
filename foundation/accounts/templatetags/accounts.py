"""What pages of accounts need to say."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django import template

from foundation.accounts import capabilities
from foundation.accounts.web.second_factor import key_name as name_of_key

register = template.Library()


@register.filter
def key_name(authenticator: Authenticator) -> str:
    """Return how an address calls a passkey."""
    return name_of_key(authenticator)


@register.filter
def in_words(capability: str) -> str:
    """Return what a capability allows, in the language of the page."""
    return capabilities.in_words(capability)
