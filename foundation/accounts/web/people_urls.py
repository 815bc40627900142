"""Addresses of people at the counter, below ``/desk/people/``."""

from __future__ import annotations

from django.urls import path

from foundation.accounts.web import people

app_name = "counter"

urlpatterns = [
    path("", people.Find.as_view(), name="find"),
    path("<str:reference>/", people.PersonPage.as_view(), name="person"),
    path("<str:reference>/phone/", people.NewPhone.as_view(), name="new-phone"),
    path("<str:reference>/phone/code/", people.PhoneCode.as_view(), name="phone-code"),
    path("<str:reference>/phone/remove/", people.RemovePhone.as_view(), name="remove-phone"),
]
