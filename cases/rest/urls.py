"""The routes of the API of cases, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import include, path

from cases.rest.exchange import ExchangeCases
from cases.rest.rotation import RotationView

urlpatterns = [
    path("cases/", include("cases.rest.case_urls")),
    path("inquiries/rotate/", RotationView.as_view(), name="rotate-code"),
    path("exchange/cases/", ExchangeCases.as_view(), name="exchange-cases"),
]
