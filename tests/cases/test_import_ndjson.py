"""Cases of a case system of one's own, one JSON object a line."""

from __future__ import annotations

import json

import pytest

from cases.models import Case, ProgressEntry
from tests.cases.importing import LONDON, import_lines, london, told, verify
from tests.plugins.people import RESIDENT_ID

__all__ = ["import_lines", "london"]
pytestmark = pytest.mark.django_db

REGISTERED = {"key": "1", "at": "2024-03-01T09:00:00+08:00", "status": "registered", "text_en": "Registered.", "text_zh": "已登记。"}
FILED = {"key": "2", "at": "2024-03-02T09:00:00+08:00", "status": "filed"}
SOLVED = {"key": "3", "at": "2024-03-05T09:00:00+08:00", "status": "solved", "detail": "The bicycle was found."}


def a_case(**changed):
    case = {
        "source_case_id": "A-1",
        "category": "bicycle-theft",
        "reported_at": "2024-03-01T08:00:00+08:00",
        "entries": [REGISTERED, FILED],
    }
    return {name: value for name, value in (case | changed).items() if value is not None}


@pytest.fixture
def lines(tmp_path):
    def lines(*cases, name="cases.ndjson"):
        rows = [case if isinstance(case, str) else json.dumps(case, ensure_ascii=False) for case in cases]
        (tmp_path / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        return tmp_path / name

    return lines


def test_a_line_becomes_a_case_with_its_timeline(import_lines, lines):
    import_lines(lines(a_case(entries=[SOLVED, REGISTERED, FILED])), "--source=old-system")

    case = Case.objects.get()
    assert (case.source, case.source_case_id, case.unit.code, case.status) == ("old-system", "A-1", LONDON, "solved")
    assert list(case.entries.order_by("sequence").values_list("source_key", flat=True)) == ["1", "2", "3"]
    assert case.entries.get(sequence=3).detail == "The bicycle was found."
    verify()


def test_a_running_legal_term_gets_its_deadline(import_lines, lines):
    import_lines(lines(a_case(entries=[REGISTERED])))

    assert Case.objects.get().due_at is not None


def test_a_second_run_adds_nothing_and_news_are_added(import_lines, lines):
    import_lines(lines(a_case()))
    before = told()

    again = import_lines(lines(a_case()))
    assert (told(), "0 new          0 updated          1 unchanged" in again.text) == (before, True)

    import_lines(lines(a_case(entries=[REGISTERED, FILED, SOLVED])))
    assert Case.objects.get().status == "solved"
    verify()


def test_a_case_in_two_lines_has_the_entries_of_both(import_lines, lines):
    run = import_lines(lines(a_case(entries=[REGISTERED, SOLVED]), a_case(entries=[FILED])))

    assert ProgressEntry.objects.get(source_key="2").is_late
    assert Case.objects.get().status == "solved"
    assert "1 new          1 updated" in run.text


def test_batches_end_alike(import_lines, lines):
    cases = [a_case(source_case_id=f"A-{number}") for number in range(7)]

    import_lines(lines(*cases), "--batch=2")

    assert Case.objects.count() == 7


def test_a_unit_below_may_be_named_and_no_other(import_lines, lines, branch, station, foreign_station):
    run = import_lines(lines(a_case(unit=station.code), a_case(source_case_id="A-2", unit=foreign_station.code)), f"--unit={branch.code}")

    assert Case.objects.get().unit == station
    assert run.skipped == [("cases.ndjson", 2, "broken_row")]


def test_publication_is_the_categorys_unless_the_line_says_less(import_lines, lines):
    import_lines(
        lines(
            a_case(source_case_id="open"),
            a_case(source_case_id="closed", publication="closed", ground="minor"),
            a_case(source_case_id="by-law", category="sexual-offence"),
        )
    )

    published = {case.source_case_id: (case.publication, case.ground) for case in Case.objects.all()}
    assert published == {"open": ("open", ""), "closed": ("closed", "minor"), "by-law": ("closed", "sexual_offence")}


def test_an_entry_may_be_withheld(import_lines, lines):
    import_lines(lines(a_case(entries=[REGISTERED, FILED | {"ground": "privacy"}])))

    assert ProgressEntry.objects.get(source_key="2").publication == "withheld"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        '"text"',
        '{"source_case_id": "A-2", "source_case_id": "A-3"}',
        a_case(source_case_id=None),
        a_case(source_case_id=""),
        a_case(source_case_id=7),
        a_case(source_case_id="x" * 81),
        a_case(source_case_id="a\x00b"),
        a_case(category="piracy"),
        a_case(category=["theft"]),
        a_case(reported_at="yesterday"),
        a_case(reported_at="2024-03-01T08:00:00"),
        a_case(reported_at="0001-01-01T00:00:00+08:00"),
        a_case(reported_at="2999-01-01T00:00:00+08:00"),
        a_case(publication="closed"),
        a_case(publication="open", category="sexual-offence"),
        a_case(publication="unit_only", ground="minor"),
        a_case(entries=None),
        a_case(entries=[]),
        a_case(entries=["filed"]),
        a_case(entries=[REGISTERED, REGISTERED]),
        a_case(entries=[REGISTERED | {"status": "mediation"}]),
        a_case(entries=[REGISTERED | {"status": ["filed"]}]),
        a_case(entries=[REGISTERED | {"at": "2999-01-01T00:00:00+08:00"}]),
        a_case(entries=[REGISTERED | {"text_en": "x" * 501}]),
        a_case(entries=[REGISTERED | {"detail": f"Reported by {RESIDENT_ID}."}]),
        a_case(entries=[REGISTERED | {"text_zh": "电话13800000001"}]),
        a_case(entries=[REGISTERED | {"colour": "red"}]),
        a_case(party="somebody"),
        '{"source_case_id": NaN}',
        "x" * 2_000_000,
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(import_lines, lines, line):
    run = import_lines(lines(a_case(source_case_id="A-0"), line, a_case(source_case_id="A-9")))

    assert sorted(Case.objects.values_list("source_case_id", flat=True)) == ["A-0", "A-9"]
    assert run.skipped == [("cases.ndjson", 2, "broken_row")]
    assert run.rows[0]["explanation"]


def test_a_byte_order_mark_does_no_harm(import_lines, lines):
    path = lines(a_case())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert not import_lines(path).skipped


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{\x00}\x00", b"[1, 2]\n"])
def test_it_ends_with_an_error_if_nothing_could_be_done(import_lines, tmp_path, content):
    (tmp_path / "cases.ndjson").write_bytes(content)

    assert import_lines(tmp_path).error


def test_a_file_that_cannot_be_read_does_not_stop_the_next(import_lines, lines, tmp_path):
    (tmp_path / "a.ndjson").touch()

    run = import_lines(tmp_path / "a.ndjson", tmp_path / "nowhere.ndjson", lines(a_case()))

    assert Case.objects.count() == 1
    assert "the file is empty" in run.text and "no such file" in run.text
