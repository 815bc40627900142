"""Problem documents (RFC 9457): the one shape in which the API says no.

``code`` is stable and for programs, ``detail`` is for people and in their language, ``errors`` names the fields at
fault, ``trace_id`` is what a person quotes when they ask for help. See docs/decisions/0006-problem-documents.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any, Final

import structlog
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.settings import api_settings

from foundation.denials import Denial, denial_in, mark
from foundation.errors import DomainError, NotAllowed, NotFound, Text, Unavailable
from foundation.trace import current_trace_id

log = structlog.get_logger("hall.rest")

CONTENT_TYPE: Final = "application/problem+json"
API_PREFIX: Final = "/api/"
CHALLENGE: Final = 'Session realm="hall"'

TITLES: Final[Mapping[int, Text]] = {
    400: _("Bad request"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Not acceptable"),
    409: _("Conflict"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    422: _("Refused by a rule"),
    429: _("Too many requests"),
    500: _("Something went wrong"),
    503: _("Unavailable just now"),
}
# One code for one thing, whichever library found it.
_CODES: Final = {
    "permission_denied": NotAllowed.code,
    "throttled": "too_many_requests",
    "parse_error": "malformed",
    "error": "server_error",
}


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """What is wrong with one field; ``field`` is a dotted path, or None for the input as a whole."""

    field: str | None
    message: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A refusal, before it is written in a language."""

    status: int
    code: str
    detail: Text
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    is_uniform: bool = False
    denial: Denial | None = None
    server_time: str | None = None


def is_api(request: HttpRequest) -> bool:
    """Whether the request is one to the API, which answers in problem documents."""
    return request.path_info.startswith(API_PREFIX)


def problem_response(problem: Problem) -> JsonResponse:
    """Return the problem as a document, in the language of the request."""
    document: dict[str, Any] = {
        # No page describes each code, so the type is the one RFC 9457 (4.2.1) keeps for "see the status".
        "type": "about:blank",
        "title": str(TITLES.get(problem.status, TITLES[500 if problem.status >= 500 else 400])),
        "status": problem.status,
        "code": problem.code,
        "detail": str(problem.detail),
        "trace_id": "" if problem.is_uniform else current_trace_id(),
    }
    if problem.server_time:
        document["server_time"] = problem.server_time
    if problem.errors:
        document["errors"] = [{"field": each.field, "message": each.message, "code": each.code} for each in problem.errors]
    response = JsonResponse(
        document, status=problem.status, content_type=CONTENT_TYPE, headers=dict(problem.headers), json_dumps_params={"ensure_ascii": False}
    )
    response.is_uniform = problem.is_uniform  # type: ignore[attr-defined]
    # What Django REST framework refuses by itself has a code of its own, which says more than the status.
    denied = problem.denial or (Denial(code=problem.code) if problem.status in {401, 403} else None)
    return mark(response, denied)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """Django REST framework's hook: answer what is known; let a defect go on to the log and the 500 handler."""
    problem = describe(error)
    if problem is not None and isinstance(error, OperationalError | InterfaceError):
        log.exception("database.unavailable", exc_info=error)
    return None if problem is None else problem_response(problem)


@singledispatch
def describe(error: Exception) -> Problem | None:
    """Return the problem that an exception stands for, or None if it is a defect of the hall."""
    return None


@describe.register
def _domain_error(error: DomainError) -> Problem:
    headers = {}
    if (retry_after := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = getattr(error, "challenge", CHALLENGE)
    errors = (FieldError(field=error.field, message=str(error.message), code=error.code),) if error.field else ()
    return Problem(
        status=error.status,
        code=error.code,
        detail=error.message,
        errors=errors,
        headers=headers,
        is_uniform=error.is_uniform,
        denial=denial_in(error),
        server_time=getattr(error, "server_time", None),
    )


@describe.register
def _missing(error: Http404) -> Problem:
    return Problem(status=404, code=NotFound.code, detail=NotFound.message)


@describe.register
def _forbidden(error: PermissionDenied) -> Problem:
    return Problem(status=403, code=NotAllowed.code, detail=NotAllowed.message)


@describe.register
def _api_error(error: exceptions.APIException) -> Problem:
    code = str(getattr(error.detail, "code", error.default_code))
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    return Problem(status=error.status_code, code=_CODES.get(code, code), detail=str(error.detail), headers=headers)


@describe.register
def _input_error(error: exceptions.ValidationError) -> Problem:
    return _invalid_input(tuple(_flatten(error.detail)))


@describe.register
def _model_error(error: DjangoValidationError) -> Problem:
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return _invalid_input(
        tuple(
            FieldError(field=None if name == NON_FIELD_ERRORS else name, message=" ".join(each.messages), code=each.code or "invalid")
            for name, found in by_field.items()
            for each in found
        )
    )


@describe.register(BadRequest)
@describe.register(SuspiciousOperation)
@describe.register(UnreadablePostError)
def _misunderstood(error: Exception) -> Problem:
    return Problem(status=400, code="malformed", detail=_("The request cannot be understood."))


@describe.register
def _too_big(error: RequestDataTooBig) -> Problem:
    return Problem(status=413, code="too_large", detail=_("The request is too large."))


@describe.register(OperationalError)
@describe.register(InterfaceError)
def _database_away(error: Exception) -> Problem:
    """A database that is away, restarting or out of patience: nothing was done, trying later is safe."""
    return describe(Unavailable())  # type: ignore[return-value]


def _invalid_input(errors: tuple[FieldError, ...]) -> Problem:
    return Problem(status=400, code="invalid_input", detail=_("Some of the input is not right."), errors=errors)


def _flatten(detail: Any, path: tuple[str, ...] = ()) -> Iterator[FieldError]:
    """Walk the nested errors of serializers: ``{"parties": [{}, {"name": [..]}]}`` becomes ``parties.1.name``."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flatten(inner, path if is_whole else (*path, str(name)))
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            is_leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from _flatten(inner, path if is_leaf else (*path, str(position)))
    else:
        yield FieldError(field=".".join(path) or None, message=str(detail), code=str(getattr(detail, "code", "invalid")))
