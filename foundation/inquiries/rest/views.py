"""``POST /api/v1/inquiries/``."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.inquiries.operations.look_up import look_up_by_token, look_up_by_typed
from foundation.inquiries.rest.serializers import InquirySerializer, MatterSerializer, matter_document
from foundation.rest.permissions import IsPublic
from foundation.web.client_address import client_address, source_network
from foundation.web.decorators import SameOriginOnly


class InquiryView(SameOriginOnly, APIView):
    """The matter behind a code."""

    authentication_classes = ()
    permission_classes = (IsPublic,)

    @extend_schema(
        operation_id="look_up_a_code",
        summary="Look up the matter behind a code",
        tags=["inquiries"],
        auth=[],
        request=InquirySerializer,
        responses=MatterSerializer,
    )
    def post(self, request: Request) -> Response:
        """Answer the same 404 for a code that is unknown, wrong, revoked, expired or of a closed matter."""
        serializer = InquirySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        source, now = source_network(client_address(request._request)), timezone.now()
        if "token" in given:
            matter = look_up_by_token(token=given["token"], source=source, now=now)
        else:
            matter = look_up_by_typed(text=given["code"], source=source, now=now)
        return Response(matter_document(matter))
