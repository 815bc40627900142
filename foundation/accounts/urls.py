"""Signing in and out, sessions, and the second factor: the few of django-allauth's pages that this house opens, and its own."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import path

from foundation.accounts.narrowed import for_who_has_a_password, only_forms
from foundation.accounts.web import confirming, entrance, identity, own, second_factor

urlpatterns = [
    path("sign-in/", entrance.SignIn.as_view(), name="account_login"),
    path("phone/", entrance.AskForCode.as_view(), name="phone_sign_in"),
    path("phone/code/", entrance.EnterCode.as_view(), name="phone_code"),
    path("identity/<slug:code>/start/", identity.Start.as_view(), name="identity_start"),
    path("identity/<slug:code>/", identity.Done.as_view(), name="identity_done"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirmed/", own.Confirmed.as_view(), name="account_confirmed"),
    path("invitation/", own.Accept.as_view(), name="account_invitation"),
    path("sessions/", own.Sessions.as_view(), name="account_sessions"),
    path("sessions/others/end/", own.EndSession.as_view(), name="account_end_other_sessions"),
    path("sessions/<uuid:key>/end/", own.EndSession.as_view(), name="account_end_session"),
    path("confirm/", confirming.confirm, name="account_reauthenticate"),
    path("confirm/phone/", confirming.AskToConfirm.as_view(), name="confirm_phone"),
    path("confirm/phone/code/", confirming.ConfirmByCode.as_view(), name="confirm_code"),
    path("password/", for_who_has_a_password(account.password_change), name="account_change_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/passkey/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("second-factor/passkey/confirm/", second_factor.ConfirmByKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("second-factor/passkey/<slug:key>/remove/", second_factor.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("second-factor/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/recovery-codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]

for _page in urlpatterns:
    _page.callback = only_forms(_page.callback)
