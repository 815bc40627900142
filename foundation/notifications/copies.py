"""What of their messages people get when they take a copy of their data: nothing that would tell of a matter that is dark to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Model

from foundation.notifications.models import Attempt, Delivery, Notice, Unreached
from foundation.privacy.copies import Copied, matters_of, register
from foundation.privacy.holders import Holder

_PLACES: Final[dict[type[Model], str]] = {Notice: "", Delivery: "notice__", Attempt: "delivery__notice__", Unreached: "notice__"}


def register_copies() -> None:
    """Say which rows."""
    for model in _PLACES:
        register(model._meta.label, _rows_of(model))


def _rows_of(model: type[Model]) -> Callable[[Holder], Iterator[Copied]]:
    notice = _PLACES[model]

    def rows(holder: Holder) -> Iterator[Copied]:
        own = model._base_manager.filter(**{f"{notice}person": holder.person, f"{notice}is_hidden": False})
        for row in own.exclude(**{f"{notice}subject_reference__in": matters_of(holder).dark}).order_by("pk"):
            yield Copied(row=row)

    return rows
