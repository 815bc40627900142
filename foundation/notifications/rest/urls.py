"""Routes of being told, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from foundation.notifications.rest import desk, my

urlpatterns = [
    path("my/messages/", my.Messages.as_view(), name="api-my-messages"),
    path("my/messages/<uuid:notice>/read/", my.ReadMessage.as_view(), name="api-my-messages-read"),
    path("my/preferences/", my.Preferences.as_view(), name="api-my-preferences"),
    path("desk/deliveries/", desk.Deliveries.as_view(), name="api-deliveries"),
    path("desk/deliveries/<uuid:delivery>/resend/", desk.ResendDelivery.as_view(), name="api-deliveries-resend"),
    path("desk/unreached/", desk.UnreachedPeople.as_view(), name="api-unreached"),
    path("desk/unreached/<uuid:unreached>/settle/", desk.SettleUnreached.as_view(), name="api-unreached-settle"),
]
