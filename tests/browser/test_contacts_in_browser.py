"""Another phone number for who stands at the counter, as a clerk goes it with a browser, also without scripts; and how the pages look."""

from __future__ import annotations

import time

import pytest

from foundation.accounts.models import Person, User
from tests.browser.axe import WIDTHS, audit
from tests.plugins.people import OTHER_ID, RESIDENT_ID

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "13811119999"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_clerk_finds_a_person_and_sets_and_removes_the_number(outside, deliver, resident, desk_clerk, window, scripts):
    number = f"{NEW[:-1]}{int(scripts)}"
    page = window(desk_clerk, "/desk/people/", scripts=scripts)
    page.fill("#id_id_number", RESIDENT_ID)
    page.click("main form button[type=submit]")
    assert "138****0001" in page.inner_text("main")
    page.click("text=Set the phone number")
    page.fill("#id_phone", number)
    page.click("main form button[type=submit]")
    deliver()
    page.fill("#id_code", wait_for_code(outside, number))
    page.check("#id_document_seen")
    page.fill("#id_reason", "Phone stolen")
    page.click("main form button[type=submit]")
    assert "signs the person in from now on" in page.inner_text("main")
    assert Person.objects.get(user__reference=resident.reference).phone == number

    page.click("text=Remove the phone number")
    page.check("#id_document_seen")
    page.fill("#id_reason", "Gave the contract up")
    page.click("main form button[type=submit]")
    assert "The number is removed" in page.inner_text("main")
    assert page.faults == []


def wait_for_code(outside, number):
    deadline = time.monotonic() + 10
    while not outside.texts_to(number) and time.monotonic() < deadline:
        time.sleep(0.05)
    return outside.code_sent_to(number)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_have_no_finding(outside, resident, resident_user, desk_clerk, window, width, language):
    person = User.objects.get(reference=resident.reference).reference
    wrong = {}

    def look(page, name):
        if found := audit(page, f"people {name} {language} {width}"):
            wrong[name] = found

    for path in ("", f"{person}/", f"{person}/phone/", f"{person}/phone/remove/"):
        look(window(desk_clerk, f"/desk/people/{path}", width=WIDTHS[width], language=language), path.replace(person, "one"))
    page = window(desk_clerk, "/desk/people/", width=WIDTHS[width], language=language)
    page.fill("#id_id_number", OTHER_ID)
    page.click("main form button[type=submit]")
    look(page, "unknown")
    page = window(desk_clerk, f"/desk/people/{person}/phone/", width=WIDTHS[width], language=language)
    page.fill("#id_phone", NEW)
    page.click("main form button[type=submit]")
    page.click("main form button[type=submit]")
    look(page, "code with faults")

    assert wrong == {}
