"""``POST /api/v1/documents/verify/``: whether a paper is genuine and still holds, for anybody's program."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.documents.checking import LARGEST_REQUEST, check_paper, count_check
from foundation.documents.rest.serializers import FindingSerializer, PaperSerializer
from foundation.rest.parsers import StrictJSONParser, TooLarge
from foundation.rest.permissions import IsPublic
from foundation.web.client_address import client_address, source_network
from foundation.web.decorators import SameOriginOnly


class VerifyView(SameOriginOnly, APIView):
    """The check of a paper."""

    authentication_classes = ()
    permission_classes = (IsPublic,)
    parser_classes = (StrictJSONParser, MultiPartParser)

    @extend_schema(
        operation_id="verify_a_paper",
        summary="Check whether a paper is genuine and still holds",
        tags=["documents"],
        request={"application/json": PaperSerializer, "multipart/form-data": PaperSerializer},
        responses=FindingSerializer,
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Say `genuine`, `altered`, `expired`, `revoked`, `superseded` or `unknown`, and no more than stands on the paper.

        The square can be checked without asking: see `/verify/keys.json`. 422 for a file that is no PDF.
        """
        refuse_large(request._request)
        serializer = PaperSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        now = clock.now()
        count_check(source=source_network(client_address(request._request)), now=now)
        return Response(FindingSerializer(check_paper(**serializer.validated_data, now=now)).data)


def refuse_large(request: HttpRequest) -> None:
    """Raise a 413 before a byte of a request is read that is larger than any paper, or does not say how large it is."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_REQUEST:
        raise TooLarge(_("The file is larger than 5 MB; no paper of the hall is."))
