"""Addresses of the officers' desk."""

from __future__ import annotations

from django.urls import include, path

from cases.web.views import case_page, codes, complaints, decisions, entries, feeds, moves, people, register, worklists
from cases.web.views import property as things

app_name = "desk"

_of_one_case = [
    path("", case_page.CasePage.as_view(), name="case"),
    path("publish/", case_page.Publish.as_view(), name="publish"),
    path("answer/", case_page.Answer.as_view(), name="answer"),
    path("take/", decisions.Take.as_view(), name="take"),
    path("assign/", decisions.Assign.as_view(), name="assign"),
    path("publication/", decisions.Publication.as_view(), name="publication"),
    path("extend/", decisions.Extend.as_view(), name="extend"),
    path("stop-clock/", decisions.StopClock.as_view(), name="stop-clock"),
    path("resume-clock/", decisions.ResumeClock.as_view(), name="resume-clock"),
    path("transfer/", moves.Transfer.as_view(), name="transfer"),
    path("merge/", moves.Merge.as_view(), name="merge"),
    path("code/", codes.HandOverCode.as_view(), name="code"),
    path("entries/<int:sequence>/correct/", entries.Correct.as_view(), name="correct"),
    path("entries/<int:sequence>/withhold/", entries.Withhold.as_view(), name="withhold"),
    path("entries/<int:sequence>/release/", entries.Release.as_view(), name="release"),
    path("entries/<int:sequence>/proof/", entries.EntryProof.as_view(), name="entry-proof"),
    path("people/add/", people.AddParty.as_view(), name="add-party"),
    path("people/exclude/", people.Exclude.as_view(), name="exclude"),
    path("people/excluded/<uuid:exclusion>/readmit/", people.Readmit.as_view(), name="readmit"),
    path("people/<uuid:party_id>/telling/", people.Telling.as_view(), name="telling"),
    path("people/<uuid:party_id>/", people.PartyPage.as_view(), name="party"),
    path("property/add/", things.TakeItem.as_view(), name="take-item"),
    path("property/<str:item>/move/", things.MoveItem.as_view(), name="move-item"),
    path("property/<str:item>/photos/add/", things.AddPhoto.as_view(), name="add-photo"),
]

urlpatterns = [
    path("", worklists.Home.as_view(), name="home"),
    path("units/<str:code>/<slug:name>/", worklists.Worklist.as_view(), name="worklist"),
    path("find/", worklists.Find.as_view(), name="find"),
    path("register/", register.Register.as_view(), name="register"),
    path("complaints/", complaints.Complaints.as_view(), name="complaints"),
    path("complaints/<str:reference>/", complaints.ComplaintPage.as_view(), name="complaint"),
    path("feeds/", feeds.Feeds.as_view(), name="feeds"),
    path("feeds/<slug:code>/release/", feeds.EndQuarantine.as_view(is_released=True), name="release-feed"),
    path("feeds/<slug:code>/drop/", feeds.EndQuarantine.as_view(is_released=False), name="drop-feed"),
    path("photos/<str:token>/", things.Photo.as_view(), name="photo"),
    path("cases/<str:reference>/", include(_of_one_case)),
]
