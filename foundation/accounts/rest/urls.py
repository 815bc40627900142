"""Routes of accounts, below ``/api/v1/desk/``."""

from __future__ import annotations

from django.urls import path

from foundation.accounts.rest import people

urlpatterns = [
    path("desk/people/find/", people.FindView.as_view(), name="api-people-find"),
    path("desk/people/<str:reference>/", people.PersonView.as_view(), name="api-person"),
    path("desk/people/<str:reference>/phone/code/", people.CodeView.as_view(), name="api-person-phone-code"),
    path("desk/people/<str:reference>/phone/", people.SetView.as_view(), name="api-person-phone"),
    path("desk/people/<str:reference>/phone/remove/", people.RemoveView.as_view(), name="api-person-phone-remove"),
]
