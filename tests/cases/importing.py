"""What tests of imports share: the City of London with its categories, small archives, and the command run as a person runs it."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.models import Case, ProgressEntry
from cases.operations.load_categories import load_categories
from foundation.accounts.actors import command_actor
from foundation.organisations.models import Organisation
from foundation.organisations.operations.load_organisations import load_organisations
from tests.cases.generate_archive import FORCE, OUTCOMES, PLACE, STREET
from tests.plugins.people import NOW

DEMO_FOLDER = settings.SEEDS / "demo" / "city-of-london"
LONDON = "982601000000"


def prepare_london():
    """Load what an import stands on, and return the force."""
    actor = command_actor("test")
    load_organisations(actor=actor, now=NOW, paths=[settings.SEEDS / "organisations" / "city-of-london.yaml"])
    load_categories(actor=actor, now=NOW, path=settings.SEEDS / "cases" / "categories.yaml")
    return Organisation.objects.get(code=LONDON)


@pytest.fixture
def london(db):
    return prepare_london()


class Outcome:
    """What one run of the command printed, and the rows of its side file as pairs of file name, line and reason."""

    def __init__(self, text, skipped, error):
        self.text, self.error = text, error
        self.rows = list(csv.DictReader(StringIO(skipped.read_text(encoding="utf-8")))) if skipped.exists() else []
        self.skipped = [(Path(row["file"]).name, int(row["line"]), row["reason"]) for row in self.rows]

    def count(self, reason):
        return sum(each == reason for _file, _line, each in self.skipped)


def run_import(skipped, *arguments):
    """Run ``import_cases`` with these arguments; what it refuses is in ``error``."""
    out, error = StringIO(), ""
    try:
        call_command("import_cases", *map(str, arguments), f"--skipped={skipped}", stdout=out)
    except CommandError as refusal:
        error = str(refusal)
    return Outcome(out.getvalue(), skipped, error)


@pytest.fixture
def import_archive(london, tmp_path_factory):
    """Import folders or files of the archive of data.police.uk."""
    return lambda *arguments: run_import(tmp_path_factory.mktemp("side") / "skipped.csv", "police-uk", *arguments)


@pytest.fixture
def import_lines(london, tmp_path_factory):
    """Import files of one JSON object a line."""
    return lambda *arguments: run_import(tmp_path_factory.mktemp("side") / "skipped.csv", "ndjson", *arguments)


def crime(crime_id, month="2016-08", kind="Shoplifting", force=FORCE):
    return f"{crime_id},{month},{force},{PLACE},{kind},,\n"


def outcome(crime_id, month="2016-08", kind="Suspect charged", force=FORCE):
    return f"{crime_id},{month},{force},{PLACE},{kind}\n"


def write_crimes(path, *rows):
    path.write_text(STREET + "".join(rows), encoding="utf-8")
    return path


def write_outcomes(path, *rows):
    path.write_text(OUTCOMES + "".join(rows), encoding="utf-8")
    return path


def told():
    """What the hall tells of all cases, apart from the order in which it learnt it: each case's status and the keys of its steps."""
    keys = {}
    for case_id, key in ProgressEntry.objects.values_list("case_id", "source_key"):
        keys.setdefault(case_id, set()).add(key)
    cases = Case.objects.values_list("pk", "source_case_id", "status", "status_since", "closed_at", "publication")
    return {source_case_id: (*facts, frozenset(keys[pk])) for pk, source_case_id, *facts in cases}


def verify():
    """Return what ``verify_log`` says; it raises if any seal is broken."""
    out = StringIO()
    call_command("verify_log", stdout=out)
    return out.getvalue()
