"""The receipt of a case: the one paper by which a person follows it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.domain.clocks import stage_deadline
from cases.domain.next_steps import next_step
from cases.models import Case
from foundation.inquiries.operations.issue_code import IssuedCode
from foundation.inquiries.qr import inquiry_address, qr_path
from foundation.mandates.mandate import Mandate


def render_receipt(request: HttpRequest, case: Case, code: IssuedCode, *, acting: Mandate | None = None) -> HttpResponse:
    """Show the receipt with its code, this once: it is made for the printer and the person in front of it, or who acts for them."""
    size, path = qr_path(inquiry_address(code.token))
    deadline = stage_deadline(kind=case.kind, status=case.status, since=case.stage_since)
    context = {
        "case": case,
        "acting": acting,
        "under": f"?for={acting.reference}" if acting else "",
        "code": code.typed,
        "address": f"{settings.HALL_HOST}/q",
        "qr": {"size": size, "path": path},
        "next_step": next_step(kind=case.kind, status=case.status, source=case.source),
        "deadline": deadline if deadline and case.publication == "open" else None,
    }
    response = render(request, "cases/receipt.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
