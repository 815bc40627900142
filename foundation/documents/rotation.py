"""Sealing the files of papers with the newest data key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from foundation.documents import files
from foundation.documents.models import Edition
from foundation.encryption.elsewhere import Elsewhere
from foundation.encryption.elsewhere import register as seal_elsewhere

BATCH = 100


def register() -> None:
    """Tell ``rotate_keys``."""
    seal_elsewhere(Elsewhere(label="files of papers", stale=lambda: stale().count(), rotate=rotate))


def stale() -> QuerySet[Edition]:
    """Return the editions whose file an older key sealed."""
    return Edition.objects.exclude(file="").exclude(file__endswith=files.newest_key()).order_by("pk")


def rotate() -> Iterator[int]:
    """Seal every such file anew under a new name; yield the number after each committed batch. The old file goes after the commit."""
    while True:
        with transaction.atomic():
            editions = list(stale().select_for_update(of=("self",))[:BATCH])
            for edition in editions:
                old, pdf = edition.file, files.load(edition.file)
                edition.file = files.keep(pdf, document_id=edition.document_id, digest=bytes(edition.sha256))
                edition.save(update_fields=["file"])
                transaction.on_commit(partial(files.remove, old))
        if not editions:
            return
        yield len(editions)
