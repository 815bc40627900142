"""Routes of personal data below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from foundation.privacy.rest import desk, my

urlpatterns = [
    path("my/data/", my.DataView.as_view(), name="api-my-data"),
    path("my/account/close/", my.CloseView.as_view(), name="api-my-account-close"),
    path("my/corrections/", my.CorrectionsView.as_view(), name="api-my-corrections"),
    path("my/corrections/places/", my.PlacesView.as_view(), name="api-my-correctable"),
    path("my/corrections/<str:reference>/", my.CorrectionView.as_view(), name="api-my-correction"),
    path("my/corrections/<str:reference>/withdraw/", my.WithdrawView.as_view(), name="api-my-correction-withdraw"),
    path("desk/corrections/", desk.CorrectionsView.as_view(), name="api-corrections"),
    path("desk/corrections/<str:reference>/", desk.CorrectionView.as_view(), name="api-correction"),
    path("desk/corrections/<str:reference>/propose/", desk.ProposeView.as_view(), name="api-correction-propose"),
    path("desk/corrections/<str:reference>/approve/", desk.ApproveView.as_view(), name="api-correction-approve"),
    path("desk/corrections/<str:reference>/return/", desk.ReturnView.as_view(), name="api-correction-return"),
]
