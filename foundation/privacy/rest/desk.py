"""The desk's side of requests for correction, for programs: the same operations and the same rights as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import NotAllowed
from foundation.faces.api import OfficerView
from foundation.privacy.models import Correction
from foundation.privacy.operations.decide_correction import approve_proposal, look_at_correction, propose_decision, return_proposal
from foundation.privacy.permissions import DECIDE, REVIEW
from foundation.privacy.queries import ORDER, corrections_for
from foundation.privacy.rest import serializers as shapes
from foundation.rest.pagination import CursorPages
from foundation.rest.serializers import StrictSerializer


class CorrectionsView(OfficerView):
    """The worklist."""

    ordering: tuple[str, ...] = ORDER
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_corrections",
        summary="List requests for correction",
        responses=shapes.CorrectionRowSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return what the caller examines or decides, the most urgent first."""
        if not (self.actor.paths_for(REVIEW) or self.actor.paths_for(DECIDE)):
            raise NotAllowed(capability=REVIEW)
        pages = CursorPages()
        rows = pages.paginate_queryset(corrections_for(self.actor), request, self)
        return pages.get_paginated_response(shapes.CorrectionRowSerializer(rows, many=True).data)


class CorrectionView(OfficerView):
    """One request."""

    @extend_schema(operation_id="read_correction", summary="Read a request for correction", responses=shapes.CorrectionSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Return it; the look is recorded."""
        return Response(shapes.CorrectionSerializer(look_at_correction(actor=self.actor, reference=reference, now=self.now)).data)


class _Action(OfficerView):
    """A route that does one thing to a request and answers with the request as it is then."""

    takes: ClassVar[type[StrictSerializer]] = shapes.ConfirmationSerializer
    asks_who_it_is = True

    def act(self, reference: str, given: Mapping[str, Any]) -> Correction:
        """Make the one call."""
        raise NotImplementedError

    def carry_out(self, request: Request, reference: str) -> Response:
        """Do it."""
        if self.asks_who_it_is:
            require_recent_authentication(request._request)
        serializer = self.takes(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(shapes.CorrectionSerializer(self.act(reference, serializer.validated_data)).data)


class ProposeView(_Action):
    """What a reviewer sends."""

    takes = shapes.ProposalSerializer
    asks_who_it_is = False

    @extend_schema(
        operation_id="propose_correction",
        summary="Propose a decision",
        request=shapes.ProposalSerializer,
        responses=shapes.CorrectionSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Propose to put it right or to refuse; another officer decides."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> Correction:
        """Propose."""
        return propose_decision(actor=self.actor, reference=reference, now=self.now, **given)


class ApproveView(_Action):
    """What an approver sends."""

    @extend_schema(
        operation_id="approve_correction",
        summary="Decide as proposed",
        request=shapes.ConfirmationSerializer,
        responses=shapes.CorrectionSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Decide as another officer proposed, shortly after a second factor (`step_up_required`)."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> Correction:
        """Decide."""
        return approve_proposal(actor=self.actor, reference=reference, now=self.now)


class ReturnView(_Action):
    """What an approver sends back."""

    takes = shapes.ReturnSerializer

    @extend_schema(
        operation_id="return_correction",
        summary="Hand a proposal back",
        request=shapes.ReturnSerializer,
        responses=shapes.CorrectionSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Hand it back to the reviewers with the reason."""
        return self.carry_out(request, reference)

    def act(self, reference: str, given: Mapping[str, Any]) -> Correction:
        """Hand it back."""
        return return_proposal(actor=self.actor, reference=reference, now=self.now, **given)
