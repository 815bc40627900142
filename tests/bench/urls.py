"""The hall's addresses and one more: a bare view with one indexed query, to measure the look-up against."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from foundation.inquiries.models import InquiryCode
from portal.urls import urlpatterns as hall


@login_not_required
def bare(request: HttpRequest, selector: str) -> HttpResponse:
    """Find one code by its indexed selector and say which matter it is of."""
    return HttpResponse(InquiryCode.objects.get(selector=selector).subject_reference)


urlpatterns = [*hall, path("bench/bare/<str:selector>/", bare)]
