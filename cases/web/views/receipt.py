"""The receipt of a case: the one paper by which a person follows it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.domain.clocks import stage_deadline
from cases.domain.next_steps import next_step
from cases.operations.hand_over_code import HandedOver
from foundation import clock
from foundation.inquiries.qr import inquiry_address, qr_path, qr_strokes
from foundation.mandates.mandate import Mandate
from foundation.transparency.operations.prove_at_once import prove_at_once


def render_receipt(request: HttpRequest, done: HandedOver, *, acting: Mandate | None = None) -> HttpResponse:
    """Show the receipt with its code, this once: it is made for the printer and the person in front of it, or who acts for them.

    It carries the proof that the first step of the timeline stands in the public log, sealed for it if it is not yet.
    """
    case, code, paper = done
    size, path = qr_path(inquiry_address(code.token))
    entry = case.entries.order_by("sequence")[0]
    proof = prove_at_once(kind="case", row_id=entry.pk, commitment=bytes(entry.hash), now=clock.now())
    deadline = stage_deadline(kind=case.kind, status=case.status, since=case.stage_since)
    context = {
        "case": case,
        "acting": acting,
        "under": f"?for={acting.reference}" if acting else "",
        "code": code.typed,
        "paper": paper.number,
        "address": f"{settings.HALL_HOST}/q",
        "qr": {"size": size, "path": path},
        "next_step": next_step(kind=case.kind, status=case.status, source=case.source),
        "log_address": f"{settings.HALL_HOST}/log",
        "commitment": bytes(entry.hash).hex(),
        "proof": proof.text if proof else "",
        "proof_qr": qr_strokes(proof.text) if proof else None,
        "deadline": deadline if deadline and case.publication == "open" else None,
    }
    response = render(request, "cases/receipt.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
