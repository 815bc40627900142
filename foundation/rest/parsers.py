"""How the API reads a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from foundation.rest.strict_json import NotStrictJSON, loads

MAX_BODY: Final = 64 * 1024


class TooLarge(APIException):
    """The body is larger than the view takes: 413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The request is too large.")


class StrictJSONParser(BaseParser):
    """Reads strict JSON (see :mod:`foundation.rest.strict_json`).

    A view may set ``max_body`` (bytes, 64 KiB unless said) and ``accepts_list`` (else the body is one object).
    """

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the body's value; raise a 400, 413 or 415 that says what to mend."""
        context = parser_context or {}
        if _charset(media_type) not in {"", "utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type or "", detail=_("Send JSON in UTF-8."))
        body = _read(stream, limit=getattr(context.get("view"), "max_body", MAX_BODY))
        try:
            value = loads(body)
        except NotStrictJSON as error:
            raise ParseError(str(error)) from error
        accepted = (dict, list) if getattr(context.get("view"), "accepts_list", False) else (dict,)
        if not isinstance(value, accepted):
            raise ParseError(_("Send one JSON object."))
        return value


def _charset(media_type: str | None) -> str:
    for parameter in (media_type or "").lower().split(";")[1:]:
        name, _equals, value = parameter.strip().partition("=")
        if name.strip() == "charset":
            return value.strip(" \"'")
    return ""


def _read(stream: IO[bytes], *, limit: int) -> bytes:
    # One byte more than allowed is enough to know, whatever Content-Length claims.
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise TooLarge(_("The request is larger than %(limit)d bytes.") % {"limit": limit})
    return body
