"""``POST /api/v1/inquiries/rotate/``: a fresh code for a case, the old one dead."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.operations.hand_over_code import hand_over_code
from cases.queries import waits_for_first_code
from foundation.accounts.middleware import actor_of_request
from foundation.accounts.step_up import require_recent_authentication
from foundation.idempotency.decorators import idempotent
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.qr import inquiry_address
from foundation.rest.serializers import StrictSerializer


class RotationSerializer(StrictSerializer):
    """Which case, and why the old code has to die."""

    reference = serializers.CharField(max_length=20, help_text="The case, such as `C-7Q2M-9XKD-3F0A`.")
    reason = serializers.ChoiceField(
        choices=[(reason.value, reason.label) for reason in InquiryCode.RevokeReason], default=InquiryCode.RevokeReason.REPLACED
    )


class FreshCodeSerializer(serializers.Serializer[Any]):
    """Both secrets of the fresh code, shown this once."""

    reference = serializers.CharField()
    code = serializers.CharField()
    token = serializers.CharField()
    address = serializers.CharField(help_text="What the QR code holds.")


class RotationView(APIView):
    """For officers who may hand out codes at the case's unit, and for its parties."""

    @extend_schema(
        operation_id="rotate_a_code",
        summary="Make a fresh code; the old one stops at once",
        tags=["inquiries"],
        request=RotationSerializer,
        responses=FreshCodeSerializer,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Return the secrets of the fresh code. 404 for a case that the caller may not know of.

        Where a code was handed over before, the session has to have proved within five minutes who it is: 403 `step_up_required`.
        """
        serializer = RotationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        if not waits_for_first_code(serializer.validated_data["reference"]):
            require_recent_authentication(request._request)
        case, code, _paper = hand_over_code(
            actor=actor_of_request(request._request),
            reference=serializer.validated_data["reference"],
            reason=InquiryCode.RevokeReason(serializer.validated_data["reason"]),
            now=timezone.now(),
        )
        answer = {"reference": case.reference, "code": code.typed, "token": code.token, "address": inquiry_address(code.token)}
        return Response(FreshCodeSerializer(answer).data)
