"""``GET /api/v1/open-data/openness/`` and ``/police-situation/``, each also as a file for a spreadsheet."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from cases.open_data.openness import Openness, openness_of
from cases.open_data.situation import Situation, SituationTable
from cases.rest.open_data_parameters import DEPTH, ORGANISATION, RANGE, read_depth, read_question
from cases.rest.serializers_open_data import OpennessSerializer, SituationSerializer
from cases.rest.spreadsheets import AlwaysTheFile, CSVRenderer
from foundation.keyset import LONGEST_CURSOR, InvalidCursor, Page
from foundation.rest.pagination import CursorPages, page_size, single
from foundation.rest.permissions import IsPublic
from foundation.web.public import kept_by_anyone

FRESH_FOR = 60


class RowPages(CursorPages):
    """Pages of rows that were computed and not read from a table; each row has a ``key`` in whose order they stand."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows behind the one that ``cursor`` names, whether that one is still there or not."""
        self.request = request
        after = _key(single(request, "cursor"))
        rows = [row for row in queryset if row.key > after]
        size = page_size(request)
        following = base64.urlsafe_b64encode(rows[size - 1].key.encode()).decode() if len(rows) > size else None
        self.page = Page(items=rows[:size], next=following, previous=None)
        return self.page.items


def _key(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True).decode() if len(cursor) <= LONGEST_CURSOR else _invalid()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidCursor from error


def _invalid() -> str:
    raise InvalidCursor


@method_decorator(kept_by_anyone(seconds=FRESH_FOR), name="dispatch")
class OpenData(APIView):
    """Anybody may read it, no session is looked at, and it may be kept for a minute by anyone."""

    authentication_classes = ()
    permission_classes = (IsPublic,)
    serializer: ClassVar[type[Serializer[Any]]]

    def rows(self, request: Request) -> Sequence[Openness] | Sequence[Situation]:
        """Return what was asked for, in the order of the keys."""
        raise NotImplementedError


class OpennessRows(OpenData):
    """The rows of the openness rate."""

    serializer = OpennessSerializer

    def rows(self, request: Request) -> Sequence[Openness]:
        """Four queries at most, however many rows."""
        now, depth = timezone.now(), read_depth(request)
        question = read_question(request, now=now)
        table = openness_of(question.places, months=question.months, now=now)
        found = [row for place, months in question.by_place() for row in table.rows(place.organisation, depth=depth, months=months)]
        return sorted(found, key=lambda row: row.key)


class SituationRows(OpenData):
    """The rows of cases by category."""

    serializer = SituationSerializer

    def rows(self, request: Request) -> Sequence[Situation]:
        """Six queries at most, however many rows."""
        now = timezone.now()
        question = read_question(request, now=now)
        return SituationTable(question.places, months=question.months, now=now).rows()


class ListRows(OpenData):
    """Rows as JSON, page by page."""

    pagination_class = RowPages

    def answer(self, request: Request) -> Response:
        """Return one page."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(self.rows(request), request, self)
        return pages.get_paginated_response(self.serializer(page, many=True).data)


class FileOfRows(OpenData):
    """All rows as CSV; the address of a file takes whatever ``Accept`` a browser or a program sends."""

    renderer_classes = (CSVRenderer,)
    content_negotiation_class = AlwaysTheFile
    file_name: ClassVar[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the file's first line."""
        return tuple(self.serializer().fields)

    def answer(self, request: Request) -> Response:
        """Return the file."""
        headers = {"Content-Disposition": f'attachment; filename="{self.file_name}"'}
        return Response(self.serializer(self.rows(request), many=True).data, headers=headers)


class OpennessList(ListRows, OpennessRows):
    """The openness rate as JSON."""

    @extend_schema(
        operation_id="list_openness",
        summary="Openness rate by organisation and month",
        tags=["open data"],
        auth=[],
        parameters=[ORGANISATION, *RANGE, DEPTH],
        responses=OpennessSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Cases open to inquiry out of all cases, month by month. Live; closed cases are withheld where they are too few."""
        return self.answer(request)


class OpennessFile(FileOfRows, OpennessRows):
    """The openness rate as CSV."""

    file_name = "openness.csv"

    @extend_schema(
        operation_id="download_openness",
        summary="Openness rate as CSV",
        tags=["open data"],
        auth=[],
        parameters=[ORGANISATION, *RANGE, DEPTH],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        """The same rows in one file, UTF-8 with a byte order mark; the columns are the fields of the JSON in the same order."""
        return self.answer(request)


class SituationList(ListRows, SituationRows):
    """Cases by category as JSON."""

    @extend_schema(
        operation_id="list_police_situation",
        summary="Cases by category and month",
        tags=["open data"],
        auth=[],
        parameters=[ORGANISATION, *RANGE],
        responses=SituationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Cases by category, beside the month before and the same month of the year before."""
        return self.answer(request)


class SituationFile(FileOfRows, SituationRows):
    """Cases by category as CSV."""

    file_name = "police-situation.csv"

    @extend_schema(
        operation_id="download_police_situation",
        summary="Cases by category as CSV",
        tags=["open data"],
        auth=[],
        parameters=[ORGANISATION, *RANGE],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        """The same rows in one file, UTF-8 with a byte order mark; the columns are the fields of the JSON in the same order."""
        return self.answer(request)
