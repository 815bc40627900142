"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles and feeds."""

    name = "foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what signing in does, and add the pages of accounts to the desk and to own pages."""
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from foundation.accounts import residents, second_factor, signed_in
        from foundation.accounts.web import menu

        user_logged_in.connect(signed_in.on_signed_in, dispatch_uid="accounts.signed_in")
        user_logged_out.connect(signed_in.on_signed_out, dispatch_uid="accounts.signed_out")
        authentication_step_completed.connect(signed_in.on_confirmed, dispatch_uid="accounts.confirmed")
        authenticator_added.connect(second_factor.on_added, dispatch_uid="accounts.second_factor_added")
        authenticator_reset.connect(second_factor.on_renewed, dispatch_uid="accounts.second_factor_renewed")
        authenticator_removed.connect(second_factor.on_removed, dispatch_uid="accounts.second_factor_removed")
        menu.register()
        residents.register()
