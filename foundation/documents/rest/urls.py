"""Routes of papers below ``/api/v1/documents/``."""

from __future__ import annotations

from django.urls import path

from foundation.documents.rest import revocations, verify

urlpatterns = [
    path("verify/", verify.VerifyView.as_view(), name="api-verify"),
    path("<str:number>/revocation/propose/", revocations.ProposeView.as_view(), name="api-propose-revocation"),
    path("<str:number>/revocation/confirm/", revocations.ConfirmView.as_view(), name="api-confirm-revocation"),
    path("<str:number>/revocation/drop/", revocations.DropView.as_view(), name="api-drop-revocation"),
]
