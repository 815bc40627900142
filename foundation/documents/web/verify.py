"""``/verify/``: anybody who holds a paper of the hall, or its file, finds out whether it is genuine and still holds."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.documents.checking import check_paper, count_check
from foundation.documents.keys import key_list
from foundation.documents.operations.verify_document import LONGEST_NUMBER, Answer
from foundation.documents.stamps import LONGEST
from foundation.documents.web.names import KINDS
from foundation.errors import DomainError
from foundation.web.client_address import client_address, source_network
from foundation.web.decorators import same_origin_only
from foundation.web.public import kept_by_anyone


@dataclass(frozen=True, kw_only=True)
class AnswerWords:
    """An answer as a heading and what to do about it."""

    title: str | Promise
    advice: str | Promise


WORDS = {
    Answer.GENUINE: AnswerWords(
        title=_("Genuine, and it holds"), advice=_("Compare what stands below with the paper in your hand, word by word.")
    ),
    Answer.ALTERED: AnswerWords(
        title=_("Not as it was issued"),
        advice=_("Do not rely on it. It bears our mark, but something was changed. Tell the unit or dial 110."),
    ),
    Answer.EXPIRED: AnswerWords(
        title=_("Genuine, but its time is over"), advice=_("Its holder can ask the unit that issued it for a new one.")
    ),
    Answer.REVOKED: AnswerWords(title=_("Taken back"), advice=_("It was genuine once and no longer holds. Do not rely on it.")),
    Answer.SUPERSEDED: AnswerWords(title=_("Another paper took its place"), advice=_("Ask its holder for the newer one.")),
    Answer.UNKNOWN: AnswerWords(
        title=_("Not a paper of this hall"),
        advice=_(
            "Nothing like it was issued here. If you typed a number, compare it digit by digit. "
            "If a person gave you this paper, tell the police."
        ),
    ),
}


class PaperForm(forms.Form):
    """One of three: the number, the file, or the square, which the page's script reads from the address."""

    mark_optional = False

    number = forms.CharField(
        label=_("Number of the paper"),
        help_text=_("It stands below the title, for example 310000-RC-2026-000042."),
        max_length=LONGEST_NUMBER,
        required=False,
        error_messages={"max_length": _("Type the number that stands at the top of the paper.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or its PDF file"),
        help_text=_("At most 5 MB. It is looked at and not kept."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={"empty": _("This file is not a PDF that can be read.")},
    )
    stamp = forms.CharField(max_length=LONGEST * 2, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """Ask for one of the three."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error("number", _("Type the number, choose the file, or scan the square on the paper with your phone."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@same_origin_only
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form; with something to check, say what it is."""
    if request.method != "POST":
        return render(request, "documents/verify.html", {"form": PaperForm()})
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "documents/verify.html", {"form": form}, status=422)
    now = clock.now()
    try:
        count_check(source=source_network(client_address(request)), now=now)
        finding = check_paper(**form.cleaned_data, now=now)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        response = render(request, "documents/verify.html", {"form": form}, status=refusal.status)
        if (retry_after := getattr(refusal, "retry_after", None)) is not None:
            response["Retry-After"] = str(retry_after)
        return response
    response = render(
        request, "documents/verified.html", {"finding": finding, "words": WORDS[finding.answer], "kind": KINDS.get(finding.kind, "")}
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@login_not_required
@kept_by_anyone(seconds=3600)
def keys(request: HttpRequest) -> HttpResponse:
    """Publish the keys by which squares are checked offline."""
    return JsonResponse(key_list(), content_type="application/jwk-set+json")
