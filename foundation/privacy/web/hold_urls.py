"""Addresses of legal holds at the desk."""

from __future__ import annotations

from django.urls import path

from foundation.privacy.web import holds

app_name = "holds"

urlpatterns = [
    path("", holds.Holds.as_view(), name="list"),
    path("<str:reference>/lift/", holds.Lift.as_view(), name="lift"),
]
