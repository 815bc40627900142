"""Why a request with an Idempotency-Key is not carried out (codes of draft-ietf-httpapi-idempotency-key-header-07)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict, DomainError, RuleViolated


class KeyMissing(DomainError):
    """The route wants a key: 400."""

    status = 400
    code = "idempotency_key_missing"
    message = _("Send an Idempotency-Key: a value of your own, new for each thing you want done.")


class KeyInvalid(DomainError):
    """The key is not of the form: 400."""

    status = 400
    code = "idempotency_key_invalid"
    message = _("An Idempotency-Key has 1 to 64 visible ASCII characters, and at least 16 from somebody who is not signed in.")


class StillRunning(Conflict):
    """A request with this key is being carried out: 409."""

    code = "idempotency_key_in_use"
    message = _("A request with this Idempotency-Key is still being carried out. Send it again in a moment.")
    retry_after = 1


class KeyReused(RuleViolated):
    """The key was used for something else: 422."""

    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used for another request. Take a new one.")
