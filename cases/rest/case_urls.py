"""Routes of officers' cases, below ``/api/v1/cases/``. The last one takes the steps of the transition tables by their names."""

from __future__ import annotations

from django.urls import path

from cases.rest import case_actions, case_contents
from cases.rest.cases import CasesView, CaseView
from cases.rest.proofs import EntryProof

ACTIONS = {
    "news": case_actions.News,
    "correct-entry": case_actions.Correct,
    "withhold-entry": case_actions.Withhold,
    "release-entry": case_actions.Release,
    "set-publication": case_actions.Publication,
    "take": case_actions.Take,
    "extend": case_actions.Extend,
    "stop-clock": case_actions.StopClock,
    "resume-clock": case_actions.ResumeClock,
    "transfer": case_actions.Transfer,
    "merge": case_actions.Merge,
    "add-party": case_contents.AddParty,
    "remove-party": case_contents.RemoveParty,
    "take-item": case_contents.TakeItem,
    "move-item": case_contents.MoveItem,
    "answer": case_contents.Answer,
}

urlpatterns = [
    path("", CasesView.as_view(), name="api-cases"),
    path("<str:reference>/", CaseView.as_view(), name="api-case"),
    *(path(f"<str:reference>/{name}/", view.as_view(), name=f"api-case-{name}") for name, view in ACTIONS.items()),
    path("<str:reference>/progress/<int:sequence>/proof/", EntryProof.as_view(), name="api-case-proof"),
    path("<str:reference>/<slug:action>/", case_actions.Step.as_view(), name="api-case-step"),
]
