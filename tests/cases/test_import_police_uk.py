"""A police force's published archive becomes cases with timelines: whole, once, and in whatever order the files come."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models import Count

from cases.handlers import count_month
from cases.imports.archive_table import read_table
from cases.imports.files import find_files
from cases.imports.job import ImportJob
from cases.imports.skipped_rows import SkippedRows
from cases.models import Case, MonthlyFigure, ProgressEntry
from cases.operations.append_entry import Words
from cases.operations.import_histories import IMPORTED
from cases.operations.import_police_uk import import_police_uk
from cases.operations.publish_progress import publish_progress
from cases.operations.transfer_case import merge_case
from foundation.audit.models import AuditEntry
from foundation.errors import NotAllowed
from foundation.outbox.models import Event
from tests.cases.generate_archive import generate_archive
from tests.cases.importing import (
    DEMO_FOLDER,
    LONDON,
    crime,
    import_archive,
    london,
    outcome,
    prepare_london,
    run_import,
    told,
    verify,
    write_crimes,
    write_outcomes,
)
from tests.plugins.people import NOW
from tests.seeds.figures import DEMO, DEMO_CASES_BY_CRIME_TYPE, DEMO_OUTCOMES_BY_TYPE

__all__ = ["import_archive", "london"]
pytestmark = pytest.mark.django_db

TABLE = settings.SEEDS / "imports" / "police-uk.yaml"
MONTHS = ("2016-08", "2016-09", "2016-10")
ENTRIES = DEMO.cases + DEMO.outcome_rows_of_cases


def case_of(crime_id):
    (case,) = Case.objects.filter(source="police-uk", source_case_id=crime_id)
    return case


def keys_of(case):
    return list(case.entries.order_by("sequence").values_list("source_key", flat=True))


# --- the months that come with the project ------------------------------------------------------------------------------


def test_every_crime_becomes_a_case_and_every_outcome_of_it_an_entry(import_archive):
    run = import_archive(DEMO_FOLDER)

    assert Case.objects.count() == DEMO.cases
    assert ProgressEntry.objects.count() == ENTRIES
    assert run.count("without_crime_id") == DEMO.rows_without_crime_id
    assert run.count("no_case") == DEMO.outcome_rows_of_other_crimes
    assert len(run.skipped) == DEMO.rows_without_crime_id + DEMO.outcome_rows_of_other_crimes


def test_the_report_says_what_was_done_and_where_the_rest_is_listed(import_archive):
    run = import_archive(DEMO_FOLDER)

    said = " ".join(run.text.split())
    assert f"rows read {DEMO.street_rows + DEMO.outcome_rows:,}" in said
    assert f"cases {DEMO.cases:,} new 0 updated 0 unchanged" in said
    assert f"progress entries {ENTRIES:,} new 0 unchanged from outcome rows {DEMO.outcome_rows_of_cases}" in said
    assert f"without Crime ID: {DEMO.rows_without_crime_id}" in said
    assert f"outcome without a crime in the files or the hall: {DEMO.outcome_rows_of_other_crimes}" in said
    assert "reading 100 %" in said and "writing 100 %" in said and "rows/s" in said and "skipped.csv" in said


def test_cases_and_steps_are_of_the_kinds_that_the_archive_tells(import_archive):
    import_archive(DEMO_FOLDER)
    table = read_table(TABLE)
    by_category, by_step = {}, {}
    for name, count in DEMO_CASES_BY_CRIME_TYPE.items():
        code = table.categories[table.crime_types[name]]
        by_category[code] = by_category.get(code, 0) + count
    for name, count in DEMO_OUTCOMES_BY_TYPE.items():
        by_step[table.steps[table.outcomes[name]].code] = count

    assert dict(Case.objects.values_list("category__code").annotate(Count("pk"))) == by_category
    steps = [key.split("/")[1] for key in ProgressEntry.objects.exclude(source_key="recorded").values_list("source_key", flat=True)]
    assert {code: steps.count(code) for code in set(steps)} == by_step


def test_a_second_run_adds_nothing(import_archive):
    import_archive(DEMO_FOLDER)
    before = [model.objects.count() for model in (Case, ProgressEntry, AuditEntry, Event)]

    run = import_archive(DEMO_FOLDER)

    assert [model.objects.count() for model in (Case, ProgressEntry, AuditEntry, Event)] == before
    said = " ".join(run.text.split())
    assert f"cases 0 new 0 updated {DEMO.cases:,} unchanged progress entries 0 new {ENTRIES:,} unchanged" in said


def test_imported_timelines_are_sealed_like_any_other(import_archive):
    import_archive(DEMO_FOLDER)

    assert f"{ENTRIES + AuditEntry.objects.count()} rows are as they were sealed" in verify()


def test_months_in_any_order_end_alike(import_archive):
    files = {month: [DEMO_FOLDER / f"{month}-city-of-london-{kind}.csv" for kind in ("street", "outcomes")] for month in MONTHS}
    ends = []
    for order in [MONTHS, MONTHS[::-1], ("2016-09", "2016-10", "2016-08")]:
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        for month in order:
            import_archive(*files[month])
        # Outcomes of a crime whose month came later were left out, and are found when the files are read again.
        import_archive(DEMO_FOLDER)
        ends.append(told())
        verify()
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")

    assert ends[0] == ends[1] == ends[2]
    assert sum(len(facts[-1]) for facts in ends[0].values()) == ENTRIES


def test_open_data_is_told_once_of_each_month(import_archive, london):
    import_archive(DEMO_FOLDER, "--batch=100")

    events = Event.objects.filter(name=IMPORTED)
    assert sorted(event.payload["month"] for event in events) == [f"{month}-01" for month in MONTHS]
    for event in events:
        count_month(event.payload, NOW)
    assert sum(MonthlyFigure.objects.filter(unit=london).values_list("cases", flat=True)) == DEMO.cases


# --- what becomes of one case -------------------------------------------------------------------------------------------


def test_a_case_tells_in_both_languages_what_happened(import_archive, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), write_outcomes(tmp_path / "outcomes.csv", outcome("a1", "2016-09")))

    case = case_of("a1")
    first, second = case.entries.order_by("sequence")
    assert (case.kind, case.category.code, case.status, case.unit.code) == ("criminal", "shop-theft", "sent_for_prosecution", LONDON)
    assert (first.status, second.status) == ("investigating", "sent_for_prosecution")
    assert second.text_en.startswith("A suspect has been charged.") and second.text_zh.startswith("一名嫌疑人已被起诉。")
    assert case.reported_at.isoformat() == "2016-07-31T16:00:00+00:00", "the first of August, midnight in the city"
    assert not case.closed_at and not case.due_at


def test_a_final_outcome_ends_the_work_on_the_case(import_archive, tmp_path):
    rows = [outcome("a1", kind="Unable to prosecute suspect")]
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), write_outcomes(tmp_path / "outcomes.csv", *rows))

    assert case_of("a1").status == "ended"
    assert not Case.objects.live().exists()


def test_within_a_month_the_charge_comes_before_the_sentence_whatever_the_file_says(import_archive, tmp_path):
    rows = [outcome("a1", kind="Offender sent to prison"), outcome("a1", kind="Suspect charged")]
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), write_outcomes(tmp_path / "outcomes.csv", *rows))

    assert keys_of(case_of("a1")) == ["recorded", "2016-08/charged/1", "2016-08/imprisoned/1"]
    assert case_of("a1").status == "closed"


def test_equal_rows_are_several_accused_persons(import_archive, tmp_path):
    charged = write_outcomes(tmp_path / "outcomes.csv", outcome("a1"), outcome("a1"))
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), charged)

    assert keys_of(case_of("a1")) == ["recorded", "2016-08/charged/1", "2016-08/charged/2"]


def test_one_file_under_two_names_tells_nothing_twice(import_archive, tmp_path):
    crimes = write_crimes(tmp_path / "1-street.csv", crime("a1"))
    rows = write_outcomes(tmp_path / "1-outcomes.csv", outcome("a1"), outcome("a1"))
    shutil.copy(crimes, tmp_path / "2-street.csv")
    shutil.copy(rows, tmp_path / "2-outcomes.csv")

    run = import_archive(tmp_path)

    assert len(keys_of(case_of("a1"))) == 3
    assert run.skipped == [
        ("2-street.csv", 2, "duplicate_row"),
        ("2-outcomes.csv", 2, "duplicate_row"),
        ("2-outcomes.csv", 3, "duplicate_row"),
    ]


def test_an_earlier_month_that_comes_late_is_kept_and_moves_nothing(import_archive, tmp_path):
    crimes = write_crimes(tmp_path / "street.csv", crime("a1"))
    import_archive(crimes, write_outcomes(tmp_path / "3.csv", outcome("a1", "2016-12", "Offender fined")))

    run = import_archive(write_outcomes(tmp_path / "2.csv", outcome("a1", "2016-10")))

    case = case_of("a1")
    late = case.entries.get(source_key="2016-10/charged/1")
    assert (case.status, late.is_late, late.sequence) == ("closed", True, 3)
    assert "stored late, without moving the stage back: 1" in run.text
    verify()


def test_an_outcome_dated_before_its_crime_puts_no_stage_before_the_report(import_archive, tmp_path):
    rows = [outcome("a1", "2016-05", "Offender given a caution")]
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), write_outcomes(tmp_path / "outcomes.csv", *rows))

    case = case_of("a1")
    assert keys_of(case) == ["recorded", "2016-05/cautioned/1"]
    assert case.status == "closed"
    assert case.status_since == case.closed_at == case.reported_at


def test_an_outcome_is_added_to_a_case_that_only_the_hall_knows(import_archive, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")))

    run = import_archive(write_outcomes(tmp_path / "outcomes.csv", outcome("a1", "2016-10"), outcome("b2")))

    assert case_of("a1").status == "sent_for_prosecution"
    assert run.skipped == [("outcomes.csv", 3, "no_case")]
    assert "0 new          1 updated" in run.text


def test_what_an_officer_published_is_not_overtaken_by_history(import_archive, london, appoint, act, tmp_path):
    crimes = write_crimes(tmp_path / "street.csv", crime("a1"))
    import_archive(crimes)
    officer = act(appoint("handling-officer", london, "londoner"))
    publish_progress(actor=officer, reference=case_of("a1").reference, action="solve", words=Words(detail="Found."), now=NOW)

    import_archive(write_outcomes(tmp_path / "outcomes.csv", outcome("a1", "2016-10")))

    case = case_of("a1")
    assert (case.status, case.progress_length) == ("solved", 3)
    assert case.entries.get(sequence=3).is_late
    verify()


def test_a_case_joined_with_another_takes_no_more_history(import_archive, london, appoint, act, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1"), crime("b2")))
    merge_case(actor=act(appoint("supervisor", london, "chief")), reference=case_of("a1").reference, into=case_of("b2").reference, now=NOW)

    run = import_archive(write_outcomes(tmp_path / "outcomes.csv", outcome("a1", "2016-10"), outcome("b2", "2016-10")))

    assert run.skipped == [("outcomes.csv", 2, "case_joined")]
    assert keys_of(case_of("b2"))[-1] == "2016-10/charged/1"


def test_what_may_be_a_sexual_offence_shows_the_unit_only(import_archive, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1", kind="Violence and sexual offences")))

    assert (case_of("a1").publication, case_of("a1").ground) == ("unit_only", "privacy")


def test_each_batch_is_audited_with_what_it_changed(import_archive, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), write_outcomes(tmp_path / "outcomes.csv", outcome("a1")))

    entry = AuditEntry.objects.get(action="case.import")
    assert (entry.actor_kind, entry.actor_reference, entry.subject_reference) == ("command", "import_cases", LONDON)
    assert entry.changes == {
        "source": [None, "police-uk"],
        "cases_new": [None, 1],
        "cases_updated": [None, 0],
        "entries_new": [None, 2],
    }


# --- for whom -----------------------------------------------------------------------------------------------------------


def test_rows_of_another_force_are_left_out_unless_their_unit_is_named(import_archive, station, tmp_path):
    force = "Kent Police,Kent Police,0,51"
    crimes = write_crimes(tmp_path / "street.csv", crime("a1", force=force), crime("b2"))

    assert import_archive(crimes).skipped == [("street.csv", 2, "other_force")]
    assert import_archive(crimes, f"--unit={station.code}").skipped == []
    assert case_of("a1").unit == station


def test_a_bureau_may_be_named_by_six_digits(import_archive, bureau, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), "--bureau=310000")

    assert case_of("a1").unit == bureau


@pytest.mark.parametrize("options", [["--unit=310101000001", "--bureau=440000"], ["--unit=999999999999"], ["--bureau=99"]])
def test_a_unit_that_is_not_there_or_not_in_the_bureau_is_refused(import_archive, station, foreign_station, tmp_path, options):
    run = import_archive(write_crimes(tmp_path / "street.csv", crime("a1")), *options)

    assert run.error
    assert not Case.objects.exists()


def test_nobody_imports_without_the_right_to(london, desk_clerk, tmp_path):
    with SkippedRows(tmp_path / "skipped.csv") as skipped:
        job = ImportJob(actor=desk_clerk, unit=london, files=[], skipped=skipped, now=NOW)
        with pytest.raises(NotAllowed):
            import_police_uk(job=job, table=read_table(TABLE), own_forces=None)


# --- long archives, killed and concurrent runs --------------------------------------------------------------------------


def test_a_zip_file_is_read_as_it_was_downloaded(import_archive, tmp_path):
    write_crimes(tmp_path / "street.csv", crime("a1"))
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.write(tmp_path / "street.csv", "2016-08/2016-08-city-of-london-street.csv")
        archive.writestr("2016-08/2016-08-city-of-london-outcomes.csv", write_outcomes(tmp_path / "o.csv", outcome("a1")).read_text())

    import_archive(tmp_path / "archive.zip")

    assert len(keys_of(case_of("a1"))) == 2


def test_a_made_up_archive_is_imported_whole(import_archive, tmp_path):
    made = generate_archive(tmp_path, rows=600, months=4)

    run = import_archive(tmp_path, "--batch=50")

    assert Case.objects.count() == made.cases
    assert ProgressEntry.objects.count() == made.cases + made.outcomes
    assert (run.count("without_crime_id"), run.count("no_case")) == (made.without_crime_id, made.without_case)


def start_import(folder, skipped, *arguments):
    """Start the command as a process of its own, on the database of this test."""
    name = connection.settings_dict["NAME"]
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rpartition('/')[0]}/{name}?{query}"
    command = [sys.executable, "manage.py", "import_cases", "police-uk", str(folder), f"--skipped={skipped}", *arguments]
    return subprocess.Popen(command, cwd=settings.SEEDS.parent, env={**os.environ, "DATABASE_URL": address}, stdout=subprocess.DEVNULL)


def wait_for(condition, process, *, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline, "the import was over before it could be killed"
        time.sleep(0.005)


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_finished_by_the_next(tmp_path):
    prepare_london()
    process = start_import(DEMO_FOLDER, tmp_path / "first.csv", "--batch=10")
    try:
        wait_for(lambda: Case.objects.count() >= 50, process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    finished = Case.objects.count()
    assert 0 < finished < DEMO.cases
    assert verify(), "every case that is there is whole"

    run = run_import(tmp_path / "second.csv", "police-uk", DEMO_FOLDER)

    assert (Case.objects.count(), ProgressEntry.objects.count()) == (DEMO.cases, ENTRIES)
    assert f"{DEMO.cases - finished:,} new          0 updated {finished:>10,} unchanged" in run.text
    assert "rows are as they were sealed" in verify()


@pytest.mark.django_db(transaction=True)
def test_two_imports_side_by_side_end_as_one(tmp_path):
    prepare_london()
    generate_archive(tmp_path / "archive", rows=400, months=2)

    def run(number):
        try:
            return run_import(tmp_path / f"{number}.csv", "police-uk", tmp_path / "archive", "--batch=20").error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(run, range(3))) == ["", "", ""]

    once = run_import(tmp_path / "again.csv", "police-uk", tmp_path / "archive")
    assert "cases                        0 new          0 updated" in once.text
    verify()


def test_the_import_keeps_the_site_within_its_own_rights(import_archive, tmp_path):
    import_archive(write_crimes(tmp_path / "street.csv", crime("a1")))

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_table_privilege('cases_progressentry', 'UPDATE')")
        assert cursor.fetchone() == ("hall_app", False)


def test_archives_are_found_wherever_they_lie(tmp_path):
    for place in ("one/street.csv", "two/deep/outcomes.csv", "two/README.md"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()

    files, problems = find_files([tmp_path, tmp_path / "one", Path("/nowhere")], suffix=".csv")

    assert len(files) == 2
    assert problems == [("/nowhere", "no such file or directory")]
