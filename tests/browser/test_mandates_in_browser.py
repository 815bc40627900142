"""Asking somebody to act for oneself, as two people go it with a browser, also without scripts; and the pages' accessibility."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.axe import audit
from tests.plugins.people import OTHER_ID

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_one_asks_and_the_other_accepts_follows_and_gives_up(case, resident, neighbour, window, scripts):
    page = window(resident, "/my/people/offer/", scripts=scripts)
    page.fill("#id_agent_name", "演示邻居")
    page.fill("#id_agent_id_number", OTHER_ID)
    page.check("#id_scopes_0")
    page.fill("#id_until_on", (timezone.localdate() + timedelta(days=9)).isoformat())
    page.click("main form button[type=submit]")
    assert "Your offer waits for thirty days" in page.inner_text("main")

    other = window(neighbour, "/my/people/", scripts=scripts)
    other.click("text=Accept")
    assert "You act for this person from now on." in other.inner_text("main")
    other.click("text=My cases")
    other.click("main .sph-own a")
    assert "You act for 演示居民" in other.inner_text(".sph-acting")

    other.goto(other.url.split("/my/")[0] + "/my/people/")
    other.click("text=Give up now")
    assert "Ended." in other.inner_text("main")
    assert page.faults == other.faults == []


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("zh-hans", 1280)])
def test_the_pages_are_accessible(record, appoint_for, ask, parent, resident, stranger, desk_clerk, company, case, window, width, language):
    now = timezone.now()
    made = record(now=now)
    appoint_for(stranger, now=now, until_on=timezone.localdate() + timedelta(days=30))
    ask(at=now)
    paths = [(resident, "/my/people/"), (resident, "/my/people/offer/"), (parent, "/my/people/"), (parent, "/my/")] + [
        (desk_clerk, f"/desk/mandates/{path}")
        for path in ("", "guardianships/new/", "companies/new/", f"companies/{company.reference}/", f"{made.reference}/")
    ]

    for who, path in paths:
        page = window(who, path, width=width, language=language)
        assert audit(page, f"{who.kind} {path} {language} {width}") == [], path
        assert page.faults == []
