"""What stands around every request for the logs: where it comes from, and that it was refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from foundation import clock
from foundation.accounts.models import User
from foundation.audit.log import Who
from foundation.audit.models import Channel
from foundation.audit.operations.record_denial import Nobody, Target, record_denial
from foundation.audit.source import Source, forget_source, set_source
from foundation.audit.subjects import kind_of_reference
from foundation.denials import Denial, denial_of
from foundation.rest.problems import is_api
from foundation.web.client_address import client_address, source_network

GetResponse = Callable[[HttpRequest], HttpResponseBase]

log = structlog.get_logger("hall.audit")

# Only what has the shape of a reference of the hall is written down: a path may hold whatever somebody typed into it.
_REFERENCE: Final = re.compile(r"[A-Z]{1,3}(-[0-9A-HJKMNP-TV-Z]{4}){3}")
_NAMES_A_SUBJECT: Final = ("item", "reference")
BUREAU_DIGITS: Final = 6
_STEP_UP: Final = ("account_reauthenticate", "mfa_reauthenticate")


class AuditMiddleware:
    """Tells operations their source, and writes one audit row for each request that was refused.

    It stands outside everything that may refuse, so it sees what the person is answered: by then the refused work is rolled back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; look at the answer."""
        token = set_source(Source(channel=_channel(request), address=client_address(request)))
        try:
            response = self.get_response(request)
            denial = getattr(request, "denial", None) or denial_of(response) or _step_up(request, response)
            if denial is not None:
                _write(request, response, denial)
        finally:
            forget_source(token)
        return response


def _channel(request: HttpRequest) -> Channel:
    if is_api(request):
        return Channel.API
    path = request.path_info
    if path.startswith("/desk/"):
        return Channel.DESK
    return Channel.OWN if path.startswith("/my/") else Channel.PAGE


def _step_up(request: HttpRequest, response: HttpResponseBase) -> Denial | None:
    """Whoever is sent to show a password or a second factor again was refused for the moment, whichever library sends them."""
    if response.status_code != 302 or _view_name(request.resolver_match) in _STEP_UP:
        return None
    try:
        leads_to = _view_name(resolve(urlsplit(response["Location"]).path))
    except Resolver404:
        return None
    return Denial(code="step_up_required") if leads_to in _STEP_UP else None


def _view_name(match: ResolverMatch | None) -> str:
    return match.view_name or "" if match else ""


def _write(request: HttpRequest, response: HttpResponseBase, denial: Denial) -> None:
    """Write the row. If the database is away the person is refused all the same, and the log of the machine says so."""
    network = source_network(client_address(request))
    try:
        who = _who(request)
        record_denial(actor=who, denial=denial, target=_target(request, response, who), network=network, now=clock.now())
    except (DatabaseError, InterfaceError) as error:
        log.exception("audit.denial_not_written", code=denial.code, status=response.status_code, exc_info=error)


def _who(request: HttpRequest) -> Who:
    """Return who was refused: the actor that an edge found, the person of the session, or nobody."""
    actor: Who | None = getattr(request, "actor", None)
    if actor is not None:
        return actor
    # Django REST framework puts nobody in the place of a person whose request it does not believe.
    user = getattr(request, "_cached_user", None) or getattr(request, "user", None)
    return _Person(user) if isinstance(user, User) else Nobody()


class _Person:
    """Somebody who is signed in, without the rights that nobody asks for here."""

    def __init__(self, user: User) -> None:
        self.kind, self.reference = str(user.kind), user.reference
        self.name = self.mandate = ""


def _target(request: HttpRequest, response: HttpResponseBase, who: Who) -> Target:
    match = request.resolver_match
    reference = _reference(match) if match else ""
    kind = kind_of_reference(reference) if reference else None
    bureau = kind.bureau_of(reference) if kind and kind.bureau_of else None
    return Target(
        route=_view_name(match),
        method=(request.method or "")[:10].lower(),
        status=response.status_code,
        kind_of_matter=kind.kind if kind else "",
        reference=reference,
        bureau_code=bureau or _bureau_of(who),
    )


def _bureau_of(who: Who) -> str:
    """Return the bureau in which an officer or a feed has rights, so that its auditors find the row."""
    scopes: frozenset[tuple[str, str]] = getattr(who, "scopes", frozenset())
    return min((path[:BUREAU_DIGITS] for _capability, path in scopes), default="")


def _reference(match: ResolverMatch) -> str:
    given = (str(match.kwargs[name]) for name in _NAMES_A_SUBJECT if name in match.kwargs)
    return next((text for text in given if _REFERENCE.fullmatch(text)), "")
