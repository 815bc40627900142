"""``/api/v1/my/mandates/``: whom the caller acts for, who acts for them, and the offers between them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import DomainError
from foundation.faces.api import ResidentView
from foundation.mandates.models import Delegation
from foundation.mandates.operations.answer_offer import accept_offer, decline_offer
from foundation.mandates.operations.end_mandate import end_delegation
from foundation.mandates.operations.enter_person import Named
from foundation.mandates.operations.offer_delegation import Offer, offer_delegation
from foundation.mandates.rest.serializers import MandateDeedSerializer, MandateSerializer, OfferSerializer
from foundation.mandates.shown import people_of, person_of, shown

# The API calls the fields by what they are; the operation, which pages use too, by whose they are.
_FIELDS = {"agent_name": "name", "agent_id_number": "id_number", "until_on": "until"}
_LIST = inline_serializer("Mandates", {"results": MandateSerializer(many=True), "next": serializers.CharField(allow_null=True)})


class DelegationView(ResidentView):
    """A route that can answer with a delegation as the caller sees it."""

    def document(self, row: Delegation) -> dict[str, Any]:
        """Return a delegation as the caller sees it."""
        return MandateSerializer(shown(row, person_of(self.actor), now=self.now)).data


class MandatesView(DelegationView):
    """Both directions in one list."""

    @extend_schema(operation_id="list_my_mandates", summary="Whom I act for, and who acts for me", tags=["my"], responses=_LIST)
    def get(self, request: Request) -> Response:
        """Return all of them, the latest first; what is over for a year. The list is short and has no pages."""
        people = people_of(self.actor, now=self.now)
        return Response({"results": MandateSerializer(people, many=True).data, "next": None})


class OfferView(DelegationView):
    """Asking somebody to act for oneself."""

    @extend_schema(
        operation_id="offer_a_delegation",
        summary="Ask somebody to act for me",
        tags=["my"],
        request=OfferSerializer,
        responses={201: MandateSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make the offer; it waits for thirty days. Repeating it is refused with 409: there is one offer to a person at a time.

        403 with `step_up_required` for who did not prove who they are within five minutes.
        """
        require_recent_authentication(request._request)
        serializer = OfferSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        agent = Named(part="agent", name=given["name"], id_number=given["id_number"])
        offer = Offer(agent=agent, scopes=given["scopes"], until_on=given["until"], matter=given["matter"])
        try:
            made = offer_delegation(actor=self.actor, offer=offer, now=self.now)
        except DomainError as error:
            error.field = _FIELDS.get(error.field or "", error.field)
            raise
        return Response(self.document(made), status=201)


class _Press(DelegationView):
    """One deed on a delegation."""

    @abstractmethod
    def act(self, reference: str) -> Delegation:
        """Make the one call."""

    def carry_out(self, request: Request, reference: str) -> Response:
        """Do it and answer with the delegation as it is then."""
        MandateDeedSerializer(data=request.data or {}).is_valid(raise_exception=True)
        self.act(reference)
        row = Delegation.objects.select_related("principal", "agent").get(reference=reference)
        return Response(self.document(row))


class AcceptView(_Press):
    """Accepting."""

    @extend_schema(
        operation_id="accept_a_delegation",
        summary="Act for the other from now on",
        tags=["my"],
        request=MandateDeedSerializer,
        responses=MandateSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Accept an offer."""
        return self.carry_out(request, reference)

    def act(self, reference: str) -> Delegation:
        """Accept it."""
        return accept_offer(actor=self.actor, reference=reference, now=self.now)


class DeclineView(_Press):
    """Declining."""

    @extend_schema(
        operation_id="decline_a_delegation",
        summary="Not act for the other",
        tags=["my"],
        request=MandateDeedSerializer,
        responses=MandateSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Decline an offer."""
        return self.carry_out(request, reference)

    def act(self, reference: str) -> Delegation:
        """Decline it."""
        return decline_offer(actor=self.actor, reference=reference, now=self.now)


class EndView(_Press):
    """Ending."""

    @extend_schema(
        operation_id="end_a_delegation",
        summary="End it, from either side",
        tags=["my"],
        request=MandateDeedSerializer,
        responses=MandateSerializer,
    )
    def post(self, request: Request, reference: str) -> Response:
        """End a delegation, or withdraw an offer. It acts at the next request."""
        return self.carry_out(request, reference)

    def act(self, reference: str) -> Delegation:
        """End it."""
        return end_delegation(actor=self.actor, reference=reference, now=self.now)
