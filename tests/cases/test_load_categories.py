"""Case categories are brought to what their file says."""

import datetime

import pytest

from cases.models import Category
from cases.operations.load_categories import load_categories
from foundation.accounts.actors import command_actor
from foundation.audit.models import AuditEntry
from foundation.seed_files import BrokenSeed

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 1, 5, 1, 0, tzinfo=datetime.UTC)
THEFT = "  - {code: theft, kind: criminal, name_zh: 盗窃, name_en: Theft}\n"
SECRET = "  - {code: secret, kind: criminal, name_zh: 机密, name_en: Secret, default_publication: closed, default_ground: state_secret}\n"
FILE = "categories:\n" + THEFT + SECRET


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "categories.yaml"
        path.write_text(text, encoding="utf-8")
        return load_categories(actor=command_actor("test"), now=NOW, path=path)

    return load


def test_categories_are_loaded_with_what_the_law_makes_of_them(load):
    report = load(FILE)

    assert str(report) == "2 new, 0 updated, 0 unchanged, 0 deactivated"
    assert Category.objects.get(code="theft").default_publication == "open"
    assert Category.objects.get(code="secret").default_ground == "state_secret"


def test_a_second_load_changes_nothing_and_leaves_no_trace(load):
    load(FILE)

    assert str(load(FILE)) == "0 new, 0 updated, 2 unchanged, 0 deactivated"
    assert AuditEntry.objects.count() == 1


def test_a_changed_name_is_updated_in_place(load):
    load(FILE)
    key = Category.objects.get(code="theft").pk

    report = load(FILE.replace("name_en: Theft", "name_en: Stealing"))

    assert report.updated == 1
    assert Category.objects.get(pk=key).name_en == "Stealing"


def test_a_category_that_the_file_no_longer_holds_is_kept_and_deactivated(load):
    load(FILE)

    report = load("categories:\n" + THEFT)

    assert report.deactivated == 1
    assert not Category.objects.get(code="secret").is_active


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FILE + THEFT, 4),
        (FILE.replace("kind: criminal, name_zh: 机密", "kind: crime, name_zh: 机密"), 3),
        (FILE.replace(", default_ground: state_secret", ""), 3),
        (FILE.replace("default_publication: closed", "default_publication: unit_only"), 3),
        (FILE.replace("name_en: Theft", "name: Theft"), 2),
        (FILE.replace("code: theft", "code: Theft!"), 2),
        ("rows: []\n", 1),
    ],
)
def test_a_slip_is_told_with_file_and_line_and_changes_nothing(load, text, line):
    load(FILE)
    before = list(Category.objects.order_by("pk").values())

    with pytest.raises(BrokenSeed, match=rf"categories\.yaml, line {line}: "):
        load(text)

    assert list(Category.objects.order_by("pk").values()) == before
