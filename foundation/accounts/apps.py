"""The accounts app."""

from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles and feeds."""

    name = "foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        """A second factor that was just set up has just been shown."""
        from allauth.mfa.signals import authenticator_added

        authenticator_added.connect(_remember_second_factor, dispatch_uid="accounts.second_factor")


def _remember_second_factor(*, request: Any, user: Any, authenticator: Any, **_: object) -> None:
    from allauth.account.internal.flows.login import record_authentication

    if authenticator.type == "totp":
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
