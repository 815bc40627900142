"""What follows from papers being issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from foundation.documents.operations.issue_document import ISSUED
from foundation.documents.operations.seal_document import seal_document
from foundation.outbox.events import register as on


def register() -> None:
    """Tell the outbox."""
    on(ISSUED, draw, queue="documents")


def draw(payload: Mapping[str, Any], now: datetime) -> None:
    """Draw and seal the paper."""
    seal_document(document_id=UUID(payload["document"]), now=now)
