"""Keeping the files of papers through Django's storages, sealed with a data key: a disk that is lost tells nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from foundation.encryption.keys import key_ring


def storage() -> Storage:
    """Return where papers are kept: the storage named ``papers`` in the settings, by default a folder."""
    return storages["papers"]


def newest_key() -> str:
    """Return the end of the names of files that the newest key sealed."""
    return f".{hashlib.sha256(key_ring('papers').head).hexdigest()[:8]}.sealed"


def keep(pdf: bytes, *, document_id: UUID, digest: bytes) -> str:
    """Write a paper's file and return its name, which no other content shares; writing it again changes nothing.

    Raises ``OSError`` when the storage is full or away; nothing half is left then.
    """
    name = f"{document_id}/{digest.hex()}{newest_key()}"
    if not storage().exists(name):
        storage().save(name, ContentFile(key_ring("papers").seal_bytes(pdf, context=name)))
    return name


def load(name: str) -> bytes:
    """Return a paper's PDF. Raises ``FileNotFoundError``, or ``CannotOpen`` if the file was changed or moved."""
    with storage().open(name, "rb") as file:
        return key_ring("papers").open_bytes(file.read(), context=name)


def remove(name: str) -> None:
    """Delete a paper's file, if it is there."""
    if name:
        storage().delete(name)


def remove_all(*, document_id: UUID) -> None:
    """Delete every file of a paper, half-written ones too."""
    try:
        _folders, names = storage().listdir(str(document_id))
    except FileNotFoundError:
        return
    for name in names:
        storage().delete(f"{document_id}/{name}")


def older_than(moment: datetime) -> Iterator[str]:
    """Yield the names of all files that were written before a moment, drafts that a crash left behind among them."""
    try:
        folders, _loose = storage().listdir("")
    except FileNotFoundError:
        return
    for folder in folders:
        for name in storage().listdir(folder)[1]:
            path = f"{folder}/{name}"
            try:
                if storage().get_modified_time(path) < moment:
                    yield path
            except FileNotFoundError:
                # Somebody else cleans up at this moment.
                continue
