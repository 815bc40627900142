"""The public page: what this hall keeps of people, why, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.encryption.fields import EncryptedTextField
from foundation.languages import Bilingual
from foundation.privacy.classes import S2, S3, S4, DataClass
from foundation.privacy.copies import left_out
from foundation.privacy.entries import Keep, ModelEntry
from foundation.privacy.registry import LIBRARIES, entries, model_of


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One kind of data as the page tells of it."""

    title: Bilingual
    purpose: Bilingual
    names: tuple[Bilingual, ...]
    keeps: tuple[Keep, ...]
    classes: tuple[DataClass, ...]
    is_encrypted: bool


@require_safe
@login_not_required
def data(request: HttpRequest) -> HttpResponse:
    """Show the page; it asks the database nothing."""
    # What the hall itself keeps comes first, then the tables of libraries.
    listed = dict(sorted(entries().items(), key=lambda item: LIBRARIES in item[1].row.path.parents))
    of_residents = [_kept(label, entry) for label, entry in listed.items() if entry.belongs_to and not entry.is_unused]
    of_officers = [_kept(label, entry) for label, entry in listed.items() if not entry.belongs_to and entry.personal_fields]
    context = {
        "of_residents": of_residents,
        "of_officers": of_officers,
        "others": [
            _kept(label, entry) for label, entry in listed.items() if entry.is_unused or not (entry.personal_fields or entry.belongs_to)
        ],
        "classes": (S4, S3, S2),
        "left_out": left_out(),
    }
    return render(request, "privacy/data.html", context)


def _kept(label: str, entry: ModelEntry) -> Kept:
    fields = model_of(label)._meta.local_fields
    return Kept(
        title=entry.title,
        purpose=entry.purpose,
        names=tuple(_names(entry)),
        keeps=entry.keeps,
        classes=tuple(each for each in (S4, S3, S2) if any(field.data_class is each for field in entry.personal_fields)),
        is_encrypted=any(isinstance(field, EncryptedTextField) for field in fields),
    )


def _names(entry: ModelEntry) -> Iterator[Bilingual]:
    seen = set()
    for field in entry.personal_fields:
        if field.label is not None and field.label.en not in seen:
            seen.add(field.label.en)
            yield field.label
