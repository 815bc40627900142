"""Addresses of officers and posts, below ``/desk/``."""

from __future__ import annotations

from django.urls import path

from foundation.accounts.web import officers, proposals

app_name = "officers"

urlpatterns = [
    path("officers/", officers.Officers.as_view(), name="list"),
    path("officers/new/", officers.NewOfficer.as_view(), name="new"),
    path("officers/<str:reference>/", officers.OfficerPage.as_view(), name="officer"),
    path("officers/<str:reference>/posts/give/", officers.GivePost.as_view(), name="give-post"),
    path("officers/<str:reference>/posts/<slug:role>/<str:organisation>/take/", officers.TakePost.as_view(), name="take-post"),
    path("officers/<str:reference>/switch-off/", officers.Disable.as_view(), name="disable"),
    path("officers/<str:reference>/switch-on/", officers.Enable.as_view(), name="enable"),
    path("officers/<str:reference>/reset/", officers.Reset.as_view(), name="reset"),
    path("officers/<str:reference>/end-sessions/", officers.EndSessions.as_view(), name="end-sessions"),
    path("officers/<str:reference>/contact/", officers.Contact.as_view(), name="contact"),
    path("posts/", officers.Posts.as_view(), name="posts"),
    path("posts/waiting/", proposals.Waiting.as_view(), name="waiting"),
    path("posts/waiting/<str:reference>/", proposals.ProposalPage.as_view(), name="proposal"),
    path("posts/waiting/<str:reference>/approve/", proposals.Approve.as_view(), name="approve-post"),
    path("posts/waiting/<str:reference>/refuse/", proposals.Refuse.as_view(), name="refuse-post"),
]
