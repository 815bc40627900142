"""Routes of accounts, below ``/api/v1/desk/``."""

from __future__ import annotations

from django.urls import path

from foundation.accounts.rest import officers, people

urlpatterns = [
    path("desk/posts/", officers.PostsView.as_view(), name="api-posts"),
    path("desk/posts/waiting/", officers.WaitingView.as_view(), name="api-posts-waiting"),
    path("desk/posts/waiting/<str:reference>/approve/", officers.ApprovePostView.as_view(), name="api-post-approve"),
    path("desk/posts/waiting/<str:reference>/refuse/", officers.RefusePostView.as_view(), name="api-post-refuse"),
    path("desk/officers/", officers.OfficersView.as_view(), name="api-officers"),
    path("desk/officers/<str:reference>/", officers.OneOfficerView.as_view(), name="api-officer"),
    path("desk/officers/<str:reference>/posts/give/", officers.GivePostView.as_view(), name="api-officer-give-post"),
    path("desk/officers/<str:reference>/posts/take/", officers.TakePostView.as_view(), name="api-officer-take-post"),
    path("desk/officers/<str:reference>/switch-off/", officers.DisableView.as_view(), name="api-officer-disable"),
    path("desk/officers/<str:reference>/switch-on/", officers.EnableView.as_view(), name="api-officer-enable"),
    path("desk/officers/<str:reference>/reset/", officers.ResetView.as_view(), name="api-officer-reset"),
    path("desk/officers/<str:reference>/end-sessions/", officers.EndSessionsView.as_view(), name="api-officer-end-sessions"),
    path("desk/officers/<str:reference>/contact/", officers.ContactView.as_view(), name="api-officer-contact"),
    path("desk/people/find/", people.FindView.as_view(), name="api-people-find"),
    path("desk/people/<str:reference>/", people.PersonView.as_view(), name="api-person"),
    path("desk/people/<str:reference>/phone/code/", people.CodeView.as_view(), name="api-person-phone-code"),
    path("desk/people/<str:reference>/phone/", people.SetView.as_view(), name="api-person-phone"),
    path("desk/people/<str:reference>/phone/remove/", people.RemoveView.as_view(), name="api-person-phone-remove"),
]
