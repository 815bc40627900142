"""Addresses below ``/verify/``."""

from __future__ import annotations

from django.urls import path

from foundation.documents.web import verify

urlpatterns = [
    path("", verify.verify, name="verify"),
    path("keys.json", verify.keys, name="stamp-keys"),
]
