"""Every public page in a real browser: both languages, wide and narrow, with scripts and without."""

import pytest

from portal.web.texts import NAMES
from tests.browser.axe import REFLOW, WIDTHS, audit, sideways

PAGES = [
    "/",
    "/q",
    *(f"/{name}/" for name in NAMES),
    "/organisations/",
    "/organisations/?search=station",
    "/accounts/sign-in/",
    "/nowhere/",
]
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
TOKEN = "AbCdEf0123456789_-AbCd"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_an_accessibility_finding(open_page, live_server, station, width, language):
    page = open_page("/", width=WIDTHS[width], language=language)
    wrong = {}
    for path in PAGES:
        page.goto(live_server.url + path)
        assert page.get_attribute("html", "lang") == LANGUAGES[language]
        if found := audit(page, f"{path} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
    assert page.faults == []


def test_enlarged_four_times_no_page_scrolls_sideways(open_page, live_server, station):
    page = open_page("/", width=REFLOW)
    wide = []
    for path in PAGES:
        page.goto(live_server.url + path)
        wide += [path] if sideways(page) > 0 else []

    assert wide == []


def test_a_person_without_scripts_gets_from_home_to_an_answer(open_page, station):
    page = open_page("/", scripts=False)
    page.fill("input[name=code]", "not a code")
    page.click("main button")

    assert page.url.endswith("/q")
    assert page.inner_text("h1")


def test_the_keyboard_reaches_the_content_first(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "code"


def test_the_token_of_a_qr_code_leaves_the_address_bar_and_travels_in_the_body(open_page, live_server, station):
    page = open_page("/")
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.url, request.post_data or "")))
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.goto(f"{live_server.url}/q#{TOKEN}", wait_until="commit")
    page.wait_for_load_state()

    posts = [body for method, _url, body in sent if method == "POST"]
    assert len(posts) == 1
    assert f"token={TOKEN}" in posts[0]
    assert TOKEN not in page.url
    assert not [url for method, url, _body in sent if TOKEN in url and method == "POST"]


def test_three_escapes_leave_the_page(open_page, live_server):
    page = open_page("/rights/")
    page.goto(live_server.url + "/q")
    # The look-up page itself has no exit; the link is put there as a page about a case has it.
    page.evaluate("""() => {
        const link = document.createElement("a");
        link.href = "/about/";
        link.setAttribute("data-quick-exit", "");
        document.body.prepend(link);
    }""")
    page.add_script_tag(url=f"{live_server.url}/static/build/hall.js?again", type="module")
    for _press in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/about/")
    page.go_back()

    assert page.url.endswith("/rights/")


def test_a_list_of_mistakes_takes_the_focus(open_page, station):
    page = open_page("/accounts/sign-in/")
    page.click("main button[type=submit]")

    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert page.title().startswith("Error:")
    assert audit(page, "sign-in with mistakes") == []


@pytest.mark.parametrize(("keys", "done"), [("Alt+2", "clicked"), ("Control+Enter", "sent"), ("2", "")])
def test_keys_of_the_desk_do_what_they_announce(open_page, live_server, keys, done):
    page = open_page("/")
    page.evaluate("""() => {
        document.body.innerHTML = '<textarea id="t"></textarea><button id="a" aria-keyshortcuts="Alt+2">A</button>'
            + '<button id="b" aria-keyshortcuts="Control+Enter">B</button>';
        document.getElementById("a").addEventListener("click", () => (document.title = "clicked"));
        document.getElementById("b").addEventListener("click", () => (document.title = "sent"));
        document.title = "";
        document.getElementById("t").focus();
    }""")
    page.add_script_tag(url=f"{live_server.url}/static/build/desk.js", type="module")
    page.keyboard.press(keys)

    assert page.title() == done


def test_paper_shows_the_matter_and_not_the_menus(open_page):
    page = open_page("/rights/")
    page.emulate_media(media="print")

    assert page.is_hidden(".sph-nav")
    assert page.is_hidden(".sph-language")
    assert page.is_visible("h1")
