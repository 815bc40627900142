"""Whatever address shows a case, to an officer or to a person concerned, writes down who looked: asked of every route there is."""

from __future__ import annotations

import io

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from cases.operations import look_at_case
from cases.operations.keep_property import add_photo, take_item
from cases.operations.make_complaint import make_complaint
from foundation.audit.models import AccessEntry

pytestmark = pytest.mark.django_db


def routes(resolver=None, namespace="", route=""):
    """The names of all addresses that take a reference, also in the prefix under which they are included."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace, whole)
        elif isinstance(pattern, URLPattern) and pattern.name and "<str:reference>" in whole:
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def matter(case, handling_officer, resident, now):
    item = take_item(actor=handling_officer, reference=case.reference, description="A bicycle", taken_at=now, now=now)
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    picture.seek(0)
    add_photo(actor=handling_officer, item_reference=item.reference, upload=picture, now=now)
    complaint, _code = make_complaint(actor=resident, reference=case.reference, text="Nobody calls back.", now=now)
    return {
        "reference": case.reference,
        "complaint": complaint.reference,
        "item": item.reference,
        "party_id": case.parties.get().pk,
        "sequence": 1,
        "action": "file",
    }


def addresses(matter):
    """Each route filled with what it may take, as a case and as a complaint."""
    for name in routes():
        for reference in (matter["reference"], matter["complaint"]):
            values = matter | {"reference": reference}
            for wanted in (
                ("reference",),
                ("reference", "sequence"),
                ("reference", "party_id"),
                ("reference", "item"),
                ("reference", "action"),
            ):
                try:
                    yield reverse(name, kwargs={key: values[key] for key in wanted})
                except NoReverseMatch:
                    continue


def shown_without_a_look(browser, viewer, matter):
    """Addresses that were answered with a page that names the case, and left no row of the viewer."""
    found, opened = [], 0
    for address in addresses(matter):
        before = AccessEntry.objects.filter(viewer_reference=viewer.reference).count()
        answer = browser.get(address)
        if answer.status_code != 200 or not names_the_case(answer, matter):
            continue
        opened += 1
        if AccessEntry.objects.filter(viewer_reference=viewer.reference).count() == before:
            found.append(address)
    return found, opened


def names_the_case(answer, matter):
    text = answer.content.decode()
    return matter["reference"] in text or matter["complaint"] in text


def test_no_page_or_route_shows_an_officer_a_case_without_a_row(matter, sign_in, head_of_unit):
    found, opened = shown_without_a_look(sign_in(head_of_unit), head_of_unit, matter)

    assert found == []
    assert opened >= 12


def test_nor_the_one_who_answers_complaints(matter, sign_in, head_of_branch):
    found, opened = shown_without_a_look(sign_in(head_of_branch), head_of_branch, matter)

    assert found == []
    assert opened >= 3


def test_nor_a_person_concerned(matter, sign_in, resident):
    found, opened = shown_without_a_look(sign_in(resident), resident, matter)

    assert found == []
    assert opened >= 3


def test_a_page_that_forgets_the_row_is_found(matter, sign_in, head_of_unit, monkeypatch):
    """The check can fail."""
    monkeypatch.setattr(look_at_case, "record_look", lambda **_: None)

    found, _opened = shown_without_a_look(sign_in(head_of_unit), head_of_unit, matter)

    assert f"/desk/cases/{matter['reference']}/" in found
    assert f"/api/v1/cases/{matter['reference']}/" in found


def test_every_row_has_a_reason(matter, sign_in, head_of_unit, resident):
    for who in (head_of_unit, resident):
        shown_without_a_look(sign_in(who), who, matter)

    assert not AccessEntry.objects.filter(reason="").exists()


def test_a_photo_opens_only_for_the_one_whose_look_at_its_page_is_written_down(matter, sign_in, head_of_unit, head_of_branch):
    page = sign_in(head_of_unit).get(f"/desk/cases/{matter['reference']}/").content.decode()
    photo = "/desk/photos/" + page.partition("/desk/photos/")[2].partition('"')[0]

    assert sign_in(head_of_unit).get(photo).status_code == 200
    assert sign_in(head_of_branch).get(photo).status_code == 404
