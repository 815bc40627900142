"""The hall's main journey: a real published case, from the QR code on its receipt to its timeline, as a person would go it."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import pytest
import zxingcpp
from django.core.management import call_command
from PIL import Image

from cases.models import Case
from foundation.organisations.models import Organisation
from tests.browser.axe import audit

LANGUAGES = {"en": ("en", "en-US"), "zh": ("zh-Hans", "zh-CN")}


@pytest.fixture
def london(transactional_db, settings, appoint, act):
    """The City of London Police with three months of its published archive, and an officer there."""
    call_command("load_seeds", verbosity=0, stdout=io.StringIO())
    call_command("import_cases", "police-uk", str(settings.SEEDS / "demo" / "city-of-london"), verbosity=0, stdout=io.StringIO())
    return act(appoint("supervisor", Organisation.objects.get(code="982601000000"), "london-officer"))


@pytest.fixture
def followed():
    """The published case with the longest history."""
    return lambda: Case.objects.filter(source="police-uk", publication="open").order_by("-progress_length", "pk").first()


@pytest.fixture
def phone(chromium):
    """Open a resident's phone: a fresh window without any cookie."""
    contexts = []

    def phone(*, locale, scripts=True):
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale=locale, java_script_enabled=scripts)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield phone
    for context in contexts:
        context.close()


def receipt_of(case, window, officer):
    """Let an officer hand the code over, and return the page with the receipt."""
    page = window(officer, f"/desk/cases/{case.reference}/code/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector(".sph-receipt")
    return page


def scan(page):
    """Read the QR code from a picture of the screen, with a decoder of another author."""
    picture = Image.open(io.BytesIO(page.locator(".sph-receipt__qr").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_resident_follows_a_real_case_from_the_qr_code_to_the_timeline(london, followed, window, phone, live_server, language):
    tag, locale = LANGUAGES[language]
    case = followed()
    address = urlsplit(scan(receipt_of(case, window, london)))
    assert address.path == "/q"

    page = phone(locale=locale)
    page.goto(f"{live_server.url}/q#{address.fragment}")
    page.wait_for_selector(".sph-timeline")

    assert page.get_attribute("html", "lang") == tag
    assert address.fragment not in page.url
    assert page.locator(".sph-timeline__step").count() == case.progress_length
    last = case.entries.order_by("sequence").last()
    assert (last.text_en if language == "en" else last.text_zh) in page.locator(".sph-timeline").inner_text()
    assert audit(page, f"matter {language}") == []
    assert not page.context.cookies()


def test_the_language_is_switched_on_the_matter_itself(london, followed, window, phone, live_server):
    address = urlsplit(scan(receipt_of(followed(), window, london)))
    page = phone(locale="en-US")
    page.goto(f"{live_server.url}/q#{address.fragment}")
    page.wait_for_selector(".sph-timeline")

    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-Hans] .sph-timeline")

    assert audit(page, "matter switched to chinese") == []


def test_without_scripts_the_typed_code_leads_there_too(london, followed, window, phone, live_server):
    code = receipt_of(followed(), window, london).locator(".sph-code").first.inner_text()
    page = phone(locale="en-US", scripts=False)
    page.goto(f"{live_server.url}/")

    page.get_by_label("Your inquiry code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="See the progress").click()

    page.wait_for_selector(".sph-timeline")


def test_leaving_quickly_leaves_nothing_behind_to_go_back_to(london, followed, window, phone, live_server):
    address = urlsplit(scan(receipt_of(followed(), window, london)))
    page = phone(locale="en-US")
    page.route(lambda url: not url.startswith(live_server.url), lambda route: route.fulfill(body="elsewhere"))
    page.goto(f"{live_server.url}/q#{address.fragment}")
    page.wait_for_selector(".sph-timeline")

    page.locator("[data-quick-exit]").click()
    page.wait_for_url(lambda url: not url.startswith(live_server.url))
    page.go_back()
    page.wait_for_load_state()

    assert page.locator(".sph-timeline").count() == 0
