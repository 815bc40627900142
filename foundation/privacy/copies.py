"""The copy that a person gets of what the hall holds of them (PIPL art. 45; GB/T 35273-2020, 8.6).

Every table of the registry that belongs to residents is in it: the rows that are theirs, of each row the fields that the registry hands
out. Where a person may read less of a row than is kept, the app registers what they get.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.audit.models import AccessEntry, AuditEntry
from foundation.languages import Bilingual
from foundation.organisations.models import Organisation
from foundation.privacy.entries import FieldEntry, ModelEntry
from foundation.privacy.holders import Holder
from foundation.privacy.registry import entries, model_of


@dataclass(frozen=True, kw_only=True)
class Matters:
    """Public references of matters: those that a person may read of remotely, and those that are told at the counter only."""

    open: frozenset[str] = frozenset()
    dark: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One row as the person gets it: values by field. ``withheld`` says of a field why its value is not there."""

    row: models.Model
    instead: Mapping[str, Any] = field(default_factory=dict)
    withheld: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value with the name that people know it by."""

    name: str
    label: Bilingual
    value: Any
    withheld: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: what it is, why and how long it is kept, and the rows of the person."""

    name: str
    entry: ModelEntry
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """Everything of one person at one moment."""

    holder: Holder
    made_at: datetime
    tables: tuple[Table, ...]
    left_out: tuple[Bilingual, ...]


Provider = Callable[[Holder], Iterable[Copied]]
MattersOf = Callable[[Holder], Matters]
_providers: dict[str, Provider] = {}
_matters: list[MattersOf] = []

SECRETS = Bilingual(
    en="Passwords, second factors and inquiry codes: only hashes or sealed values of them are kept, which would help nobody but a thief.",
    zh="密码、第二因素和查询码：只保存其摘要或者密文，提供出来只会被盗用。",
)
OTHERS = Bilingual(
    en="Data of other people, even where they stand in the same matter (PIPL art. 45 gives you yours).",
    zh="其他人的信息，即使与您在同一事项中（《个人信息保护法》第四十五条规定的是您本人的信息）。",
)
INNER = Bilingual(
    en="What officers noted for themselves, and what the police's own case system holds: ask the unit (PIPL arts. 18 and 35).",
    zh="民警的内部记录，以及公安机关内部办案系统中的内容：请向办案单位提出（《个人信息保护法》第十八条、第三十五条）。",
)


def register(label: str, provider: Provider) -> None:
    """Let an app say which rows of a table a person gets, and what of them."""
    if _providers.setdefault(label, provider) != provider:
        raise ValueError(f"{label} is copied twice")


def register_matters(matters_of: MattersOf) -> None:
    """Let a service say which of its matters a person may read of remotely, so that logs tell of no other."""
    if matters_of not in _matters:
        _matters.append(matters_of)


def copy_for(holder: Holder, *, now: datetime) -> Copy:
    """Return everything that the hall holds of a resident, in the order of the apps."""
    tables = tuple(_table(label, entry, holder) for label, entry in entries().items() if entry.belongs_to)
    return Copy(holder=holder, made_at=now, tables=tables, left_out=left_out())


def left_out() -> tuple[Bilingual, ...]:
    """Return what is in nobody's copy, each with its ground."""
    of_tables = [entry.withheld for entry in entries().values() if entry.withheld]
    of_fields = [each.because for entry in entries().values() for each in entry.fields.values() if each.because]
    return tuple(dict.fromkeys([SECRETS, OTHERS, INNER, *of_tables, *of_fields]))


def exported_fields(entry: ModelEntry) -> tuple[FieldEntry, ...]:
    """Return the fields that a person gets, in the order of the file."""
    return tuple(each for each in entry.fields.values() if each.is_exported)


def _table(label: str, entry: ModelEntry, holder: Holder) -> Table:
    provider = _providers.get(label)
    found = provider(holder) if provider else rows_of(label, holder)
    return Table(name=label, entry=entry, rows=tuple(tuple(_values(each, entry)) for each in found))


def rows_of(label: str, holder: Holder) -> Iterator[Copied]:
    """Yield the rows of a table that are a resident's, by what the registry says of it."""
    entry, model = entries()[label], model_of(label)
    lookup = holder.lookup(entry)
    if lookup is None:
        return
    related = [each.name for each in model._meta.local_fields if each.is_relation and each.name in entry.fields]
    for row in model._base_manager.filter(lookup).select_related(*related).order_by("pk").distinct():
        yield Copied(row=row)


def _values(copied: Copied, entry: ModelEntry) -> Iterator[Value]:
    for each in exported_fields(entry):
        if each.name in copied.withheld:
            yield Value(name=each.name, label=_label(each), value=None, withheld=str(copied.withheld[each.name]))
        else:
            value = copied.instead[each.name] if each.name in copied.instead else readable(copied.row, each.name)
            yield Value(name=each.name, label=_label(each), value=value)


def _label(each: FieldEntry) -> Bilingual:
    return each.label or Bilingual(en=each.name, zh=each.name)


def readable(row: models.Model, name: str) -> Any:
    """Return a value as people read it: the words of a choice, the public name of what a relation leads to."""
    model_field = row._meta.get_field(name)
    value = getattr(row, name)
    if value is None:
        return None
    if isinstance(value, Organisation):
        return value.name
    if model_field.is_relation:
        return str(getattr(value, "reference", value.pk))
    if isinstance(model_field, models.Field) and model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    return value.name if isinstance(model_field, models.FileField) else value


# --- the logs ----------------------------------------------------------------------------------------------------------


def matters_of(holder: Holder) -> Matters:
    """Return the matters of a resident over all services."""
    found = [each(holder) for each in _matters]
    return Matters(
        open=frozenset[str]().union(*(each.open for each in found)),
        dark=frozenset[str]().union(*(each.dark for each in found)),
    )


def _own_deeds(holder: Holder) -> Iterator[Copied]:
    """Yield what the person did; nothing that would tell of a matter that is dark."""
    deeds = AuditEntry.objects.filter(actor_kind="resident", actor_reference=holder.account)
    for row in deeds.exclude(subject_reference__in=matters_of(holder).dark).order_by("at", "pk"):
        yield Copied(row=row)


def _looks(holder: Holder) -> Iterator[Copied]:
    """Yield the person's own looks, and everybody's at their matters: officers by name, others not."""
    matters = matters_of(holder)
    looks = AccessEntry.objects.filter(models.Q(viewer_reference=holder.account) | models.Q(subject_reference__in=matters.open))
    for row in looks.exclude(subject_reference__in=matters.dark).order_by("at", "pk"):
        is_own = row.viewer_reference == holder.account
        who = "" if is_own else row.viewer_name if row.viewer_kind == "officer" else _WHO.get(row.viewer_kind, row.viewer_kind)
        instead = {} if is_own else {"viewer_reference": "", "viewer_name": str(who), "mandate": ""}
        yield Copied(row=row, instead=instead)


_WHO = {"resident": _("Another person of the case"), "receipt": _("Somebody with the receipt's code")}


def register_logs() -> None:
    """Say what of the two logs a person gets."""
    register("audit.AuditEntry", _own_deeds)
    register("audit.AccessEntry", _looks)
