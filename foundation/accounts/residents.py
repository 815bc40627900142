"""What residents' side of accounts adds to the rest of the hall at start-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.faces import my
from foundation.one_time_codes import purposes

FOR_SIGN_IN = "sign-in"
FOR_CONFIRMING = "confirm"
FOR_NEW_NUMBER = "new-number"
FOR_OLD_NUMBER = "old-number"
AT_THE_COUNTER = "counter"


def register() -> None:
    """Name what codes are for, who hears of a changed sign-in, and the page among a resident's own."""
    from foundation.accounts.operations.sign_in_by_phone import receives_code

    purposes.register(FOR_SIGN_IN, receives_code)
    purposes.register(FOR_CONFIRMING, receives_code)
    purposes.register(FOR_OLD_NUMBER, purposes.everybody)
    purposes.register(FOR_NEW_NUMBER, purposes.everybody)
    purposes.register(AT_THE_COUNTER, purposes.everybody, text="counter-code")
    my.register("sign_in:ways", _("Sign-in and contacts"), order=90)
