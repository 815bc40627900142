"""Sealing old values anew, so that an old key can be taken out of the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, Value

from foundation.encryption.fields import BlindIndexField, EncryptedTextField, indexes_of, lock_values

BATCH = 500
_FIRST = UUID(int=0)


def sealed_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """Return the encrypted fields that lie in the model's own table."""
    return [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]


def models_with_sealed_fields(candidates: Iterable[type[models.Model]] | None = None) -> list[type[models.Model]]:
    """Return the models of the hall that hold encrypted fields, each table once."""
    everything = apps.get_models(include_auto_created=True) if candidates is None else candidates
    return [model for model in everything if model._meta.managed and not model._meta.proxy and sealed_fields(model)]


def stale(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows that hold a value which another key than the newest sealed."""
    rows = model._base_manager.all()
    condition = Q()
    for field in sealed_fields(model):
        head = field.ring.head
        beginning = Func(F(field.name), Value(1), Value(len(head)), function="SUBSTRING", output_field=models.BinaryField())
        rows = rows.alias(**{f"head_of_{field.name}": beginning})
        condition |= Q(**{f"{field.name}__isnull": False}) & ~Q(**{f"head_of_{field.name}": head})
    return rows.filter(condition)


def rotate(model: type[models.Model], *, batch: int = BATCH) -> Iterator[int]:
    """Seal every stale row with the newest key; yield the number of rows after each committed batch.

    A row done is no longer stale, so a run that was stopped goes on where it was. Rows are locked batch by batch: a
    concurrent save waits for one batch and is never overwritten.
    """
    last: Any = _FIRST
    while True:
        with transaction.atomic():
            rows = _next_rows(model, after=last, batch=batch)
            for row in rows:
                _seal_anew(model, row)
        if not rows:
            return
        last = rows[-1].pk
        yield len(rows)


def _next_rows(model: type[models.Model], *, after: Any, batch: int) -> list[models.Model]:
    names = [field.name for field in sealed_fields(model)]
    rows = stale(model).filter(pk__gte=after).order_by("pk").only("pk", *names)
    return list(rows.select_for_update(of=("self",))[:batch])


def _seal_anew(model: type[models.Model], row: models.Model) -> None:
    texts = {field: getattr(row, field.attname) for field in sealed_fields(model)}
    values = {field.name: field.seal(text, row.pk) for field, text in texts.items() if text is not None}
    model._base_manager.filter(pk=row.pk).update(**values)


# --- blind indexes ------------------------------------------------------------------------------------------------------

Change = tuple[bytes, ...]


def blind_indexes_of(model: type[models.Model]) -> list[BlindIndexField]:
    """Return the blind indexes that lie in the model's own table."""
    return [field for field in model._meta.local_fields if isinstance(field, BlindIndexField)]


def models_with_blind_indexes(candidates: Iterable[type[models.Model]] | None = None) -> list[type[models.Model]]:
    """Return the models of the hall that hold blind indexes, each table once."""
    everything = apps.get_models(include_auto_created=True) if candidates is None else candidates
    return [model for model in everything if model._meta.managed and not model._meta.proxy and blind_indexes_of(model)]


def stale_indexes(field: BlindIndexField) -> Iterator[Change]:
    """Yield the digests, newest key first, of each row that another key than the newest has indexed. Opens every row's value."""
    rows = field.model._base_manager.filter(**{f"{field.name}__isnull": False}).only("pk", field.source, field.name)
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        digests = field.digests(getattr(row, field.source))
        if getattr(row, field.attname) != digests[0]:
            yield digests


def index_anew(field: BlindIndexField, *, batch: int = 100) -> Iterator[int]:
    """Index every stale value with the newest key; yield the number of rows after each committed batch.

    All rows that hold one value, in every table where such values are compared, change keys in one transaction: whoever looks sees them
    all under the old key or all under the new one, and no constraint is blind for a moment. A run that was stopped goes on where it was.
    """
    waiting: dict[bytes, Change] = {}
    for digests in stale_indexes(field):
        waiting[digests[0]] = digests
        if len(waiting) >= batch:
            yield _index_together(field, waiting.values())
            waiting = {}
    if waiting:
        yield _index_together(field, waiting.values())


_CHANGE_KEYS = """
    UPDATE {table} SET {column} = change.after FROM unnest(%s::bytea[], %s::bytea[]) AS change (before, after)
    WHERE {table}.{column} = change.before
"""


@transaction.atomic
def _index_together(field: BlindIndexField, changes: Iterable[Change]) -> int:
    listed = list(changes)
    lock_values(listed)
    before = [older for digests in listed for older in digests[1:]]
    after = [digests[0] for digests in listed for _older in digests[1:]]
    done = 0
    with connection.cursor() as cursor:
        for other in indexes_of(field.purpose):
            names = {"table": connection.ops.quote_name(other.model._meta.db_table), "column": connection.ops.quote_name(str(other.column))}
            cursor.execute(_CHANGE_KEYS.format(**names), [before, after])
            done += cursor.rowcount
    return done
