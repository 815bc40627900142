"""The desk pages on machines in a browser: readable by everybody, at both widths, in both languages, and without scripts."""

from __future__ import annotations

import pytest
import zeal

from foundation.clock import now as present
from foundation.devices.operations.change_state import change_state
from tests.browser.axe import WIDTHS, audit
from tests.foundation.devices.machines import OPERATOR, MachineInHand, enrolled, enter_kiosk, family_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_at_desk(open_page, sign_in):
    def open_at_desk(who, path, **options):
        return open_page(path, session=sign_in(who).session.session_key, **options)

    return open_at_desk


@pytest.fixture
def fleet(station, case_system):
    """A terminal that reports a fault, one that is suspended, one without a key, and a feed."""
    with zeal.zeal_ignore():
        troubled, silenced, new = (enter_kiosk(station, code=f"ZDJ-{number:04}") for number in range(1, 4))
        enrolled(troubled).post(content={"software_digest": "ab" * 32, "parts": {"paper": "low", "id_reader": "ok"}})
        enrolled(silenced)
        change_state(
            actor=OPERATOR, family=family_of("kiosk"), reference=silenced.number, action="suspend", reason="Broken.", now=present()
        )
        enrolled(case_system)
    return {"troubled": troubled, "silenced": silenced, "new": new, "feed": case_system}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_on_machines_is_accessible_and_fits(fleet, steward, feed_manager, open_at_desk, language, width):
    number, feed = fleet["troubled"].number, fleet["feed"].code
    of_steward = ("", "register/", f"{number}/", f"{number}/lose/", f"{number}/move/", f"{number}/notice/", f"{number}/code/")
    wrong = {}
    pages = [(steward, f"/desk/kiosks/{rest}") for rest in of_steward]
    pages += [(feed_manager, f"/desk/feeds/{rest}") for rest in ("", "register/", f"{feed}/", f"{feed}/code/")]
    for who, path in pages:
        page = open_at_desk(who, path, width=width, language=language)
        if faults := audit(page, f"machines {path} {language} {width}") + page.faults:
            wrong[path] = faults
        page.context.close()

    assert not wrong


def test_a_steward_enters_a_terminal_and_gets_its_code_without_scripts(steward, station, open_at_desk):
    page = open_at_desk(steward, "/desk/kiosks/register/", scripts=False)
    page.fill("[name=code]", "zdj-0042")
    page.select_option("[name=place]", station.code)
    page.fill("[name=location_zh]", "南京西路居委会")
    page.fill("[name=location_en]", "West Nanjing Road committee")
    page.click("main form button[type=submit]")
    page.click("main a:has-text('Make an enrolment code')")
    page.click("main button:has-text('Make the code')")

    code = page.inner_text(".sph-code").replace("\n", "")
    with zeal.zeal_ignore():
        assert MachineInHand().enrol(code).status_code == 201
    page.click("main a:has-text('I have passed it on')")
    assert "Enrolled with a key of its own" in page.inner_text("main")


def test_the_code_fits_a_narrow_window(fleet, feed_manager, open_at_desk):
    page = open_at_desk(feed_manager, f"/desk/feeds/{fleet['feed'].code}/code/", width=WIDTHS["narrow"])
    page.click("main form button[type=submit]")
    page.wait_for_selector(".sph-code")

    assert audit(page, "machines code shown narrow") == []
