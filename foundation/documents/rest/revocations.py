"""Taking papers back, for programs of the desk: the same operations and the same rights as the pages."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts.step_up import require_recent_authentication
from foundation.documents.models import Revocation
from foundation.documents.operations.revoke_document import confirm_revocation, drop_revocation, propose_revocation
from foundation.documents.rest.serializers import GroundSerializer, RevocationSerializer, RevocationWordSerializer
from foundation.faces.api import OfficerView
from foundation.idempotency.decorators import idempotent


class ProposeView(OfficerView):
    """One officer's proposal."""

    @extend_schema(
        operation_id="propose_revocation",
        summary="Propose to take a paper back",
        tags=["documents"],
        request=GroundSerializer,
        responses=RevocationSerializer,
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Propose it, shortly after a second factor (`step_up_required`); the paper holds until another officer confirms."""
        require_recent_authentication(request._request)
        serializer = GroundSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        ground = Revocation.Ground(serializer.validated_data["ground"])
        return Response(RevocationSerializer(propose_revocation(actor=self.actor, number=number, ground=ground, now=self.now)).data)


class ConfirmView(OfficerView):
    """Another officer's word."""

    @extend_schema(
        operation_id="confirm_revocation",
        summary="Take a paper back that another officer proposed to",
        tags=["documents"],
        request=RevocationWordSerializer,
        responses=RevocationSerializer,
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Confirm it, shortly after a second factor (`step_up_required`). It cannot be undone. 403 `same_officer` for who proposed it."""
        require_recent_authentication(request._request)
        RevocationWordSerializer(data=request.data).is_valid(raise_exception=True)
        return Response(RevocationSerializer(confirm_revocation(actor=self.actor, number=number, now=self.now)).data)


class DropView(OfficerView):
    """Putting a proposal aside."""

    @extend_schema(
        operation_id="drop_revocation",
        summary="Put a proposal aside",
        tags=["documents"],
        request=RevocationWordSerializer,
        responses={204: None},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Put it aside, shortly after a second factor (`step_up_required`); the paper holds as before."""
        require_recent_authentication(request._request)
        RevocationWordSerializer(data=request.data).is_valid(raise_exception=True)
        drop_revocation(actor=self.actor, number=number, now=self.now)
        return Response(status=204)
