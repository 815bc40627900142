"""The one look-up: a code in, the matter behind it out. It keeps no session and sets no cookie."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from foundation.errors import DomainError
from foundation.inquiries.matters import Matter
from foundation.inquiries.operations.look_up import look_up_by_token, look_up_by_typed
from foundation.web.client_address import client_address, source_network
from foundation.web.decorators import same_origin_only

LONGEST_INPUT = 300


class LookUpForm(forms.Form):
    """The box for a typed code; ``token`` is filled by the page's script from the fragment of a QR code's address."""

    mark_optional = False

    code = forms.CharField(
        label=_("Your inquiry code"),
        help_text=_("16 letters and digits, on your receipt. Spaces, hyphens and small letters do no harm."),
        max_length=LONGEST_INPUT,
        required=False,
        error_messages={
            "max_length": _("A code has 16 letters and digits, in four groups of four. Compare what you typed with your receipt.")
        },
        widget=forms.TextInput(
            attrs={
                "class": "sph-code-input",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "go",
            }
        ),
    )
    token = forms.CharField(max_length=LONGEST_INPUT, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, str]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("code") or cleaned.get("token")):
            self.add_error("code", _("Type the code that stands on your receipt."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@same_origin_only
def look_up(request: HttpRequest) -> HttpResponse:
    """Show the box; with a code, show its matter, or say with the same page for every reason that there is none."""
    if request.method != "POST":
        return render(request, "inquiry/look_up.html", {"form": LookUpForm()})
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return render(request, "inquiry/look_up.html", {"form": form}, status=422)
    try:
        matter = _matter(request, form.cleaned_data)
    except DomainError as refusal:
        return _refused(request, refusal, form)
    response = render(request, "inquiry/matter.html", {"matter": matter, "language_switch_form": _again(form)})
    response["Referrer-Policy"] = "no-referrer"
    return response


def _matter(request: HttpRequest, cleaned: dict[str, str]) -> Matter:
    source, now = source_network(client_address(request)), timezone.now()
    if cleaned["token"]:
        return look_up_by_token(token=cleaned["token"], source=source, now=now)
    return look_up_by_typed(text=cleaned["code"], source=source, now=now)


def _again(form: LookUpForm) -> dict[str, object]:
    """What the language switch posts again: the page came from a post and stands at no address of its own."""
    return {"action": "/q", "fields": [(name, value) for name, value in form.cleaned_data.items() if value]}


def _refused(request: HttpRequest, refusal: DomainError, form: LookUpForm) -> HttpResponse:
    """Show what was typed again only where that tells nothing: a slip is told by arithmetic, anything else by one and the same page."""
    shown = LookUpForm() if refusal.is_uniform else form
    if not refusal.is_uniform:
        form.add_error("code", str(refusal.message))
    context = {"form": shown, "nothing_found": refusal.message if refusal.is_uniform else ""}
    response = render(request, "inquiry/look_up.html", context, status=refusal.status)
    response.is_uniform = refusal.is_uniform  # type: ignore[attr-defined]
    if (retry_after := getattr(refusal, "retry_after", None)) is not None:
        response["Retry-After"] = str(retry_after)
    return response
