"""The portal's own pages: home, texts, organisations, small files, and what is said when something fails."""

import json
import re
from xml.etree import ElementTree

import brotli
import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve
from django.utils.translation import override

from portal.web import navigation
from portal.web.texts import NAMES, boards, text_page

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
TEMPLATES = sorted(
    path for app in ("portal", "cases", "foundation") for path in (settings.SEEDS.parent / app).glob("**/templates/**/*.html")
)


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def visitor(client, language):
    client.cookies["language"] = language
    return client


def test_home_shows_eight_boards_and_the_box_for_a_code(visitor):
    page = visitor.get("/").content.decode()

    assert page.count('class="sph-board"') == 8
    assert 'name="code"' in page


def test_who_only_looks_gets_no_cookie_and_costs_no_query(client):
    """No database is asked for in this test, so any query would fail it."""
    for path in ("/", *(f"/{name}/" for name in NAMES)):
        assert not client.get(path).cookies


@pytest.mark.parametrize("name", NAMES)
def test_a_text_page_is_whole_in_both_languages(visitor, language, name):
    response = visitor.get(f"/{name}/")
    page = response.content.decode()

    assert response.status_code == 200
    assert f'<html lang="{LANGUAGES[language]}"' in page
    assert page.count("<h1") == 1
    with override(language):
        for section in text_page(name).sections:
            assert f'id="{section.id}"' in page


def test_every_page_names_its_language_and_has_a_title_of_its_own(visitor, language):
    titles = set()
    for path in ("/", *(f"/{name}/" for name in NAMES)):
        titles.add(re.search(r"<title>(.*?)</title>", visitor.get(path).content.decode())[1])

    assert len(titles) == len(NAMES) + 1


def test_the_language_switch_keeps_the_query(client, db):
    page = client.get("/organisations/?search=road&x=1").content.decode()

    assert 'href="/organisations/?search=road&amp;x=1&amp;language=en"' in page


def test_the_language_is_kept(client):
    client.get("/?language=en")

    assert '<html lang="en"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    "path", sorted({path for path, _label in (*navigation.MAIN, *navigation.FOOTER)} | {board.path for board in boards()})
)
def test_every_menu_entry_and_board_leads_somewhere(path):
    assert resolve(path)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_text_leads_somewhere(name):
    for section in text_page(name).sections:
        for link in section.links:
            if link.href.startswith("/"):
                assert resolve(link.href.partition("#")[0])


def test_a_page_that_is_not_there_says_so_and_gives_the_trace_id(visitor, db):
    response = visitor.get("/nowhere/")
    trace_id = response["traceparent"].split("-")[1]

    assert response.status_code == 404
    assert trace_id in response.content.decode()


def test_a_form_without_its_token_is_refused_with_the_hall_s_own_page(language, db):
    client = Client(enforce_csrf_checks=True)
    client.cookies["language"] = language
    response = client.post("/accounts/sign-in/", {"login": "x", "password": "y"})

    assert response.status_code == 403
    assert "sph-masthead" in response.content.decode()


@pytest.mark.parametrize("name", ["bad_request", "not_found", "too_many", "server_error", "unavailable", "csrf_failure", "not_allowed"])
def test_an_error_page_needs_neither_database_nor_session(rf, language, name):
    from portal.web.views import errors

    request = rf.get("/somewhere/")
    request.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    with override(language):
        response = getattr(errors, name)(request)

    page = response.content.decode()
    assert response.status_code >= 400
    assert "4bf92f3577b34da6a3ce929d0e0e4736" in page
    assert f'lang="{LANGUAGES[language]}"' in page


def test_search_engines_are_kept_out_of_matters_and_of_the_desk(client):
    robots = client.get("/robots.txt").content.decode()

    assert "Disallow: /q/\n" in robots
    assert "Disallow: /desk/\n" in robots


def test_the_site_map_names_every_public_page_in_both_languages(client):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = tree.findall("{*}url")

    assert len(places) == len(NAMES) + 5
    assert all(len(place.findall("{http://www.w3.org/1999/xhtml}link")) == 2 for place in places)


def test_the_manifest_names_an_icon_that_is_there(client):
    manifest = json.loads(client.get("/manifest.webmanifest").content)

    assert (settings.SEEDS.parent / "portal" / "static" / "hall" / "favicon.svg").exists()
    assert manifest["icons"][0]["src"].endswith(".svg")


def test_who_found_a_hole_learns_where_to_tell(client):
    text = client.get("/.well-known/security.txt").content.decode()

    assert re.search(r"^Contact: http", text, re.MULTILINE)
    assert re.search(r"^Expires: \d{4}-", text, re.MULTILINE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_inline_style_or_script(path):
    source = path.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_a_first_visit_is_light(client):
    """60 kB compressed for everything, 10 kB of it scripts: a page opens in a basement on a slow phone."""
    root = settings.SEEDS.parent / "portal" / "static"
    parts = {
        "page": client.get("/rights/").content,
        "styles": (root / "build" / "hall.css").read_bytes(),
        "script": (root / "build" / "hall.js").read_bytes(),
        "icon": (root / "hall" / "favicon.svg").read_bytes(),
        "rays": (root / "hall" / "rays.svg").read_bytes(),
    }
    sizes = {name: len(brotli.compress(part)) for name, part in parts.items()}

    assert sum(sizes.values()) <= 60_000, sizes
    assert sizes["script"] <= 10_000
