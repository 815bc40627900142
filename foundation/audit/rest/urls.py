"""Routes of the logs, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from foundation.audit.rest.views import OwnAccessLog

urlpatterns = [path("my/access-log/", OwnAccessLog.as_view(), name="own-access-log")]
