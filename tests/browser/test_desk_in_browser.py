"""The desk and residents' own pages in a real browser: both languages, wide and narrow, and by keys alone."""

from __future__ import annotations

import pytest

from cases.models import Case, Complaint
from tests.browser.axe import REFLOW, WIDTHS, audit, sideways

LANGUAGES = ("en", "zh-hans")


def desk_pages(case, unit):
    party = case.parties.first().pk
    of_case = ("", "assign/", "publication/", "entries/3/correct/", "entries/3/withhold/", "entries/5/release/", "people/add/")
    of_case += (f"people/{party}/", "property/add/", "stop-clock/", "extend/", "transfer/", "merge/", "code/")
    return [
        *(f"/desk/units/{unit.code}/{name}/" for name in ("all", "due")),
        "/desk/find/",
        "/desk/register/",
        *(f"/desk/cases/{case.reference}/{page}" for page in of_case),
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_desk_has_an_accessibility_finding(window, live_server, full_case, head_of_unit, station, width, language):
    page = window(head_of_unit, "/desk/", width=WIDTHS[width], language=language)
    wrong = {}
    for path in desk_pages(full_case, station):
        page.goto(live_server.url + path)
        if found := audit(page, f"{path.replace(full_case.reference, 'c')} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
    assert page.faults == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_complaints_and_audit_has_one(window, live_server, full_case, head_of_branch, auditor, width, language):
    complaint = Complaint.objects.get()
    visits = [
        (head_of_branch, "/desk/complaints/"),
        (head_of_branch, f"/desk/complaints/{complaint.reference}/"),
        (auditor, f"/desk/cases/{full_case.reference}/"),
    ]
    wrong = {}
    for who, path in visits:
        page = window(who, path, width=WIDTHS[width], language=language)
        name = path.replace(full_case.reference, "audited").replace(complaint.reference, "p")
        if found := audit(page, f"{name} {language} {width}"):
            wrong[path] = found

    assert wrong == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_resident_has_one(window, live_server, full_case, resident, width, language):
    page = window(resident, "/my/", width=WIDTHS[width], language=language)
    titles, wrong = set(), {}
    for path in ("/my/", *(f"/my/cases/{full_case.reference}/{page}" for page in ("", "complain/", "code/"))):
        page.goto(live_server.url + path)
        titles.add(page.title())
        if found := audit(page, f"{path.replace(full_case.reference, 'c')} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
    assert page.faults == []
    assert len(titles) == 1, "a title in a history tells nothing of a case"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_that_answers_a_form_has_one(window, live_server, full_case, theft, head_of_unit, resident, width, language):
    page, wrong = window(head_of_unit, "/desk/", width=WIDTHS[width], language=language), {}

    def look(name):
        if found := audit(page, f"answer {name} {language} {width}"):
            wrong[name] = found

    page.goto(f"{live_server.url}/desk/cases/{full_case.reference}/")
    page.check("#id_progress-action_2")
    page.fill("#id_progress-detail", "We heard those involved.")
    page.click("button[value=preview]")
    look("preview")
    page.fill("#id_progress-detail", "Call 13812345678.")
    page.click(".sph-publish form .govuk-button >> nth=0")
    look("refused")

    page.goto(f"{live_server.url}/desk/register/")
    page.click("button[value=add-person]")
    page.fill("#id_people-0-id_number", "110105194912310021")
    page.fill("#id_people-1-name", "演示乙")
    page.click(".sph-report .govuk-button >> nth=0")
    look("report with slips")
    page.fill("#id_people-0-name", "演示甲")
    page.fill("#id_people-0-id_number", "11010519491231002X")
    page.select_option("#id_category", "test-theft")
    page.click(".sph-report .govuk-button >> nth=0")
    page.wait_for_selector(".sph-receipt")
    look("receipt")

    page.goto(f"{live_server.url}/desk/find/")
    page.fill("#id_number", "11010519491231002X")
    page.click("main form .govuk-button")
    look("found")

    page = window(resident, f"/my/cases/{full_case.reference}/complain/", width=WIDTHS[width], language=language)
    page.fill("#id_text", "Nobody called me back.")
    page.click("main form .govuk-button")
    page.wait_for_selector(".sph-code")
    look("complaint made")

    assert wrong == {}


def test_enlarged_four_times_nothing_scrolls_sideways(window, live_server, full_case, head_of_unit, resident, station):
    wide = []
    for who, paths in ((head_of_unit, desk_pages(full_case, station)), (resident, [f"/my/cases/{full_case.reference}/"])):
        page = window(who, "/", width=REFLOW)
        for path in paths:
            page.goto(live_server.url + path)
            wide += [path] if sideways(page) > 0 else []

    assert wide == []


def test_three_keystrokes_publish_what_was_written(window, case, handling_officer):
    page = window(handling_officer, f"/desk/cases/{case.reference}/")

    page.keyboard.press("Alt+p")
    page.keyboard.type("We have begun.")
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")

    page.wait_for_selector(".govuk-notification-banner--success")
    entry = case.entries.last()
    assert (entry.status, entry.detail) == ("under_filing_review", "We have begun.")


def test_a_report_is_registered_with_eight_keystrokes_beside_the_data(window, station, theft, desk_clerk):
    page = window(desk_clerk, "/desk/")

    page.keyboard.press("Alt+r")
    page.wait_for_url("**/register/")
    page.keyboard.type("Theft")
    page.keyboard.press("Tab")
    page.keyboard.type("演示来人")
    page.keyboard.press("Tab")
    page.keyboard.type("11010519491231002X")
    page.keyboard.press("Tab")
    page.keyboard.type("13800000009")
    page.keyboard.press("Control+Enter")

    page.wait_for_selector(".sph-receipt .sph-code")
    party = Case.objects.get().parties.get()
    assert (party.name, party.phone, party.role) == ("演示来人", "13800000009", "reporter")


def test_the_answer_box_is_sent_by_its_own_key(window, full_case, handling_officer):
    page = window(handling_officer, f"/desk/cases/{full_case.reference}/")

    page.focus("#answer_text")
    page.keyboard.type("Friday is fine.")
    page.keyboard.press("Control+Enter")

    page.wait_for_selector(".govuk-notification-banner--success")
    assert full_case.messages.order_by("sent_at").last().text == "Friday is fine."


def test_without_scripts_an_officer_publishes_and_a_resident_writes(window, case, handling_officer, resident):
    page = window(handling_officer, f"/desk/cases/{case.reference}/", scripts=False)
    page.check("#id_progress-action_1")
    page.fill("#id_progress-detail", "By hand.")
    page.click(".sph-publish .govuk-button >> nth=0")
    assert case.entries.count() == 2

    page = window(resident, f"/my/cases/{case.reference}/", scripts=False)
    assert "By hand." in page.inner_text("main")
    page.fill("#id_text", "Thank you.")
    page.click("main form .govuk-button >> nth=0")
    assert case.messages.get().text == "Thank you."


def test_on_paper_a_case_shows_no_buttons(window, full_case, handling_officer):
    page = window(handling_officer, f"/desk/cases/{full_case.reference}/")
    page.emulate_media(media="print")

    shown = page.evaluate(
        "[...document.querySelectorAll('button, form, nav')].filter(e => e.offsetHeight > 0).map(e => e.outerHTML.slice(0, 120))"
    )
    assert shown == []
