"""No field of any table is there without its class, purpose and term; no entry outlives its field."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.privacy.document import render
from foundation.privacy.management.commands.write_personal_data import PAGE
from foundation.privacy.registry import entries, hall_models, problems
from foundation.seed_files import BrokenSeed
from portal.translations import half_width_punctuation

ADVICE = (
    "\n\nThe registry of personal data must list every field of every table; docs/personal-data.md says how.\n"
    "Then: .venv/bin/python manage.py write_personal_data\n"
)


def test_every_field_of_every_table_is_listed():
    found = problems()

    assert not found, ADVICE + "\n".join(found)


def test_the_page_of_personal_data_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(), "Run: .venv/bin/python manage.py write_personal_data"


def test_every_entry_is_in_both_languages_with_chinese_marks():
    for label, entry in entries().items():
        for text in (entry.title, entry.purpose, *(keep.reason for keep in entry.keeps), *(field.label for field in entry.fields.values())):
            assert text is None or not half_width_punctuation(text.zh), (label, text.zh)
            assert text is None or text.zh != text.en, (label, text.en)


def test_whatever_is_sensitive_is_encrypted_or_says_why_not():
    for model in hall_models():
        for field in model._meta.local_fields:
            listed = entries()[model._meta.label].fields[field.name]
            if listed.data_class.code == "S4":
                assert isinstance(field, EncryptedTextField) or listed.plain, f"{model._meta.label}.{field.name}"


def _relations_to_people():
    """Yield every relation of any table to one whose rows belong to residents."""
    of_people = {label for label, entry in entries().items() if entry.belongs_to}
    for model in hall_models():
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model._meta.label in of_people:
                yield model, field


def test_whatever_leads_to_a_person_belongs_to_a_person():
    """Walk all relations and blind indexes: a table that could be reached from a person and is not, would be missing in the copy
    that a person gets."""
    missing = []
    for model, field in _relations_to_people():
        entry = entries()[model._meta.label]
        if not entry.belongs_to and field.name not in entry.officers:
            missing.append(
                f"{model._meta.label}.{field.name}: say “belongs_to:” or, if it only ever leads to officers, “officers: [{field.name}]”"
            )
    for model in hall_models():
        if any(isinstance(field, BlindIndexField) for field in model._meta.local_fields) and not entries()[model._meta.label].belongs_to:
            missing.append(f"{model._meta.label} has a blind index of a person: say “belongs_to:”")

    assert not missing, ADVICE + "\n".join(missing)


# --- broken variants: each fault is found ------------------------------------------------------------------------------


@isolate_apps("cases")
def _tables(**fields):
    made = type("Neighbour", (models.Model,), {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "cases"}), **fields})
    return (*hall_models(), made)


def test_a_table_that_is_not_listed_is_found():
    (found,) = problems(tables=_tables())

    assert found.startswith("cases.Neighbour is not listed: write an entry “Neighbour:” into cases/personal_data.yaml")


def _with(label, text, tmp_path):
    from foundation.privacy.entries import read_entries

    path = apps.get_app_config("cases").path + "/personal_data.yaml"
    file = tmp_path / "personal_data.yaml"
    file.write_text(text)
    (entry,) = read_entries(file)
    object.__setattr__(entry, "row", entries()["cases.Party"].row)
    assert path.endswith(str(entry.row.path).split("/")[-1])
    return {**entries(), label: entry}


LISTED = """
Neighbour:
  title: {en: Neighbours, zh: 邻居}
  purpose: {en: For this test., zh: 供测试用。}
  keep: [{always: {en: For this test., zh: 供测试用。}}]
  fields:
"""


@pytest.mark.parametrize(
    ("fields", "table", "fault"),
    [
        (
            "    internal: [id]\n",
            {"nickname": models.CharField(max_length=9)},
            "nickname is not listed: write “nickname” into cases/personal_data.yaml",
        ),
        ("    internal: [id, gone]\n", {}, "has no field “gone”: take it out"),
        (
            "    internal: [id]\n    S4: {nickname: {en: Nickname, zh: 绰号}}\n",
            {"nickname": models.CharField(max_length=9)},
            "is S4 and not encrypted",
        ),
        ("    internal: [id, index]\n", {"index": BlindIndexField(source="name")}, "is a blind index, but listed as internal"),
        ("    internal: [id, name]\n", {"name": EncryptedTextField()}, "is encrypted, but listed as internal"),
    ],
)
def test_a_fault_of_an_entry_is_found(fields, table, fault, tmp_path):
    found = problems(_with("cases.Neighbour", LISTED + fields, tmp_path), _tables(**table))

    assert len(found) == 1 and fault in found[0]


def test_an_entry_without_its_table_is_found(tmp_path):
    found = problems(_with("cases.Neighbour", LISTED + "    internal: [id]\n", tmp_path))

    assert len(found) == 1 and "there is no table cases.Neighbour: take the entry out" in found[0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (LISTED + "    S3: [id]\n", "needs a label in both languages"),
        (LISTED + "    internal: [id, id]\n", "“id” is listed twice"),
        (LISTED + "    S9: [id]\n", "“S9” is not known here"),
        (LISTED.replace("{always:", "{for: soon, after: [id], ground:") + "    internal: [id]\n", "must be a term such as 2 years"),
        (LISTED.replace("  purpose", "  belongs_to: {id: nobody}\n  purpose") + "    internal: [id]\n", "“nobody” is not known here"),
    ],
)
def test_a_file_that_cannot_be_meant_so_is_refused_with_its_line(text, fault, tmp_path):
    with pytest.raises(BrokenSeed, match=fault):
        _with("cases.Neighbour", text, tmp_path)
