"""What a fresh hall shows: people, stories and real cases, each once, and three codes that work."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cases.models import Case
from foundation.accounts.models import User
from foundation.devices.models import Kiosk
from foundation.identifiers import read_resident_id
from portal.demo.people import OFFICERS
from portal.demo.residents import RESIDENTS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(settings, tmp_path):
    import dataclasses

    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, var=tmp_path)
    call_command("load_seeds", stdout=io.StringIO())

    def load():
        call_command("load_demo", stdout=io.StringIO())
        notes = io.StringIO()
        call_command("demo_notes", stdout=notes)
        return notes.getvalue()

    import zeal

    with zeal.zeal_ignore():
        yield load


def test_the_demo_is_loaded_once_and_its_three_codes_work_after_every_start(demo):
    first = demo()
    cases, people = Case.objects.count(), User.objects.count()
    second = demo()

    codes = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", first)
    assert (Case.objects.count(), User.objects.count()) == (cases, people) == (1439, len(OFFICERS) + len(RESIDENTS))
    assert first == second
    assert len(codes) == 3
    for code in codes:
        answer = Client().post("/api/v1/inquiries/", json.dumps({"code": code}), content_type="application/json")
        assert answer.status_code == 200
        assert answer.json()["progress"]
    out = io.StringIO()
    call_command("verify_log", stdout=out)
    assert "rows are as they were sealed" in out.getvalue()


def test_the_demo_has_terminals_in_every_state_that_one_may_want_to_see(demo):
    demo()
    demo()

    states = list(Kiosk.objects.order_by("code").values_list("state", flat=True))
    assert states == ["active", "active", "active", "suspended", "lost", "registered"]


def test_the_demos_residents_hold_numbers_that_nobody_alive_has(now):
    for resident in RESIDENTS:
        assert read_resident_id(resident.id_number, today=now.date()).born_on.year == 1900


@pytest.mark.parametrize("command", ["load_demo", "demo_notes"])
def test_production_has_no_demo(settings, command):
    settings.HALL_MODE = "production"

    with pytest.raises(CommandError):
        call_command(command)


def test_production_shows_nobodys_second_factor(settings):
    settings.HALL_MODE = "production"

    with pytest.raises(CommandError):
        call_command("one_time_code", "clerk")
