"""Addresses of one's own data."""

from __future__ import annotations

from django.urls import path

from foundation.privacy.web import my

app_name = "my-data"

urlpatterns = [
    path("", my.Data.as_view(), name="data"),
    path("download/", my.Download.as_view(), name="download"),
    path("corrections/ask/", my.Ask.as_view(), name="ask"),
    path("corrections/<str:reference>/", my.CorrectionPage.as_view(), name="correction"),
    path("corrections/<str:reference>/withdraw/", my.Withdraw.as_view(), name="withdraw"),
    path("close/", my.Close.as_view(), name="close"),
]
