"""What anybody sees who checks a paper."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.limits.models import Bucket
from foundation.limits.rules import PAPER_SOURCE
from tests.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper(sealed):
    return sealed


def ask(client, **given):
    return client.post("/verify/", given, headers={"accept-language": "en"})


def test_a_genuine_paper_is_called_so_by_number_file_and_square(client, paper, pdf_of):
    upload = SimpleUploadedFile("paper.pdf", pdf_of(paper))

    for given in ({"number": paper.number}, {"file": upload}, {"stamp": paper.stamp}):
        answer = ask(client, **given)
        assert answer.status_code == 200
        assert "Genuine, and it holds" in answer.content.decode()
        assert "演示居民" not in answer.content.decode()
        assert answer["Referrer-Policy"] == "no-referrer"


def test_a_changed_file_is_called_altered_and_kept_nowhere(client, paper, pdf_of, papers):
    changed = pdf_of(paper).replace(b"/Type", b"/Tyqe", 1)
    before = sorted(papers.rglob("*"))

    answer = ask(client, file=SimpleUploadedFile("paper.pdf", changed))

    assert "Not as it was issued" in answer.content.decode()
    assert sorted(papers.rglob("*")) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Type the number, choose the file"),
        ({"number": "x" * 100}, "Type the number that stands"),
        ({"file": SimpleUploadedFile("a.pdf", b"hello")}, "not a PDF that can be read"),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "not a PDF that can be read"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF" * 1_300_000)}, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_checked_is_told_beside_its_field(client, db, given, words):
    answer = ask(client, **given)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_nobody_counts_through_the_numbers(client, paper):
    answers = [ask(client, number=f"310000-RC-2026-{place:06d}").status_code for place in range(PAPER_SOURCE.allowed + 5)]

    assert answers == [200] * PAPER_SOURCE.allowed + [429] * 5
    assert Bucket.objects.filter(scope=PAPER_SOURCE.scope).count() == 1


def test_the_keys_are_published_and_nothing_secret_with_them(client, paper, settings):
    answer = client.get("/verify/keys.json")

    keys = json.loads(answer.content)["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "use", "kid", "x"}]
    assert "public" in answer["Cache-Control"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_square_opens_the_answer_by_itself_in_a_browser(open_page, paper, width, language):
    page = open_page(f"/verify/#{paper.stamp}", width=width, language=language)
    page.wait_for_selector(".sph-answer--genuine")

    assert paper.stamp not in page.url
    assert not page.faults
    assert not axe.audit(page, f"verified {width} {language}")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_form_has_no_accessibility_finding(open_page, db, width, language):
    assert not axe.audit(open_page("/verify/", width=width, language=language), f"verify {width} {language}")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_without_scripts_a_number_is_checked_all_the_same(open_page, paper, language):
    page = open_page("/verify/", width=390, language=language, scripts=False)

    page.fill("input[name=number]", paper.number)
    page.click("main button[type=submit]")

    assert page.locator(".sph-answer--genuine").is_visible()
