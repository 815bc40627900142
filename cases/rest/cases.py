"""The officers' side of cases for programs: the same operations and the same rights as the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from cases.masked_parts import messages_of, parties_of, steps_of
from cases.models import Case, Category
from cases.operations.look_at_case import look_at_case
from cases.operations.register_report import NewParty, register_report
from cases.queries import ORDER, WORKLISTS, case_for_reading, deadline_of, timeline, worklist
from cases.rest.serializers_cases import (
    CaseEntrySerializer,
    CaseRowSerializer,
    CaseSerializer,
    ItemSerializer,
    LegalDeadlineSerializer,
    MessageSerializer,
    PartySerializer,
)
from cases.rest.serializers_reports import ReportSerializer
from foundation.errors import RuleViolated
from foundation.faces.api import OfficerView
from foundation.idempotency.decorators import idempotent
from foundation.organisations.models import Organisation
from foundation.organisations.queries import organisation_by_code
from foundation.rest.pagination import CursorPages

_PARAMETERS = [
    OpenApiParameter("unit", str, required=True, description="The code of a unit at which the caller may read cases."),
    OpenApiParameter("list", str, enum=list(WORKLISTS), default="new", description="Which worklist."),
]


class CasesOfficerView(OfficerView):
    """A route for officers that can answer with a case."""

    def row(self, reference: str) -> dict[str, Any]:
        """Return a case as it is now, in the shape of a worklist."""
        return CaseRowSerializer(case_for_reading(actor=self.actor, reference=reference)).data


class CasesView(CasesOfficerView):
    """Worklists, and registering a report."""

    ordering: tuple[str, ...] = ORDER["new"]
    pagination_class = CursorPages

    @extend_schema(
        operation_id="list_cases",
        summary="List a unit's cases",
        parameters=_PARAMETERS,
        responses=CaseRowSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Return a page of a worklist, worst first."""
        unit, name = self._unit(request), request.query_params.get("list") or "new"
        if name not in WORKLISTS:
            raise ValidationError({"list": [_("There is no such list.")]}, code="invalid")
        self.ordering = ORDER[name]
        pages = CursorPages()
        cases = worklist(actor=self.actor, unit=unit, name=name, now=self.now).select_related("merged_into")
        rows = pages.paginate_queryset(cases, request, self)
        return pages.get_paginated_response(CaseRowSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="register_report", summary="Register a report", request=ReportSerializer, responses={201: CaseRowSerializer}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Enter a report. The inquiry code is handed out by `POST /inquiries/rotate/`."""
        serializer = ReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        case = register_report(
            actor=self.actor,
            now=self.now,
            unit=organisation_by_code(code=given.pop("unit")),
            category=_category(given.pop("category")),
            parties=[NewParty(**party) for party in given.pop("parties")],
            **given,
        )
        location = reverse("api-case", args=(case.reference,), request=request)
        return Response(self.row(case.reference), status=201, headers={"Location": location})

    def _unit(self, request: Request) -> Organisation:
        code = request.query_params.get("unit")
        if not code:
            raise ValidationError({"unit": [_("Name the unit by its code.")]}, code="required")
        return organisation_by_code(code=code)


def _category(code: str) -> Category:
    found = Category.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise RuleViolated(_("There is no such category."), code="category_unknown", field="category")
    return found


class CaseView(CasesOfficerView):
    """One case."""

    @extend_schema(operation_id="read_case", summary="Read a case", responses=CaseSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Return a case with its timeline. The look is recorded, and the people concerned can see it."""
        return Response(case_document(look_at_case(actor=self.actor, reference=reference, now=self.now)))


def case_document(case: Case) -> dict[str, Any]:
    """Return a case as ``CaseSerializer`` describes it."""
    entries = timeline(case)
    deadline = deadline_of(case, entries)
    return {
        **CaseRowSerializer(case).data,
        "deadline": LegalDeadlineSerializer(deadline).data if deadline else None,
        "progress": CaseEntrySerializer(reversed(steps_of(entries)), many=True).data,
        "parties": PartySerializer(parties_of(case), many=True).data,
        "property": ItemSerializer(case.property_items.order_by("taken_at", "reference"), many=True).data,
        "messages": MessageSerializer(messages_of(case), many=True).data,
        "complaints": case.complaints.count(),
    }
