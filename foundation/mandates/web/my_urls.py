"""Addresses of the page of whom one acts for."""

from __future__ import annotations

from django.urls import path

from foundation.mandates.web import my

app_name = "people"

urlpatterns = [
    path("", my.People.as_view(), name="home"),
    path("offer/", my.MakeOffer.as_view(), name="offer"),
    path("<str:reference>/accept/", my.Accept.as_view(), name="accept"),
    path("<str:reference>/decline/", my.Decline.as_view(), name="decline"),
    path("<str:reference>/end/", my.End.as_view(), name="end"),
]
