"""Make a view of the API safe to repeat."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.idempotency.errors import KeyInvalid, KeyMissing
from foundation.idempotency.run_once import KeyedRequest, run_once
from foundation.idempotency.sealing import Answer
from foundation.rest.problems import describe
from foundation.rest.schema import SHORTEST_ANONYMOUS_KEY
from foundation.web.actors import ANONYMOUS, actor_label

Handler = Callable[..., HttpResponseBase]

KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag", "Content-Language")
_KEY: Final = re.compile(r"[!-~]{1,64}")


def idempotent(handler: Handler) -> Handler:
    """Let a method of an API view (``post``, or an action of a viewset) be repeated with its ``Idempotency-Key``.

    The header is demanded: 400 without it, 409 while a request with the same key runs, 422 if the key came with another
    request. A repeated request gets the first answer, byte for byte, with ``Idempotency-Replayed: true``. The view runs
    in one transaction with the key; sign-in and permission are checked anew each time, before the key is looked at.
    """

    @wraps(handler)
    def guarded(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        outcomes: list[HttpResponseBase | Exception] = []

        def run() -> Answer | None:
            outcomes.append(_outcome(handler, view, request, *args, **kwargs))
            return _answer_to_keep(outcomes[0])

        kept = run_once(request=_keyed(request), now=clock.now(), run=run)
        if kept is not None:
            return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})
        (outcome,) = outcomes
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    guarded.idempotent = True  # type: ignore[attr-defined]
    return guarded


def _keyed(request: Request) -> KeyedRequest:
    actor = actor_label(request._request)
    match = request._request.resolver_match
    route = f"{request.method} {match.route if match else request.path}"
    return KeyedRequest(actor=actor, route=route[:200], key=_key_of(request, actor), content=_content(request))


def _key_of(request: Request, actor: str) -> str:
    key = request.headers.get("Idempotency-Key")
    if not key:
        raise KeyMissing
    if not _KEY.fullmatch(key) or (actor == ANONYMOUS and len(key) < SHORTEST_ANONYMOUS_KEY):
        raise KeyInvalid
    return key


def _content(request: Request) -> bytes:
    """Return all that makes the request what it is; two bodies that mean the same are the same."""
    data = dict(request.data.lists()) if isinstance(request.data, QueryDict) else request.data
    return json.dumps([request.get_full_path(), data], sort_keys=True, default=_file_digest).encode()


def _file_digest(value: Any) -> list[str]:
    if not isinstance(value, UploadedFile):
        raise TypeError(f"A request with a {type(value).__name__} in it cannot be repeated by key.")
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name or "", digest.hexdigest()]


def _outcome(handler: Handler, view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase | Exception:
    """Return the view's answer, rendered, or the refusal it raised; a defect or an unavailable database goes on up."""
    try:
        response = handler(view, request, *args, **kwargs)
    except Exception as error:
        problem = describe(error)
        if problem is None or problem.status >= 500:
            raise
        return error
    response = view.finalize_response(request, cast(Response, response), *args, **kwargs)
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response


def _answer_to_keep(outcome: HttpResponseBase | Exception) -> Answer | None:
    if isinstance(outcome, Exception) or not 200 <= outcome.status_code < 300:
        return None
    if not isinstance(outcome, HttpResponse):
        raise TypeError("A streamed answer cannot be kept; return one with its content.")
    headers = {name: outcome[name] for name in KEPT_HEADERS if name in outcome}
    return Answer(status=outcome.status_code, headers=headers, body=outcome.content)
