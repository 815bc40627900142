"""Addresses of the desk pages on machines. The list of feeds stands with cases, which know what each has sent."""

from __future__ import annotations

from django.urls import URLPattern, path

from foundation.devices.families import FEEDS, KIOSKS, Family
from foundation.devices.web.views import kiosks, machines, registration

app_name = "devices"


def _of_one(family: Family, prefix: str) -> list[URLPattern]:
    """Return the addresses of one machine; they are the same for both kinds."""
    name = family.kind
    return [
        path(f"{prefix}/", machines.MachinePage.as_view(family=family), name=name),
        path(f"{prefix}/code/", machines.EnrolmentCodePage.as_view(family=family), name=f"{name}-code"),
        *(
            path(f"{prefix}/{action}/", machines.ChangeState.as_view(family=family, action=action), name=f"{name}-{action}")
            for action in machines.DEEDS
        ),
    ]


urlpatterns = [
    path("kiosks/", kiosks.Kiosks.as_view(), name="kiosks"),
    path("kiosks/register/", registration.RegisterKiosk.as_view(), name="register-kiosk"),
    path("kiosks/<str:reference>/move/", kiosks.Move.as_view(), name="move-kiosk"),
    path("kiosks/<str:reference>/notice/", kiosks.Notice.as_view(), name="kiosk-notice"),
    *_of_one(KIOSKS, "kiosks/<str:reference>"),
    path("feeds/register/", registration.RegisterFeed.as_view(), name="register-feed"),
    *_of_one(FEEDS, "feeds/<slug:reference>"),
]
