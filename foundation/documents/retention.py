"""What is left of a paper when its term is over: what it takes to check it, and nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from foundation.documents import files
from foundation.documents.models import Document
from foundation.privacy.retention import register_deed


def register() -> None:
    """Tell the purge."""
    register_deed("forget-paper", forget)


def forget(rows: Sequence[Any], now: datetime) -> int:
    """Delete the files after commit and blank what names a person."""
    for document in rows:
        for edition in document.editions.exclude(file=""):
            transaction.on_commit(partial(files.remove, edition.file))
        document.editions.update(file="")
        document.content = document.holder = document.stamp = ""
        document.state = Document.State.FORGOTTEN
        document.save(update_fields=["content", "holder", "stamp", "state"])
    return len(rows)
