"""``/api/v1/my/messages/`` and ``/api/v1/my/preferences/``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.faces.api import ResidentView
from foundation.notifications.models import Refusal
from foundation.notifications.operations.read_notices import read_notice
from foundation.notifications.operations.set_wishes import Wishes, set_wishes
from foundation.notifications.owners import person_of
from foundation.notifications.preferences import wish_of
from foundation.notifications.queries import ORDER, own_notices
from foundation.notifications.rest.serializers import NoticeSerializer, ReadSerializer, WishesSerializer
from foundation.notifications.shown import shown_notice
from foundation.rest.pagination import CursorPages


class Messages(ResidentView):
    """What a resident was told."""

    ordering = ORDER
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_my_messages", summary="What I was told", tags=["my"], responses=NoticeSerializer(many=True), filters=False
    )
    def get(self, request: Request) -> Response:
        """Return a page of messages, the latest first. Listing marks nothing as read."""
        pages = CursorPages()
        rows = pages.paginate_queryset(own_notices(self.actor), request, self)
        return pages.get_paginated_response(NoticeSerializer([shown_notice(row) for row in rows], many=True).data)


class ReadMessage(ResidentView):
    """Reading one."""

    @extend_schema(
        operation_id="read_my_message", summary="Mark a message as read", tags=["my"], request=ReadSerializer, responses=NoticeSerializer
    )
    def post(self, request: Request, notice: UUID) -> Response:
        """Mark it as read, and return it. Reading again changes nothing."""
        ReadSerializer(data=request.data or {}).is_valid(raise_exception=True)
        return Response(NoticeSerializer(shown_notice(read_notice(actor=self.actor, notice_id=notice, now=self.now))).data)


class Preferences(ResidentView):
    """How a resident wishes to be told."""

    @extend_schema(operation_id="get_my_preferences", summary="How I am told", tags=["my"], responses=WishesSerializer)
    def get(self, request: Request) -> Response:
        """Return what holds."""
        return Response(self._document())

    @extend_schema(
        operation_id="set_my_preferences", summary="Choose how I am told", tags=["my"], request=WishesSerializer, responses=WishesSerializer
    )
    def put(self, request: Request) -> Response:
        """Keep everything at once, in the place of what was."""
        serializer = WishesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        refused = frozenset((each["event"], each["channel"]) for each in given.pop("refused"))
        set_wishes(actor=self.actor, wishes=Wishes(**given, refused=refused), now=self.now)
        return Response(self._document())

    def _document(self) -> dict[str, Any]:
        person = person_of(self.actor)
        refused = Refusal.objects.filter(person=person).order_by("event", "channel").values("event", "channel")
        wish = wish_of(person)
        kept = {name: getattr(wish, name) for name in ("language", "first_channel", "quiet_from", "quiet_until")}
        return WishesSerializer({**kept, "refused": list(refused)}).data
