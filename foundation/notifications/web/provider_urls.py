"""The addresses for providers, below ``/providers/``."""

from __future__ import annotations

from django.urls import path

from foundation.notifications.web.reports import sms_reports

urlpatterns = [path("sms/reports/", sms_reports, name="sms-reports")]
