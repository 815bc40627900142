"""Addresses of mandates at the desk."""

from __future__ import annotations

from django.urls import path

from foundation.mandates.web import desk

app_name = "mandates"

urlpatterns = [
    path("", desk.Home.as_view(), name="home"),
    path("guardianships/new/", desk.RecordGuardianship.as_view(), name="record-guardianship"),
    path("companies/new/", desk.RegisterCompany.as_view(), name="register-company"),
    path("companies/<str:reference>/", desk.CompanyPage.as_view(), name="company"),
    path("companies/<str:reference>/agents/new/", desk.AppointAgent.as_view(), name="appoint-agent"),
    path("<str:reference>/", desk.MandatePage.as_view(), name="mandate"),
]
