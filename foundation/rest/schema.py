"""What the OpenAPI document says beyond what drf-spectacular reads from the views."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from foundation.rest.permissions import IsPublic
from foundation.rest.problems import CONTENT_TYPE
from foundation.rest.serializers import StrictSerializer

# Whoever is not signed in shares one space of keys: a short one could meet somebody else's.
SHORTEST_ANONYMOUS_KEY: Final = 16
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# The same characters that StrictSerializer refuses, and something to read, in the notation of ECMA 262.
_PRINTABLE: Final = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]"
# For a text that may be blank, which drf-spectacular describes as either an empty text or one of this pattern.
PRINTABLE: Final = f"^{_PRINTABLE}+$"
PRINTABLE_NOT_BLANK: Final = rf"^{_PRINTABLE}*[^\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]{_PRINTABLE}*$"


def idempotency_key(*, shortest: int) -> OpenApiParameter:
    """Describe the header that makes a request safe to repeat."""
    return OpenApiParameter(
        name="Idempotency-Key",
        location=OpenApiParameter.HEADER,
        required=True,
        type={"type": "string", "minLength": shortest, "maxLength": 64, "pattern": "^[!-~]+$"},
        description="A value of your own, new for each thing you want done, such as a UUID. Repeating a request with the same key "
        "returns the first answer instead of doing it again; keys are remembered for seven days.",
    )


PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Why the request was not carried out (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "trace_id"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "examples": ["Bad request"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "Stable; for programs.", "pattern": "^[a-z][a-z0-9_]*$", "examples": ["invalid_input"]},
        "detail": {"type": "string", "description": "For people, in the language asked for."},
        "trace_id": {"type": "string", "description": "Quote it when you ask for help.", "examples": ["4bf92f3577b34da6a3ce929d0e0e4736"]},
        "server_time": {"type": "string", "format": "date-time", "description": "The hall's clock, where a machine's own is off."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message", "code"],
                "properties": {
                    "field": {"type": ["string", "null"], "description": "Dotted path; null for the input as a whole."},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
_RETRY_AFTER: Final = {"description": "Seconds, with 409, 429 and 503.", "schema": {"type": "integer", "minimum": 1}}
_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "`zh-Hans` or `en`: the language of texts for people.",
    "schema": {"type": "string"},
}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session as a way to sign in."""

    target_class = "foundation.rest.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The session's cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class HallSchema(AutoSchema):
    """Names operations by their app, and says what the strict parser and serializers demand."""

    def get_tags(self) -> list[str]:
        """Return the app that the view belongs to."""
        parts = type(self.view).__module__.split(".")
        return [parts[1] if parts[0] == "foundation" and len(parts) > 1 else parts[0]]

    def get_override_parameters(self) -> list[Any]:
        """Add the Idempotency-Key where the view demands one."""
        parameters = list(super().get_override_parameters())
        handler = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        if self.method != "GET" and (getattr(handler, "idempotent", False) or getattr(self.view, "idempotent", False)):
            parameters.append(idempotency_key(shortest=SHORTEST_ANONYMOUS_KEY if self._is_public() else 1))
        return parameters

    def get_auth(self) -> list[dict[str, Any]]:
        """Say that nobody has to sign in where everybody may call."""
        ways = list(super().get_auth())
        return [{}, *ways] if self._is_public() and {} not in ways else ways

    def _is_public(self) -> bool:
        return any(isinstance(permission, IsPublic) for permission in self.view.get_permissions())

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if direction == "request" and type(field) is serializers.CharField and isinstance(schema, dict):
            schema.setdefault("pattern", PRINTABLE if field.allow_blank else PRINTABLE_NOT_BLANK)
            if not field.allow_blank:
                schema["minLength"] = max(1, field.min_length or 0)
        return schema

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema


def document_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Postprocessing hook: every operation may answer with a problem document, and speaks the language asked for."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components.setdefault("parameters", {})["AcceptLanguage"] = _LANGUAGE
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components.setdefault("responses", {})["Problem"] = {
        "description": "The request was not carried out.",
        "headers": {"Retry-After": _RETRY_AFTER},
        "content": content,
    }
    for path in result.get("paths", {}).values():
        for method in METHODS:
            if method in path:
                _document(path[method])
    return result


def _document(operation: dict[str, Any]) -> None:
    for status in ("4XX", "5XX"):
        operation["responses"].setdefault(status, {"$ref": "#/components/responses/Problem"})
    operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/AcceptLanguage"})
