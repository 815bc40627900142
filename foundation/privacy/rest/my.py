"""One's own data and requests for programs: the same operations and the same rights as the pages."""

from __future__ import annotations

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import Hidden
from foundation.faces.api import ResidentView
from foundation.idempotency.decorators import idempotent
from foundation.privacy.correctables import places_of
from foundation.privacy.operations.ask_correction import ask_correction, withdraw_correction
from foundation.privacy.operations.close_account import close_account
from foundation.privacy.operations.take_copy import take_copy
from foundation.privacy.permissions import own_holder
from foundation.privacy.queries import own_corrections
from foundation.privacy.rendering import document
from foundation.privacy.rest import serializers as shapes


class DataView(ResidentView):
    """All that the hall holds of the caller."""

    @extend_schema(operation_id="take_copy", summary="Take a copy of one's data", responses=shapes.CopySerializer)
    def get(self, request: Request) -> Response:
        """Return the copy, made for this answer. At most ten a day, and only shortly after signing in (`step_up_required`)."""
        require_recent_authentication(request._request)
        return Response(document(take_copy(actor=self.actor, now=self.now)))


class PlacesView(ResidentView):
    """What the caller may ask to have put right."""

    pagination_class = None

    @extend_schema(
        operation_id="list_correctable_values",
        summary="List what can be put right",
        responses=shapes.PlaceSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return every value, with the word by which to ask about it."""
        return Response(shapes.PlaceSerializer(places_of(own_holder(self.actor)), many=True).data)


class CorrectionsView(ResidentView):
    """The caller's requests."""

    pagination_class = None

    @extend_schema(
        operation_id="list_own_corrections",
        summary="List one's requests for correction",
        responses=shapes.OwnCorrectionSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return the latest hundred, the latest first."""
        return Response(shapes.OwnCorrectionSerializer(own_corrections(self.actor)[:100], many=True).data)

    @extend_schema(
        operation_id="ask_correction",
        summary="Ask for a correction",
        request=shapes.AskSerializer,
        responses={201: shapes.OwnCorrectionSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Send a request; it is answered within 15 working days."""
        serializer = shapes.AskSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        correction = ask_correction(actor=self.actor, now=self.now, **serializer.validated_data)
        return Response(shapes.OwnCorrectionSerializer(correction).data, status=201)


class CorrectionView(ResidentView):
    """One of the caller's requests."""

    @extend_schema(operation_id="read_own_correction", summary="Read a request of one's own", responses=shapes.OwnCorrectionSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Return it, with the answer once it is decided."""
        correction = own_corrections(self.actor).filter(reference=reference).first()
        if correction is None:
            raise Hidden
        return Response(shapes.OwnCorrectionSerializer(correction).data)


class WithdrawView(ResidentView):
    """Taking a request back."""

    @extend_schema(
        operation_id="withdraw_correction",
        summary="Withdraw a request of one's own",
        request=shapes.ConfirmationSerializer,
        responses=shapes.OwnCorrectionSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Withdraw it."""
        serializer = shapes.ConfirmationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(shapes.OwnCorrectionSerializer(withdraw_correction(actor=self.actor, reference=reference, now=self.now)).data)


class CloseView(ResidentView):
    """Closing one's account."""

    @extend_schema(
        operation_id="close_account",
        summary="Close one's account",
        request=shapes.ConfirmationSerializer,
        responses=shapes.ClosingSerializer,
    )
    def post(self, request: Request) -> Response:
        """Delete what can be deleted and end the session; what stays, and why, is on the page of one's data."""
        require_recent_authentication(request._request)
        serializer = shapes.ConfirmationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        closing = close_account(actor=self.actor, now=self.now)
        logout(request._request)
        return Response(shapes.ClosingSerializer(closing).data)
