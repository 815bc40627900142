"""Addresses of the ways in, below a resident's own pages."""

from __future__ import annotations

from django.urls import path

from foundation.accounts.web import ways

app_name = "sign_in"

urlpatterns = [
    path("", ways.Ways.as_view(), name="ways"),
    path("remove/<uuid:identity>/", ways.Unlink.as_view(), name="unlink"),
    path("phone/", ways.NewNumber.as_view(), name="new-number"),
    path("phone/code/", ways.NewNumberCode.as_view(), name="new-number-code"),
    path("phone/old/", ways.OldNumber.as_view(), name="old-number"),
    path("phone/old/code/", ways.OldNumberCode.as_view(), name="old-number-code"),
    path("phone/stop/", ways.StopChange.as_view(), name="stop-change"),
]
