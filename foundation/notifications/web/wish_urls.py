"""Addresses of a resident's wishes."""

from __future__ import annotations

from django.urls import path

from foundation.notifications.web import wishes

app_name = "preferences"

urlpatterns = [
    path("", wishes.Preferences.as_view(), name="home"),
    path("mail/", wishes.NewMail.as_view(), name="mail"),
    path("mail/code/", wishes.MailCode.as_view(), name="mail-code"),
    path("mail/remove/", wishes.RemoveMail.as_view(), name="mail-remove"),
]
