"""Addresses of the public log, below ``/log/``."""

from django.urls import path, re_path

from foundation.transparency.web import views

urlpatterns = [
    path("", views.page, name="log"),
    path("checkpoint", views.checkpoint, name="log-checkpoint"),
    path("tile/<path:place>", views.tile, name="log-tile"),
    re_path(r"^proofs/(?P<commitment>[0-9a-f]{64})$", views.proof, name="log-proof"),
    path("verify_proof.py", views.checker, name="log-checker"),
]
