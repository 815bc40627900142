"""Addresses of the desk's pages on deliveries."""

from __future__ import annotations

from django.urls import path

from foundation.notifications.web import desk

app_name = "deliveries"

urlpatterns = [
    path("", desk.ToCall.as_view(), name="to-call"),
    path("all/", desk.AllDeliveries.as_view(), name="all"),
    path("<uuid:notice>/", desk.NoticePage.as_view(), name="notice"),
    path("<uuid:delivery>/resend/", desk.Resend.as_view(), name="resend"),
]
