"""Addresses of a resident's messages."""

from __future__ import annotations

from django.urls import path

from foundation.notifications.web import messages

app_name = "messages"

urlpatterns = [
    path("", messages.Messages.as_view(), name="list"),
    path("read/", messages.ReadAll.as_view(), name="read-all"),
    path("<uuid:notice>/", messages.OneMessage.as_view(), name="one"),
]
