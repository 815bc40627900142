"""Addresses of the overseers: alarms and the logs."""

from __future__ import annotations

from django.urls import path

from foundation.audit.web import alarms, logs

app_name = "oversight"

urlpatterns = [
    path("alarms/", alarms.Alarms.as_view(), name="alarms"),
    path("alarms/<str:reference>/", alarms.AlarmPage.as_view(), name="alarm"),
    path("audit/", logs.Logs.as_view(), name="logs"),
    path("audit/log.csv", logs.LogFile.as_view(), name="log-file"),
]
