"""Addresses below ``/desk/papers/``."""

from __future__ import annotations

from django.urls import path

from foundation.documents.web import desk

urlpatterns = [
    path("<str:number>/", desk.DeskPaper.as_view(), name="desk-paper"),
    path("<str:number>/<slug:paper>.pdf", desk.DeskFile.as_view(), name="desk-file"),
]
