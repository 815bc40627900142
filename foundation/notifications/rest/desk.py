"""``/api/v1/desk/deliveries/`` and ``/api/v1/desk/unreached/``: what the desk's page shows and does."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import NotAllowed
from foundation.faces.api import OfficerView
from foundation.notifications.desk_rows import row_of_call, row_of_delivery
from foundation.notifications.models.delivery import OUTWARD
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.notifications.operations.resend import resend
from foundation.notifications.operations.settle_unreached import settle_unreached
from foundation.notifications.queries import STATES, DeliveryFilter, deliveries_for, worklist_for
from foundation.notifications.rest.serializers import (
    CallSerializer,
    DeliverySerializer,
    ReadSerializer,
    ResentSerializer,
    SettledSerializer,
    SettleSerializer,
)
from foundation.rest.pagination import CursorPages, single

LONGEST_TEXT = 80
_CHANNELS = [channel.value for channel in OUTWARD]
_PARAMETERS = [
    OpenApiParameter("channel", str, enum=_CHANNELS, description="Only this way."),
    OpenApiParameter("state", str, enum=list(STATES), description="Only what is this far."),
    OpenApiParameter("reference", {"type": "string", "maxLength": LONGEST_TEXT}, description="Only this matter."),
]


class DeskView(OfficerView):
    """A route for who looks after people's contacts somewhere."""

    def check(self) -> None:
        """Let pass who may; raise ``NotAllowed``."""
        if not self.actor.paths_for(LOOK_AFTER):
            raise NotAllowed(capability=LOOK_AFTER)


class Deliveries(DeskView):
    """What left the hall, or was to."""

    ordering = ("-created_at", "pk")
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_deliveries",
        summary="What was sent to whom",
        tags=["desk"],
        parameters=_PARAMETERS,
        responses=DeliverySerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return a page of deliveries of the caller's units, the latest first; people and addresses are masked."""
        self.check()
        given = {name: single(request, name) for name in ("channel", "state", "reference")}
        for name, known in (("channel", _CHANNELS), ("state", STATES)):
            if given[name] and given[name] not in known:
                raise ValidationError({name: [_("There is no such choice.")]}, code="invalid")
        if len(given["reference"]) > LONGEST_TEXT:
            raise ValidationError({"reference": [_("This is too long.")]}, code="invalid")
        narrowed = DeliveryFilter(channel=given["channel"], state=given["state"], text=given["reference"])
        pages = CursorPages()
        rows = pages.paginate_queryset(narrowed.of(deliveries_for(self.actor)), request, self)
        return pages.get_paginated_response(DeliverySerializer([row_of_delivery(row) for row in rows], many=True).data)


class ResendDelivery(OfficerView):
    """Sending one again."""

    @extend_schema(
        operation_id="resend_delivery",
        summary="Send a message again the same way",
        tags=["desk"],
        request=ReadSerializer,
        responses={201: ResentSerializer},
    )
    def post(self, request: Request, delivery: UUID) -> Response:
        """Send it as a message of its own. 409 while one is still under way, or where this way is not safe for the person."""
        ReadSerializer(data=request.data or {}).is_valid(raise_exception=True)
        return Response(ResentSerializer(resend(actor=self.actor, delivery_id=delivery, now=self.now)).data, status=201)


class UnreachedPeople(DeskView):
    """Whom nobody could reach."""

    ordering = ("opened_at", "pk")
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_unreached_people",
        summary="Who has to be told by the unit",
        tags=["desk"],
        responses=CallSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return a page of the worklist, who waits longest first."""
        self.check()
        pages = CursorPages()
        rows = pages.paginate_queryset(worklist_for(self.actor), request, self)
        return pages.get_paginated_response(CallSerializer([row_of_call(row) for row in rows], many=True).data)


class SettleUnreached(OfficerView):
    """Settling a line."""

    @extend_schema(
        operation_id="settle_unreached_person",
        summary="Say how somebody was told",
        tags=["desk"],
        request=SettleSerializer,
        responses=SettledSerializer,
    )
    def post(self, request: Request, unreached: UUID) -> Response:
        """Settle it, with the caller's name and the time. 409 if somebody settled it before."""
        serializer = SettleSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        how = serializer.validated_data["how"]
        return Response(SettledSerializer(settle_unreached(actor=self.actor, unreached_id=unreached, how=how, now=self.now)).data)
