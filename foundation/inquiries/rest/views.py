"""``POST /api/v1/inquiries/``."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.accounts.actors import Actor
from foundation.devices.actors import LOOK_UP, actor_of_kiosk
from foundation.devices.authentication import KioskSignature, is_signed
from foundation.devices.models import Kiosk
from foundation.errors import NotAllowed
from foundation.inquiries.operations.look_up import look_up_by_token, look_up_by_typed
from foundation.inquiries.rest.serializers import InquirySerializer, MatterSerializer, matter_document
from foundation.rest.permissions import IsPublic
from foundation.web.client_address import client_address, source_network
from foundation.web.decorators import SameOriginOnly


class InquiryView(SameOriginOnly, APIView):
    """The matter behind a code."""

    authentication_classes = (KioskSignature,)
    permission_classes = (IsPublic,)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Ask for no proof of whoever does not claim to be a terminal."""
        is_being_described = getattr(self, "swagger_fake_view", False)
        return super().get_authenticators() if is_being_described or is_signed(self.request) else []

    @extend_schema(
        operation_id="look_up_a_code",
        summary="Look up the matter behind a code",
        tags=["inquiries"],
        request=InquirySerializer,
        responses=MatterSerializer,
    )
    def post(self, request: Request) -> Response:
        """Answer the same 404 for a code that is unknown, wrong, revoked, expired or of a closed matter.

        Anybody may ask. A terminal signs as for its heart-beat, and is what stands in the log of looks.
        """
        serializer = InquirySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        terminal, source = _asker(request)
        now = timezone.now()
        if "token" in given:
            matter = look_up_by_token(token=given["token"], source=source, now=now, terminal=terminal)
        else:
            matter = look_up_by_typed(text=given["code"], source=source, now=now, terminal=terminal)
        return Response(matter_document(matter))


def _asker(request: Request) -> tuple[Actor | None, str]:
    """Return the terminal that asks, if one signed, and what wrong codes are counted by."""
    if not isinstance(request.auth, Kiosk):
        return None, source_network(client_address(request._request))
    terminal = actor_of_kiosk(request.auth)
    if not terminal.can(LOOK_UP, request.auth.place):
        raise NotAllowed(capability=LOOK_UP)
    return terminal, terminal.label
