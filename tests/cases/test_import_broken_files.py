"""Broken files: each row that can be read is taken, each that cannot is named with its line, and the next file is read."""

from __future__ import annotations

import pytest

from cases.models import Case, ProgressEntry
from tests.cases.generate_archive import FORCE, OUTCOMES, PLACE, STREET
from tests.cases.importing import crime, import_archive, london, outcome, run_import, write_crimes, write_outcomes

__all__ = ["import_archive", "london"]
pytestmark = pytest.mark.django_db


def imported():
    return sorted(Case.objects.values_list("source_case_id", flat=True))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f'x9,2016-08,{FORCE},"On or near a street,E0,City,Drugs,,\n', "broken_row"),
        (f'x9,2016-08,{FORCE},"On or near" a street,E0,City,Drugs,,\n', "broken_row"),
        ("x9,2016-08\n", "broken_row"),
        (crime("x9").rstrip("\n") + ",one more\n", "broken_row"),
        (crime("x9", month="2016-13"), "broken_row"),
        (crime("x9", month="August"), "broken_row"),
        (crime("x9", month=""), "broken_row"),
        (crime("x9", month="2099-01"), "broken_row"),
        (crime("x" * 81), "broken_row"),
        (crime("x 9"), "broken_row"),
        (crime("x\t9"), "broken_row"),
        (crime("x\\9"), "broken_row"),
        (crime("x\x009"), "broken_row"),
        (crime(""), "without_crime_id"),
        (crime("x9", kind="Piracy"), "unknown_crime_type"),
        (crime("x9", kind=""), "unknown_crime_type"),
        (crime("x9").replace("Made-up Street", "y" * 10_000_000), "broken_row"),
        ("\x00\x01\x02\n", "broken_row"),
    ],
)
def test_a_broken_row_is_named_and_the_rest_goes_on(import_archive, tmp_path, row, reason):
    run = import_archive(write_crimes(tmp_path / "street.csv", crime("a1"), row, crime("b2")))

    assert imported() == ["a1", "b2"]
    assert run.skipped == [("street.csv", 3, reason)]
    assert not run.error


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (outcome("a1", kind="Offender knighted"), "unknown_outcome"),
        (outcome("a1", kind="=HYPERLINK(1)"), "unknown_outcome"),
        (outcome("a1", month="2016-00"), "broken_row"),
        (outcome(""), "without_crime_id"),
        (outcome("x9"), "no_case"),
    ],
)
def test_a_broken_outcome_is_named_and_the_rest_goes_on(import_archive, tmp_path, row, reason):
    outcomes = write_outcomes(tmp_path / "outcomes.csv", row, outcome("a1"))

    run = import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), outcomes)

    assert ProgressEntry.objects.count() == 2
    assert run.skipped == [("outcomes.csv", 2, reason)]


def test_text_of_another_encoding_spoils_its_own_rows_only(import_archive, tmp_path):
    path = tmp_path / "street.csv"
    path.write_bytes((STREET + crime("a1")).encode() + crime("x9").replace("Made-up", "南京").encode("gbk") + crime("b2").encode())

    run = import_archive(path)

    assert imported() == ["a1", "b2"]
    assert [(line, reason) for _file, line, reason in run.skipped] == [(3, "broken_row")]
    assert "not UTF-8" in run.rows[0]["explanation"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("Crime ID", " crime id "),
        lambda text: text.replace("On or near Made-up Street", '"On or near ""The"" Street, made up"'),
    ],
    ids=["byte-order mark", "Windows line ends", "blank lines", "no last line end", "heading in other letters", "quoted commas"],
)
def test_harmless_differences_do_no_harm(import_archive, tmp_path, change):
    path = tmp_path / "street.csv"
    path.write_text(change(STREET + crime("a1") + crime("b2")), encoding="utf-8", newline="")

    run = import_archive(path)

    assert (imported(), run.skipped) == (["a1", "b2"], [])


def test_columns_may_stand_in_any_order_and_be_more_or_fewer(import_archive, tmp_path):
    (tmp_path / "street.csv").write_text("Colour,Crime type,Month,Crime ID\nred,Drugs,2016-08,a1\n", encoding="utf-8")
    (tmp_path / "outcomes.csv").write_text("Outcome type,Crime ID,Month\nSuspect charged,a1,2016-09\n", encoding="utf-8")

    run = import_archive(tmp_path)

    assert ProgressEntry.objects.count() == 2
    assert not run.skipped


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_file_cut_in_the_middle_of_a_row_tells_nothing_false(import_archive, tmp_path, cut):
    crimes = write_crimes(tmp_path / "street.csv", crime("a1"))
    whole = OUTCOMES + outcome("a1", kind="Suspect charged as part of another case")
    (tmp_path / "outcomes.csv").write_text(whole[:-cut], encoding="utf-8")

    run = import_archive(crimes, tmp_path / "outcomes.csv")

    is_whole = cut == 1
    assert ProgressEntry.objects.filter(source_key__contains="/").count() == is_whole
    assert [(line, reason in {"broken_row", "unknown_outcome"}) for _file, line, reason in run.skipped] == [(2, True)] * (not is_whole)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n", "the file is empty"),
        ((STREET + crime("x9")).encode("utf-16"), "UTF-16"),
        ((STREET + crime("x9")).encode("utf-16-le"), "UTF-16"),
        (STREET.replace("Month,", "").encode(), "Crime ID, Month and either Crime type or Outcome type"),
        (STREET.replace(",", ";").encode(), "Crime ID, Month and either Crime type or Outcome type"),
        (STREET.replace("Context", "Outcome type").encode(), "either Crime type or Outcome type"),
        (STREET.replace("Context", "Month").encode(), "a column stands in the heading twice"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a heading"),
        (b"x" * 10_000_000, "not a heading"),
        (b'"Crime ID,Month\n', "not a heading"),
    ],
)
def test_a_file_that_is_no_archive_is_named_and_the_next_is_read(import_archive, tmp_path, content, said):
    (tmp_path / "broken.csv").write_bytes(content)

    run = import_archive(tmp_path / "broken.csv", write_crimes(tmp_path / "street.csv", crime("a1")))

    assert imported() == ["a1"]
    assert f"not read: {tmp_path / 'broken.csv'}: " in run.text and said in run.text
    assert not run.error


def test_a_damaged_zip_file_is_named_and_the_next_file_is_read(import_archive, tmp_path):
    (tmp_path / "archive.zip").write_bytes(b"PK\x03\x04 and no more")

    run = import_archive(tmp_path / "archive.zip", write_crimes(tmp_path / "street.csv", crime("a1")))

    assert imported() == ["a1"]
    assert "damaged" in run.text


@pytest.mark.parametrize("name", ["nowhere", "empty-folder", "empty.csv", "broken.csv", "rows.csv"])
def test_it_ends_with_an_error_only_if_nothing_could_be_done(import_archive, tmp_path, name):
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "broken.csv").write_text("nothing of the kind\n", encoding="utf-8")
    write_crimes(tmp_path / "rows.csv", crime(""), "x9\n")

    assert import_archive(tmp_path / name).error
    assert not import_archive(tmp_path / name, write_crimes(tmp_path / "street.csv", crime("a1"))).error


def test_a_month_without_crimes_is_no_error(import_archive, tmp_path):
    run = import_archive(write_crimes(tmp_path / "street.csv"))

    assert not run.error
    assert not run.skipped


def test_a_side_file_that_cannot_be_written_is_told_before_anything_is_read(london, tmp_path):
    crimes = write_crimes(tmp_path / "street.csv", crime("a1"))

    run = run_import(crimes / "skipped.csv", "police-uk", crimes)

    assert "street.csv" in run.error
    assert not imported()


def test_without_categories_it_says_what_to_do(import_archive, tmp_path):
    from cases.models import Category

    Category.objects.filter(code="drug-crime").delete()

    run = import_archive(write_crimes(tmp_path / "street.csv", crime("a1")))

    assert run.error == "There is no category drug-crime; run manage.py load_seeds first."


def test_places_are_not_taken(import_archive, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")))

    assert all(PLACE not in str(value) for value in Case.objects.values().get().values())
