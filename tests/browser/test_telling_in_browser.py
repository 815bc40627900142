"""Messages, wishes and the desk's deliveries in a real browser: both languages, wide and narrow."""

from __future__ import annotations

import pytest

from foundation.notifications.models import Channel, Delivery, Notice, State, Unreached
from tests.browser.axe import WIDTHS, audit
from tests.plugins.people import NOW

LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def told(resident_user, station):
    """A resident with a message that went, one that did not, and one that was never to leave the hall."""
    made = []
    for number, (event, state, reason) in enumerate(
        [("cases.progressed", State.FAILED, "number_void"), ("cases.message_answered", State.DELIVERED, ""), ("phone-set", None, "")]
    ):
        notice = Notice.objects.create(
            person=resident_user.person,
            event=event,
            subject_kind="case",
            subject_reference=f"C-{number}",
            language="en",
            is_mandatory=event == "phone-set",
            unit=station,
            created_at=NOW,
            read_at=NOW if number == 1 else None,
        )
        made.append(notice)
        times = {"created_at": NOW, "due_at": NOW, "wanted_at": NOW, "accepted_at": NOW, "delivered_at": NOW}
        if state:
            Delivery.objects.create(notice=notice, channel=Channel.SMS, state=state, reason=reason, is_mandatory=False, attempts=1, **times)
    Unreached.objects.create(notice=made[0], path=station.path, reason="number_void", opened_at=NOW)
    return made


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_messages_and_wishes_has_an_accessibility_finding(window, live_server, told, resident, width, language):
    page, wrong = window(resident, "/my/messages/", width=WIDTHS[width], language=language), {}
    for path in ("/my/", "/my/messages/", f"/my/messages/{told[1].pk}/", "/my/preferences/", "/my/preferences/mail/"):
        page.goto(live_server.url + path)
        if found := audit(page, f"told {path.replace(str(told[1].pk), 'm').replace('/', '-')} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
    assert page.faults == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_deliveries_has_one(window, live_server, told, desk_clerk, width, language):
    page, wrong = window(desk_clerk, "/desk/deliveries/", width=WIDTHS[width], language=language), {}
    for path in ("/desk/deliveries/", "/desk/deliveries/all/", f"/desk/deliveries/{told[0].pk}/"):
        page.goto(live_server.url + path)
        if found := audit(page, f"desk {path.replace(str(told[0].pk), 'm').replace('/', '-')} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
    assert page.faults == []


def test_opening_a_message_marks_it_as_read_without_scripts(window, live_server, told, resident):
    page = window(resident, "/my/messages/", scripts=False)
    assert page.locator(".sph-count").inner_text().startswith("2")

    page.get_by_role("button", name="Your case has moved on").click()

    assert page.locator(".sph-count").inner_text().startswith("1")
    assert page.locator("h1").inner_text().endswith("Your case has moved on")


def test_a_clerk_tells_somebody_and_settles_the_line(window, live_server, told, desk_clerk):
    page = window(desk_clerk, "/desk/deliveries/", scripts=False)
    page.locator("main table a").first.click()
    page.get_by_label("Called by phone").check()
    page.get_by_role("button", name="Settle").click()

    assert page.get_by_text("Nobody waits for your call").is_visible()
    assert Unreached.objects.get().settled_how == "by_phone"
