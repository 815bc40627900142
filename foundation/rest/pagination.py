"""Lists of the API: ``{"results": [...], "next": url or null}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from foundation.keyset import LONGEST_CURSOR, Page, keyset_page

if TYPE_CHECKING:  # the views import this module while they are being imported
    from rest_framework.views import APIView

DEFAULT_SIZE: Final = 20
LARGEST_SIZE: Final = 100


class CursorPages(BasePagination):
    """Pages by cursor. The view names its order: ``ordering = ("-reported_at", "reference")``, the last one unique."""

    page: Page[Any]
    request: Request

    def paginate_queryset(self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the page that ``cursor`` and ``page_size`` ask for, at the cost of one query."""
        ordering: Sequence[str] | None = getattr(view, "ordering", None)
        if not ordering or isinstance(ordering, str):
            raise ImproperlyConfigured(f"{type(view).__name__} needs a tuple `ordering` that ends with a unique field.")
        if not isinstance(queryset, QuerySet):
            raise ImproperlyConfigured(f"{type(view).__name__} must list a QuerySet.")
        self.request = request
        self.page = keyset_page(query=queryset, ordering=ordering, size=page_size(request), cursor=single(request, "cursor") or None)
        return self.page.items

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap the rows; ``next`` is the address of the next page."""
        url = self.request.build_absolute_uri()
        following = replace_query_param(url, "cursor", self.page.next) if self.page.next else None
        return Response({"results": data, "next": following})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the wrapped rows."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": {"type": ["string", "null"], "format": "uri"}},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the two parameters."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}
        cursor = {"type": "string", "maxLength": LONGEST_CURSOR}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": cursor, "description": "From `next` of the page before."},
            {"name": "page_size", "in": "query", "required": False, "schema": size, "description": "Rows a page."},
        ]


def single(request: Request, name: str) -> str:
    """Return a parameter that is given at most once: two of them would be read differently on the way here."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise ValidationError({name: [_("Give this once.")]}, code="repeated")
    return values[0] if values else ""


def page_size(request: Request) -> int:
    """Return how many rows a page is asked to have."""
    text = single(request, "page_size") or str(DEFAULT_SIZE)
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST_SIZE:
        return int(text)
    message = _("Must be a whole number from 1 to %(largest)d.") % {"largest": LARGEST_SIZE}
    raise ValidationError({"page_size": [message]}, code="invalid")
