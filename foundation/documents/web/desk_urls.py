"""Addresses below ``/desk/papers/``."""

from __future__ import annotations

from django.urls import path

from foundation.documents.web import desk, revocations

urlpatterns = [
    path("revocations/", revocations.Revocations.as_view(), name="revocations"),
    path("<str:number>/revocation/", revocations.RevocationPage.as_view(), name="revocation"),
    path("<str:number>/revocation/propose/", revocations.Propose.as_view(), name="propose-revocation"),
    path("<str:number>/revocation/confirm/", revocations.Confirm.as_view(), name="confirm-revocation"),
    path("<str:number>/revocation/drop/", revocations.Drop.as_view(), name="drop-revocation"),
    path("<str:number>/", desk.DeskPaper.as_view(), name="desk-paper"),
    path("<str:number>/<slug:paper>.pdf", desk.DeskFile.as_view(), name="desk-file"),
]
