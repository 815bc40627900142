"""Keeping the files of papers through Django's storages, sealed with a data key: a disk that is lost tells nothing."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from foundation.encryption.keys import key_ring


def storage() -> Storage:
    """Return where papers are kept: a folder, or what ``HALL_PAPERS`` names."""
    return storages["papers"]


def keep(pdf: bytes, *, document_id: UUID, digest: bytes) -> str:
    """Write a paper's file and return its name, which no other content shares; writing it again changes nothing."""
    name = f"{document_id}/{digest.hex()}.sealed"
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
