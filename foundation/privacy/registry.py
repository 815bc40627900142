"""Every field of every table, with its class, purpose and term. What is not listed, or no longer there, is a fault that the build finds.

Each app of ours carries a ``personal_data.yaml``; those of the libraries stand in ``foundation/privacy/libraries/<label>.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.apps import AppConfig, apps
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models

import foundation
from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.privacy.classes import CLASSES, INDEX, INTERNAL, PUBLIC, S4
from foundation.privacy.entries import ModelEntry, read_entries

ROOT: Final = Path(foundation.__file__).resolve().parent.parent
LIBRARIES: Final = Path(__file__).resolve().parent / "libraries"

Model = type[models.Model]


def hall_models() -> tuple[Model, ...]:
    """Return every concrete table that the hall's software makes, in the order of the apps."""
    return tuple(model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy)


def file_of(config: AppConfig) -> Path:
    """Return where an app's tables are listed."""
    folder = ROOT / config.name.replace(".", "/")
    return folder / "personal_data.yaml" if folder.is_dir() else LIBRARIES / f"{config.label}.yaml"


@cache
def entries() -> dict[str, ModelEntry]:
    """Return what the files say of each table, by its label such as ``cases.Party``; raise ``BrokenSeed``."""
    found: dict[str, ModelEntry] = {}
    for config in apps.get_app_configs():
        path = file_of(config)
        if path.exists():
            found |= {f"{config.label}.{entry.name}": entry for entry in read_entries(path)}
    return found


def entry_of(model: Model) -> ModelEntry:
    """Return what the files say of a table; raise ``KeyError`` for one that is not listed."""
    return entries()[model._meta.label]


def model_of(label: str) -> Model:
    """Return the table of a label."""
    return apps.get_model(label)


def problems(listed: dict[str, ModelEntry] | None = None, tables: tuple[Model, ...] | None = None) -> list[str]:
    """Return what is missing or wrong, one line each that says what to write where; nothing if every field is listed."""
    listed = entries() if listed is None else listed
    tables = hall_models() if tables is None else tables
    found = [line for model in tables for line in _problems_of(model, listed)]
    known = {model._meta.label for model in tables}
    return found + [
        f"{_place(entry)}: there is no table {label}: take the entry out" for label, entry in listed.items() if label not in known
    ]


def _problems_of(model: Model, listed: dict[str, ModelEntry]) -> Iterator[str]:
    label = model._meta.label
    path = file_of(apps.get_app_config(model._meta.app_label))
    entry = listed.get(label)
    if entry is None:
        yield f"{label} is not listed: write an entry “{model.__name__}:” into {_short(path)} (docs/personal-data.md says how)"
        return
    fields = {field.name: field for field in model._meta.local_fields}
    for name in fields.keys() - entry.fields.keys():
        classes = ", ".join(CLASSES)
        yield f"{label}.{name} is not listed: write “{name}” into {_short(path)} below {model.__name__} > fields > one of {classes}"
    for name in entry.fields.keys() - fields.keys():
        yield f"{_place(entry)}: {label} has no field “{name}”: take it out"
    for name in fields.keys() & entry.fields.keys():
        yield from _problems_of_field(entry, fields[name])
    yield from _problems_of_terms(model, entry, listed)


def _problems_of_field(entry: ModelEntry, field: models.Field[Any, Any]) -> Iterator[str]:
    listed = entry.fields[field.name]
    place = f"{_place(entry)}: {field.model._meta.label}.{field.name}"
    is_encrypted, is_index = isinstance(field, EncryptedTextField), isinstance(field, BlindIndexField)
    if (listed.data_class is INDEX) != is_index:
        yield f"{place} is {'a blind index' if is_index else 'no blind index'}, but listed as {listed.data_class.code}"
    if is_encrypted and listed.data_class in {PUBLIC, INTERNAL}:
        yield f"{place} is encrypted, but listed as {listed.data_class.code}"
    if listed.data_class is S4 and not is_encrypted and listed.plain is None:
        yield f"{place} is S4 and not encrypted: make it an EncryptedTextField, or say why not (“plain: {{en: …, zh: …}}”)"
    if listed.data_class.is_personal and entry.belongs_to and not listed.is_exported and listed.label and listed.because is None:
        yield f"{place} is not handed to the person: say why (“because: {{en: …, zh: …}}”)"


def _problems_of_terms(model: Model, entry: ModelEntry, listed: dict[str, ModelEntry]) -> Iterator[str]:
    if not entry.keeps:
        yield f"{_place(entry)}: {model._meta.label} says nowhere how long it is kept (“keep:”)"
    for keep in entry.keeps:
        if keep.with_ and keep.with_ not in listed:
            yield f"{_place(entry)}: there is no table {keep.with_} to go with"
        for name in set(keep.fields) - entry.fields.keys():
            yield f"{_place(entry)}: cannot blank {name}: there is no such field"
    sensitive = {field.name for field in entry.fields.values() if field.data_class is S4}
    emptied = {name for keep in entry.keeps for name in keep.fields}
    for name in sorted(sensitive - emptied if emptied else ()):
        yield f"{_place(entry)}: {model._meta.label}.{name} is S4 and outlives its row's term: blank it too"
    yield from _problems_of_paths(model, entry)


def _problems_of_paths(model: Model, entry: ModelEntry) -> Iterator[str]:
    paths = {path.removesuffix("__isnull") for keep in entry.keeps for path in (*keep.after, *keep.only)}
    for path in sorted(paths | set(entry.belongs_to) | set(entry.held_with.values())):
        if not _leads_somewhere(model, path):
            yield f"{_place(entry)}: {model._meta.label} knows no “{path}”"


def _leads_somewhere(model: Model, path: str) -> bool:
    try:
        model._base_manager.filter(**{f"{path}__isnull": False})
    except (FieldError, FieldDoesNotExist):
        return False
    return True


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _place(entry: ModelEntry) -> str:
    return f"{_short(entry.row.path)}, line {entry.row.line}"
