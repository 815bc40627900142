"""Routes of mandates, below ``/api/v1/my/mandates/``."""

from __future__ import annotations

from django.urls import path

from foundation.mandates.rest.views import AcceptView, DeclineView, EndView, MandatesView, OfferView

urlpatterns = [
    path("", MandatesView.as_view(), name="api-my-mandates"),
    path("offer/", OfferView.as_view(), name="api-my-mandates-offer"),
    path("<str:reference>/accept/", AcceptView.as_view(), name="api-my-mandates-accept"),
    path("<str:reference>/decline/", DeclineView.as_view(), name="api-my-mandates-decline"),
    path("<str:reference>/end/", EndView.as_view(), name="api-my-mandates-end"),
]
