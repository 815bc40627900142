"""``GET /api/v1/my/access-log/``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.audit.models import AccessEntry
from foundation.audit.queries import ORDERING, looks_at_own_matters, shown_looks
from foundation.faces.api import ResidentView
from foundation.rest.pagination import CursorPages


class LookSerializer(serializers.Serializer[Any]):
    """One look at a matter of the caller."""

    at = serializers.DateTimeField()
    viewer_kind = serializers.CharField(help_text="`officer`, `resident`, `receipt` or `kiosk`.")
    who = serializers.CharField(help_text="The name of an officer or a terminal; other people are not named.")
    post = serializers.CharField(help_text="An officer's post at that moment, or empty.")
    unit = serializers.CharField(help_text="The unit of that post, or empty.")
    reason = serializers.ChoiceField(choices=AccessEntry.Reason.choices)
    reason_text = serializers.CharField()
    subject_kind = serializers.CharField(help_text="`case`, `complaint` and so on.")
    reference = serializers.CharField()


class OwnAccessLog(ResidentView):
    """Who looked at the matters of a resident."""

    ordering = ORDERING
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_looks_at_own_matters",
        summary="Who looked at my matters",
        tags=["my"],
        responses=LookSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return a page of looks at all matters of the caller, the latest first: by whom, when and why."""
        pages = CursorPages()
        rows = pages.paginate_queryset(looks_at_own_matters(self.actor), request, self)
        return pages.get_paginated_response(LookSerializer(shown_looks(self.actor, rows), many=True).data)
