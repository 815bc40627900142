"""Addresses of requests for correction at the desk."""

from __future__ import annotations

from django.urls import path

from foundation.privacy.web import desk

app_name = "corrections"

urlpatterns = [
    path("", desk.Corrections.as_view(), name="list"),
    path("<str:reference>/", desk.CorrectionPage.as_view(), name="correction"),
    path("<str:reference>/propose/", desk.Propose.as_view(), name="propose"),
    path("<str:reference>/approve/", desk.Approve.as_view(), name="approve"),
    path("<str:reference>/return/", desk.Return.as_view(), name="return"),
]
