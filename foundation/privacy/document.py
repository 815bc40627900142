"""``docs/personal-data.md``, written from the registry so that it cannot differ from it."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.utils.translation import override

from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.privacy.classes import CLASSES
from foundation.privacy.entries import Keep, ModelEntry
from foundation.privacy.registry import Model, entries, hall_models

_HEAD = """# Personal data

Every field of every table: its class, what it is for, how long it is kept and how it is protected. Written by
`manage.py write_personal_data` from the files `personal_data.yaml` of the apps and from `foundation/privacy/libraries/` for tables of
libraries; a test compares the two, and a field that is not listed, or listed and gone, fails the build. The same registry makes the public
page `/privacy/data/`, drives `manage.py purge`, and makes the file that a person can download at `/my/data/`.

## Classes

| class | name | what belongs to it |
| --- | --- | --- |
"""
_HOW = """
## How to list a table

```yaml
Party:                                       # the model's name
  title: {en: Your part in cases, zh: 您在案件中的身份}      # as the person concerned would call it
  purpose: {en: Why it is kept., zh: 为什么保存。}
  belongs_to: {id_number_index: id_number}   # how rows of one resident are found; leave out for tables about nobody or about officers
  officers: [handled_by]                     # relations to accounts that are officers' only
  unused: true                               # nothing is ever written into it: a library's table that the hall does not use
  held_with: {case: case__reference}         # by which held matters a row is spared by the purge (see Legal holds)
  keep:
    - for: 2 years                           # or 6 months, 30 days, 0 days
      after: [closed_at]                     # clocks of the row: the first one set counts; `latest: [a, b]`: the later, once both are set
      only: {is_draft: true}                 # only rows for which this holds
      blank: [name, phone]                   # empty these fields; without `blank` the row is deleted; `then: name` calls a registered deed
      ground: {en: Why so long., zh: 为何这么久。}
      lawyer: true                           # the term is to be confirmed by a lawyer of the city
    - with: accounts.Person                  # or: goes with another table's row
      ground: {en: …, zh: …}
    - always: {en: Why it is never deleted., zh: 为何永不删除。}
  fields:
    internal: [id, bureau_code]              # classes that tell of nobody, and S2, are lists of names
    index: [id_number_index]
    S4:                                      # S3 and S4 say what the field is called, for the page and the download
      name: {en: Name, zh: 姓名, correct: true}               # `correct`: the person may ask for a correction
      note: {en: Note, zh: 备注, export: false, because: {en: …, zh: …}, plain: {en: Why it is not encrypted., zh: …}}
```

What rows belong to is one of: `person` (key of the person's row), `user` (key of the account's row), `account` (public reference of
the account), `label` (`resident:U-…`) or `id_number` (blind index of the ID number). Where a person may read less of a row than is kept,
the app registers with `foundation.privacy.copies` what they get. A deed that `then:` names is registered with
`foundation.privacy.retention`.
"""


def render() -> str:
    """Return the page, in English."""
    with override("en"):
        return _HEAD + "".join(_class_rows()) + _HOW + "".join(_apps())


def _class_rows() -> Iterator[str]:
    for each in CLASSES.values():
        yield f"| `{each.code}` | {each.title} | {each.meaning} |\n"


def _apps() -> Iterator[str]:
    listed = entries()
    for config in apps.get_app_configs():
        models = [model for model in hall_models() if model._meta.app_config is config]
        if models:
            yield f"\n## {_name(config)}\n"
        for model in models:
            yield from _model(model, listed[model._meta.label])


def _name(config: AppConfig) -> str:
    return f"`{config.label}`"


def _model(model: Model, entry: ModelEntry) -> Iterator[str]:
    yield f"\n### {model._meta.label}: {entry.title}\n\n{entry.purpose}\n\n"
    for keep in entry.keeps:
        yield f"- {_keep(keep)}{' *To be confirmed by a lawyer of the city.*' if keep.needs_lawyer else ''}\n"
    if entry.withheld:
        yield f"- Not handed out: {entry.withheld}\n"
    yield "\n| field | class | called | protected | handed to the person | correctable |\n| --- | --- | --- | --- | --- | --- |\n"
    for field in model._meta.local_fields:
        listed = entry.fields[field.name]
        plain = f"plain: {listed.plain}" if listed.plain else ""
        protected = "encrypted" if isinstance(field, EncryptedTextField) else "keyed hash" if isinstance(field, BlindIndexField) else plain
        exported = "yes" if listed.is_exported else str(listed.because or "")
        row = (
            f"`{field.name}`",
            listed.data_class.code,
            str(listed.label or ""),
            protected,
            exported,
            "yes" if listed.is_correctable else "",
        )
        yield f"| {' | '.join(row)} |\n"


def _keep(keep: Keep) -> str:
    if keep.always:
        return f"Kept for good. {keep.reason}"
    if keep.with_:
        return f"Goes with its `{keep.with_}`. {keep.reason}"
    clock = (" and ".join if keep.is_latest else " or else ".join)(f"`{name}`" for name in keep.after)
    deed = {"delete": "deleted", "blank": f"emptied: {', '.join(f'`{name}`' for name in keep.fields)}"}.get(keep.then, f"`{keep.then}`")
    return f"{str(keep.term).capitalize()} after {clock}: {deed}. {keep.reason}"
