"""Terms as code: which rows are over, and what is done to them. What each rule says stands in the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Greatest

from foundation.clock import city_date
from foundation.encryption.fields import EncryptedTextField, with_indexes
from foundation.privacy.entries import Keep, ModelEntry
from foundation.privacy.holders import holder_of_account
from foundation.privacy.models import LegalHold
from foundation.privacy.registry import Model, entries, model_of

Rows = Sequence[Any]
Deed = Callable[[Rows, datetime], int]
LONGEST_RUN: Final = timedelta(hours=12)
"""A run that has not ended by then was broken off."""
DELETE: Final = "delete"
BLANK: Final = "blank"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One term of one table."""

    model: Model
    entry: ModelEntry
    keep: Keep

    @property
    def name(self) -> str:
        """The rule as logs name it: the table and the clock, such as ``cases.Message:case__closed_at``."""
        return f"{self.model._meta.label}:{self.keep.after[0]}"

    @property
    def is_locking(self) -> bool:
        """Whether rows are locked before they go; those of tables that only grow cannot be."""
        return self.keep.then not in _without_lock

    def due(self, now: datetime) -> models.QuerySet[Any]:
        """Return the rows whose term is over, that nobody holds, and to which it was not done yet."""
        if self.keep.term is None:
            raise ValueError(f"{self.name} has no term")
        clock = f"{self.keep.after[0]}__lt"
        rows = self.model._base_manager.filter(**self.keep.only)
        if len(self.keep.after) > 1:
            clock = "purge_clock__lt"
            rows = rows.alias(purge_clock=(Greatest if self.keep.is_latest else Coalesce)(*self.keep.after))
        if self.keep.is_latest:
            # PostgreSQL's GREATEST passes over a clock that has not begun: such a row is not over.
            rows = rows.filter(**{f"{path}__isnull": False for path in self.keep.after})
        rows = rows.filter(**{clock: self.keep.term.before(now)})
        if self.keep.then == BLANK:
            rows = rows.filter(_still_there(self.model, self.keep.fields))
        held = _held(self.entry, now)
        return rows.exclude(held) if held else rows


_deeds: dict[str, Deed] = {}
_without_lock: set[str] = set()


def register_deed(name: str, deed: Deed, *, is_locking: bool = True) -> None:
    """Let a rule of the registry say ``then: name``. ``deed(rows, now)`` does it to a batch of rows and returns how many it did."""
    if _deeds.setdefault(name, deed) != deed:
        raise ValueError(f"{name!r} is done twice")
    if not is_locking:
        _without_lock.add(name)


def rules() -> Iterator[Rule]:
    """Yield every rule that something has to be done for, tables that others refer to last."""
    found = [Rule(model=model_of(label), entry=entry, keep=keep) for label, entry in entries().items() for keep in entry.keeps if keep.term]
    order = {model: place for place, model in enumerate(referring_first([rule.model for rule in found]))}
    yield from sorted(found, key=lambda rule: order[rule.model])


def referring_first(tables: Sequence[Model]) -> list[Model]:
    """Order tables so that a row goes before the rows that it refers to."""
    ordered: list[Model] = []

    def place(model: Model) -> None:
        if model in ordered:
            return
        for other in tables:
            if other is not model and any(field.related_model is model for field in other._meta.local_fields if field.is_relation):
                place(other)
        ordered.append(model)

    for model in tables:
        place(model)
    return ordered


def do(rule: Rule, rows: Rows, now: datetime) -> int:
    """Do to these rows what the rule says; return how many."""
    if rule.keep.then == BLANK:
        return _blank(rows, rule.keep.fields)
    return _deeds[rule.keep.then](rows, now) if rule.keep.then in _deeds else _delete(rule.model, rows)


def knows_deed(name: str) -> bool:
    """Whether something is done under this name."""
    return name in {DELETE, BLANK, *_deeds}


def _delete(model: Model, rows: Rows) -> int:
    for field in model._meta.local_fields:
        if isinstance(field, models.FileField):
            names = [str(getattr(row, field.attname)) for row in rows]
            transaction.on_commit(partial(_remove, field.storage, names))
    model._base_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _remove(storage: Storage, names: Sequence[str]) -> None:
    for name in filter(None, names):
        storage.delete(name)


def _blank(rows: Rows, names: Sequence[str]) -> int:
    for row in rows:
        fields = [row._meta.get_field(name) for name in names]
        for field in fields:
            setattr(row, field.attname, None if field.null else "")
        row.save(update_fields=with_indexes(type(row), names))
    return len(rows)


def _still_there(model: Model, names: Sequence[str]) -> Q:
    """Return the condition that one of the fields holds something. Of an encrypted one its length tells."""
    condition = Q()
    for name in names:
        if isinstance(model._meta.get_field(name), EncryptedTextField):
            condition |= Q(HoldsText(F(name)))
        else:
            condition |= Q(**{f"{name}__isnull": False}) & ~Q(**{name: ""})
    return condition


class HoldsText(Func):
    """Whether a sealed value holds any text: head, nonce and tag of an empty one are 30 bytes and the key's id."""

    template = "COALESCE(octet_length(%(expressions)s) > 30 + get_byte(%(expressions)s, 1), FALSE)"
    output_field = models.BooleanField()
    conditional = True


def _held(entry: ModelEntry, now: datetime) -> Q:
    """Return the condition that a row belongs to a matter or an account that is held."""
    live = LegalHold.objects.live(city_date(now))
    condition = Q()
    for kind, path in entry.held_with.items():
        condition |= Q(**{f"{path}__in": live.filter(kind=kind).values("subject_reference")})
    if entry.belongs_to:
        for reference in live.filter(kind=LegalHold.Kind.ACCOUNT).values_list("subject_reference", flat=True):
            holder = holder_of_account(reference)
            lookup = holder.lookup(entry) if holder else None
            condition |= lookup or Q()
    return condition
