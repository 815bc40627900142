"""Rows that are copied into a table come out as they went in."""

from __future__ import annotations

import pytest

from cases.imports.copying import Mould, copy_lines, copy_rows
from cases.models import Case, Category, Party, ProgressEntry
from foundation.progress.chain import GENESIS

pytestmark = pytest.mark.django_db
AWKWARD = ["plain", "", "\\N", "\\", "tab\there", "line\nand\rline", "“quoted”", "警方已登记", "\\x00", "null", "\u2028", "'; --"]


def test_every_text_comes_out_as_it_went_in():
    rows = [Category(code=f"c-{n}", kind="criminal", name_en=text, name_zh=text[::-1]) for n, text in enumerate(AWKWARD)]

    copy_rows(Category, rows)

    assert list(Category.objects.order_by("pk").values_list("name_en", "name_zh")) == [(text, text[::-1]) for text in AWKWARD]


def test_moments_bytes_numbers_and_nothing_come_out_as_they_went_in(case):
    entry = case.entries.get()
    entry.pk, entry.sequence, entry.salt, entry.refers_to = None, 2, bytes(range(16)), None

    copy_rows(ProgressEntry, [entry])

    copied = ProgressEntry.objects.get(sequence=2)
    assert (copied.at, bytes(copied.salt), copied.refers_to, copied.is_late) == (entry.at, bytes(range(16)), None, False)


def test_copying_nothing_is_no_error():
    copy_rows(Case, [])


def test_encrypted_fields_are_refused(case):
    with pytest.raises(TypeError):
        copy_rows(Party, list(case.parties.all()))


def test_what_breaks_while_rows_are_made_comes_out_as_it_is_and_nothing_was_copied():
    def lines():
        yield "code\tcriminal\tName\t名\topen\t\tt\n"
        raise LookupError("half way")

    with pytest.raises(LookupError, match="half way"):
        copy_lines("cases_category", ["code", "kind", "name_en", "name_zh", "default_publication", "default_ground", "is_active"], lines())

    assert not Category.objects.exists()


def test_a_row_from_the_mould_is_like_one_that_the_model_makes():
    made = Category(code="c", kind="criminal", name_en="n", name_zh="名")

    cast = Mould(Category).cast(code="c", kind="criminal", name_en="n", name_zh="名")

    assert [getattr(cast, each.attname) for each in Category._meta.concrete_fields] == [
        getattr(made, each.attname) for each in Category._meta.concrete_fields
    ]


@pytest.mark.parametrize("values", [{}, {"progress_head": GENESIS}, {"colour": "red"}])
def test_a_mould_wants_every_value_that_has_no_fixed_default_and_no_other(values):
    with pytest.raises(TypeError):
        Mould(Case).cast(**values)
