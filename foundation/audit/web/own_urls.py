"""Addresses of a resident's own part of the logs."""

from __future__ import annotations

from django.urls import path

from foundation.audit.web.own import Looks

app_name = "own-looks"

urlpatterns = [path("looks/", Looks.as_view(), name="list")]
