"""The ways in for machines."""

from django.urls import path

from foundation.devices.rest.views import FeedEnrol, Heartbeat, KioskEnrol

urlpatterns = [
    path("kiosks/enrol/", KioskEnrol.as_view(), name="kiosk-enrol"),
    path("kiosks/heartbeat/", Heartbeat.as_view(), name="kiosk-heartbeat"),
    path("feeds/enrol/", FeedEnrol.as_view(), name="feed-enrol"),
]
