"""``manage.py load_seeds``: every kind of reference data, in order, as often as one likes."""

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import Category
from foundation.accounts.models import Role
from foundation.organisations.models import Organisation
from portal.management.commands.load_seeds import STEPS

pytestmark = pytest.mark.django_db


def run():
    out = StringIO()
    call_command("load_seeds", stdout=out)
    return out.getvalue().splitlines()


def test_every_step_tells_its_progress():
    lines = run()

    assert [line.split(" ... ")[0] for line in lines] == [
        f"{number}/{len(STEPS)} {name}" for number, (name, _step) in enumerate(STEPS, start=1)
    ]


def test_organisations_come_first_for_everything_else_refers_to_them():
    assert STEPS[0][0] == "organisations"


def test_seeds_can_be_loaded_again():
    run()
    before = [(model, list(model.objects.order_by("pk").values())) for model in (Organisation, Role, Category)]

    run()

    for model, rows in before:
        assert rows
        assert list(model.objects.order_by("pk").values()) == rows


def test_a_broken_file_stops_with_its_line_and_leaves_no_half_of_itself(tmp_path, settings):
    shutil.copytree(settings.SEEDS / "organisations", tmp_path / "organisations")
    with (tmp_path / "organisations" / "shanghai.yaml").open("a", encoding="utf-8") as file:
        file.write('  - {code: "310101510000", kind: station, name_zh: 重复, name_en: Twice, confidence: low}\n')
    settings.SEEDS = tmp_path

    with pytest.raises(CommandError, match=r"organisations: .*shanghai\.yaml, line \d+: the code 310101510000 stands in this file twice"):
        run()

    assert not Organisation.objects.exists()
