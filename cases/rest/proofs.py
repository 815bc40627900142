"""The proof of an entry for programs: the same file as at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cases.operations.prove_entry import prove_entry
from cases.rest.spreadsheets import AlwaysTheFile
from foundation.faces.api import OfficerView


class ProofRenderer(BaseRenderer):
    """Writes a proof as it stands."""

    media_type = "text/plain"
    format = "tlog-proof"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> bytes:
        """Return the file."""
        return str(data).encode()


class EntryProof(OfficerView):
    """The proof of one entry."""

    renderer_classes = (ProofRenderer,)
    content_negotiation_class = AlwaysTheFile

    @extend_schema(
        operation_id="prove_entry",
        summary="Prove that an entry stands in the public log",
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, reference: str, sequence: int) -> Response:
        """Return a proof (c2sp.org/tlog-proof), which anybody can check offline. The look is recorded; the people concerned see it."""
        proof = prove_entry(actor=self.actor, reference=reference, sequence=sequence, now=self.now)
        return Response(proof.text, headers={"Content-Disposition": f'attachment; filename="{reference}-{sequence}.tlog-proof"'})
