"""Addresses below ``/my/papers/``."""

from __future__ import annotations

from django.urls import path

from foundation.documents.web import download

urlpatterns = [
    path("<str:number>/", download.OwnPaper.as_view(), name="my-paper"),
    path("<str:number>/<slug:paper>.pdf", download.OwnFile.as_view(), name="my-file"),
]
