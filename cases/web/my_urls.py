"""Addresses of a resident's own matters."""

from __future__ import annotations

from django.urls import path

from cases.web.views import my

app_name = "my"

urlpatterns = [
    path("", my.Cases.as_view(), name="cases"),
    path("cases/<str:reference>/", my.CasePage.as_view(), name="case"),
    path("cases/<str:reference>/ask/", my.Ask.as_view(), name="ask"),
    path("cases/<str:reference>/complain/", my.Complain.as_view(), name="complain"),
    path("cases/<str:reference>/code/", my.FreshCode.as_view(), name="code"),
    path("cases/<str:reference>/proof/", my.ProofPaper.as_view(), name="proof"),
    path("cases/<str:reference>/entries/<int:sequence>/proof/", my.EntryProof.as_view(), name="entry-proof"),
    path("photos/<str:token>/", my.Photo.as_view(), name="photo"),
]
