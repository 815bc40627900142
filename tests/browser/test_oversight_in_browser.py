"""The pages of the logs in a real browser in both languages, wide and narrow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.operations.look_at_case import look_at_case
from foundation.audit.alarm_models import Alarm
from foundation.audit.alarms import raise_alarm
from foundation.audit.operations.acknowledge_alarm import acknowledge_alarm
from tests.browser.axe import WIDTHS, audit

LANGUAGES = ("en", "zh-hans")


class Officer:
    kind_of_matter = "user"

    def __init__(self, actor):
        self.reference, self.bureau_code = actor.reference, "310000"


@pytest.fixture
def watched(full_case, handling_officer, head_of_branch, station):
    """A case that was looked at, and an alarm that is open and one that is closed."""
    now = timezone.now()
    for minute in range(3):
        look_at_case(actor=head_of_branch, reference=full_case.reference, now=now - timedelta(minutes=minute))
    look_at_case(actor=handling_officer, reference=full_case.reference, now=now - timedelta(days=1), is_enquiry=True)
    for began, officer in ((now, head_of_branch), (now - timedelta(hours=2), handling_officer)):
        given = {"kind": "many_looks", "about": Officer(officer), "name": officer.name, "path": station.path}
        raise_alarm(**given, evidence={"persons": 31}, now=began)
    return full_case


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_logs_has_a_finding(window, watched, auditor, head_of_unit, resident, handling_officer, width, language):
    mine = Alarm.objects.filter(subject_reference=handling_officer.reference)
    acknowledge_alarm(actor=head_of_unit, reference=mine.get().reference, note="She answered a family at the counter.", now=timezone.now())
    opened = Alarm.objects.open().get().reference
    visits = [
        (resident, "/my/looks/"),
        (auditor, "/desk/alarms/"),
        (auditor, f"/desk/alarms/{opened}/"),
        (auditor, "/desk/alarms/?closed=1"),
        (auditor, "/desk/audit/?first=2026-01-01&last=2026-03-31"),
        (auditor, "/desk/audit/?log=looks"),
        (auditor, "/desk/audit/?subject=13800000001"),
    ]
    wrong = {}
    for who, path in visits:
        page = window(who, path, width=WIDTHS[width], language=language)
        name = path.replace(opened, "one")
        if found := audit(page, f"{name} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
