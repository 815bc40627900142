"""What can go wrong between a resident, a provider and the hall, in words for the resident."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError

_AGAIN = _("This sign-in took too long, was used before, or was begun in another window. Please begin again.")
_TROUBLE = _(
    "The identity service does not work properly at the moment. You are not signed in. Please try again later or choose another way."
)
_WRONG = _(
    "The identity service sent an answer that the hall cannot trust. You are not signed in. We have been told and are looking into it."
)

# reason -> status, whether an operator must act, words
_REASONS: Final[dict[str, tuple[int, bool, str | Promise]]] = {
    "state_unknown": (409, False, _AGAIN),
    "code_refused": (409, False, _AGAIN),
    "cancelled": (409, False, _("You ended the sign-in at the identity service. You are not signed in.")),
    "not_fresh": (409, False, _("The identity service did not ask you anew who you are. Please confirm again.")),
    "another_person": (409, True, _("This identity belongs to somebody else than the person who is signed in.")),
    "linked_elsewhere": (409, True, _("This identity signs somebody else in. It has to be unlinked there first.")),
    "not_linked": (
        409,
        False,
        _(
            "This account is not linked to anybody here. Sign in with your national identity once, "
            "then link it under “Sign-in and contacts”."
        ),
    ),
    "assurance_too_low": (409, False, _("The identity service is not sure enough who you are. Use its stronger way to prove it.")),
    "account_closed": (403, False, _("This account is closed. A counter of the police can tell you more.")),
    "provider_unknown": (404, False, _("There is no such identity service here.")),
    "provider_down": (503, True, _TROUBLE),
    "provider_busy": (503, False, _TROUBLE),
    "provider_refused": (502, True, _TROUBLE),
    "provider_nonsense": (502, True, _TROUBLE),
    "issuer_wrong": (502, True, _WRONG),
    "audience_wrong": (502, True, _WRONG),
    "token_expired": (502, True, _WRONG),
    "token_time_wrong": (502, True, _WRONG),
    "algorithm_refused": (502, True, _WRONG),
    "key_unknown": (502, True, _WRONG),
    "signature_wrong": (502, True, _WRONG),
    "nonce_wrong": (502, True, _WRONG),
    "subject_wrong": (502, True, _WRONG),
    "id_number_changed": (
        409,
        True,
        _("The identity service names another person than before for this account. You are not signed in; please come to a counter."),
    ),
    "id_number_missing": (
        502,
        True,
        _("The identity service did not send your ID number, so the hall cannot find you. You are not signed in."),
    ),
    "id_number_invalid": (502, True, _("The identity service sent an ID number that cannot be right. You are not signed in.")),
    "name_missing": (502, True, _("The identity service did not send your name. You are not signed in.")),
}


class IdentityRefused(DomainError):
    """Nobody was signed in or linked. ``code`` says why; ``needs_operator`` that waiting and trying again will not mend it."""

    def __init__(self, reason: str) -> None:
        self.status, self.needs_operator, message = _REASONS[reason]
        super().__init__(message, code=reason)
