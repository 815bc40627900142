"""The public log over HTTP: checkpoint, tiles and proofs as C2SP has them, and the page that explains them and checks a proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from foundation.transparency import log as the_log
from foundation.transparency.errors import LogContradicted, LogUnreadable, ProofNotReady
from foundation.transparency.notes import BadNote
from foundation.transparency.proofs import MEDIA_TYPE, Genuine, NotGenuine, Proof, check_proof
from foundation.transparency.proving import NoPath, check_continues, proof_of, standing
from foundation.transparency.tiles import Tile
from foundation.transparency.web.forms import ProofForm
from foundation.web.decorators import same_origin_only
from foundation.web.public import kept_by_anyone

log = structlog.get_logger(__name__)

_SECONDS: Final = 5
_YEAR: Final = 365 * 24 * 3600
KINDS: Final = {
    "case": _("a step in the progress of a case"),
    "deed": _("something that somebody did in the hall"),
    "look": _("that somebody looked at a matter"),
}
REASONS: Final = {
    "malformed": _("This is not a whole proof, or something in it was changed. Copy all of it, from its first line to its last."),
    "not_signed": _("This hall has not signed it. It was changed, or it is of another hall."),
    "not_included": _(
        "The signature is this hall's, but what the proof speaks of is not in the log that was signed. It was put together wrongly."
    ),
    "contradicted": _(
        "The signature is this hall's, and yet the log of today does not continue the log that was signed then. This must never happen. "
        "Keep the proof and tell the inspectors: 12389."
    ),
}


def wordless(response: HttpResponse) -> HttpResponse:
    """Say that an answer is the same in every language, so that caches keep one of it."""
    response.is_wordless = True  # type: ignore[attr-defined]
    return response


@contextmanager
def readable() -> Iterator[None]:
    """Answer 503 with words where the log was spoilt, and tell the operators."""
    try:
        yield
    except LogContradicted as error:
        log.exception("log.unreadable")
        raise LogUnreadable from error


def proof_file(proof: Proof, *, name: str) -> HttpResponse:
    """Return a proof as a file to keep."""
    response = HttpResponse(proof.text, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.tlog-proof"'
    return response


@require_safe
@login_not_required
@kept_by_anyone(seconds=_SECONDS)
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """``/log/checkpoint``: the newest checkpoint that was published."""
    with readable():
        found = the_log.published()
    if found is None:
        raise Http404
    return wordless(HttpResponse(found[0], content_type=MEDIA_TYPE))


@require_safe
@login_not_required
@gzip_page
@kept_by_anyone(seconds=_YEAR)
def tile(request: HttpRequest, place: str) -> HttpResponseBase:
    """``/log/tile/...``: a tile or a bundle of entries, which never changes. Nothing beyond the published checkpoint is told."""
    wanted = Tile.parse(place)
    with readable():
        data = the_log.published_tile(wanted) if wanted else None
    if data is None:
        raise Http404
    response = wordless(HttpResponse(data, content_type="application/octet-stream"))
    response["Cache-Control"] = "immutable"
    return response


@require_safe
@login_not_required
@kept_by_anyone(seconds=_SECONDS)
def proof(request: HttpRequest, commitment: str) -> HttpResponseBase:
    """``/log/proofs/<commitment>``: the proof of a record, by what it commits to, which only those who know the record know."""
    try:
        found = proof_of(commitment=bytes.fromhex(commitment))
    except NoPath as error:
        log.exception("log.no_proof")
        raise ProofNotReady from error
    return wordless(proof_file(found, name=commitment[:16]))


@require_safe
@login_not_required
@kept_by_anyone(seconds=3600)
def checker(request: HttpRequest) -> HttpResponseBase:
    """``/log/verify_proof.py``: the program with which anybody checks a proof without this site."""
    source = (settings.BASE / "docs" / "verify_proof.py").read_bytes()
    return wordless(HttpResponse(source, content_type="text/x-python; charset=utf-8"))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the page says of a proof."""

    is_genuine: bool
    reason: str | Promise = ""
    kind: str | Promise = ""
    found: Genuine | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@same_origin_only
def page(request: HttpRequest) -> HttpResponse:
    """``/log/``: what the log is, how it stands, and a box that says of a proof whether it is genuine. Keeps nothing, sets no cookie."""
    if request.method != "POST":
        return _draw(request, ProofForm())
    form = ProofForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, form, status=422)
    verdict = judge(form.cleaned_data["data"])
    return _draw(request, ProofForm(), verdict=verdict, status=200 if verdict.is_genuine else 422)


def judge(data: bytes) -> Verdict:
    """Return whether a proof is genuine, and whether the log of today still continues the log that it was made of."""
    try:
        found = check_proof(data, the_log.verifiers_of(Proof.parse(data).checkpoint))
        check_continues(found.checkpoint)
    except NotGenuine as error:
        return Verdict(is_genuine=False, reason=REASONS[error.code])
    except BadNote:
        return Verdict(is_genuine=False, reason=REASONS["malformed"])
    except LogContradicted:
        return Verdict(is_genuine=False, reason=REASONS["contradicted"])
    return Verdict(is_genuine=True, kind=KINDS.get(found.record.kind, found.record.kind), found=found)


def _draw(request: HttpRequest, form: ProofForm, **context: Any) -> HttpResponse:
    status = context.pop("status", 200)
    with readable():
        stands = standing()
    return render(request, "transparency/log.html", {"form": form, "log": stands, **context}, status=status)
