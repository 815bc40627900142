"""Things that the police took, with their photos."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cases.models import PropertyItem, PropertyPhoto
from cases.operations.keep_property import add_photo, take_item
from cases.operations.set_publication import set_publication
from foundation.audit.models import AccessEntry

pytestmark = pytest.mark.django_db


def picture(kind="PNG", size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind)
    return out.getvalue()


@pytest.fixture
def item(case, handling_officer, now):
    return take_item(actor=handling_officer, reference=case.reference, description="A green bicycle", taken_at=now, now=now)


@pytest.fixture
def photo(item, handling_officer, now):
    return add_photo(actor=handling_officer, item_reference=item.reference, upload=io.BytesIO(picture()), now=now)


def address_in(page):
    return page.context["items"][0].photos[0]


def test_a_thing_is_entered_stored_and_given_back(case, handling_officer, sign_in):
    browser, path = sign_in(handling_officer), f"/desk/cases/{case.reference}/property/"
    taken = timezone.localtime() - timedelta(minutes=5)

    browser.post(f"{path}add/", {"description": "A green bicycle", "taken_at": taken.strftime("%Y-%m-%dT%H:%M")})
    item = PropertyItem.objects.get()
    for status in ("kept", "returned"):
        browser.post(f"{path}{item.reference}/move/", {"status": status})

    item.refresh_from_db()
    assert (item.status, item.returned_by) == ("returned", handling_officer.label)


def test_what_was_given_back_stays_so_and_the_officer_is_told(case, item, handling_officer, sign_in):
    browser, path = sign_in(handling_officer), f"/desk/cases/{case.reference}/property/{item.reference}/move/"
    browser.post(path, {"status": "returned"})

    page = browser.post(path, {"status": "kept"}, follow=True)

    assert "This step cannot follow the present status." in page.content.decode()
    item.refresh_from_db()
    assert item.status == "returned"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photo_is_kept_without_what_the_camera_wrote_into_it(case, item, handling_officer, sign_in, kind):
    upload = SimpleUploadedFile("x.exe", picture(kind), content_type="application/octet-stream")

    answer = sign_in(handling_officer).post(f"/desk/cases/{case.reference}/property/{item.reference}/photos/add/", {"photo": upload})

    assert answer.status_code == 302
    stored = PropertyPhoto.objects.get()
    with stored.image.open() as file, Image.open(file) as shown:
        assert (shown.format, dict(shown.getexif())) == ("JPEG", {})


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg onload=alert(1)>", picture()[:60]])
def test_what_is_no_picture_is_told_beside_the_field(case, item, handling_officer, sign_in, data):
    upload = SimpleUploadedFile("photo.png", data, content_type="image/png")

    page = sign_in(handling_officer).post(f"/desk/cases/{case.reference}/property/{item.reference}/photos/add/", {"photo": upload})

    assert page.status_code == 422
    assert page.context["form"].errors["photo"]
    assert not PropertyPhoto.objects.exists()


def test_a_photo_is_shown_to_officers_of_the_unit_and_kept_by_no_browser(case, photo, desk_clerk, sign_in):
    browser = sign_in(desk_clerk)
    address = address_in(browser.get(f"/desk/cases/{case.reference}/"))

    answer = browser.get(address)

    assert (answer["Content-Type"], answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("image/jpeg", "no-store", "nosniff")
    assert answer.content[:3] == b"\xff\xd8\xff"


def test_a_photos_address_opens_nothing_for_others_and_grows_old(case, photo, desk_clerk, foreign_officer, resident, neighbour, sign_in):
    browser = sign_in(desk_clerk)
    address = address_in(browser.get(f"/desk/cases/{case.reference}/"))
    own = address_in(sign_in(resident).get(f"/my/cases/{case.reference}/"))

    assert sign_in(foreign_officer).get(address).status_code == 404
    assert sign_in(resident).get(address).status_code == 404
    assert sign_in(neighbour).get(own).status_code == 404
    assert sign_in(desk_clerk).get(own).status_code == 404
    assert browser.get(address[:-2] + "x/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert sign_in(desk_clerk).get(address).status_code == 404


def test_a_photo_of_a_case_that_went_dark_is_gone_for_its_party_at_once(case, photo, resident, handling_officer, sign_in, now):
    browser = sign_in(resident)
    own = address_in(browser.get(f"/my/cases/{case.reference}/"))
    assert browser.get(own).status_code == 200

    set_publication(actor=handling_officer, reference=case.reference, publication="unit_only", ground="victim_wish", now=now)

    assert browser.get(own).status_code == 404


def test_a_thing_of_another_case_is_not_reached_through_this_one(case, register, item, handling_officer, sign_in):
    other, browser = register(), sign_in(handling_officer)

    assert browser.post(f"/desk/cases/{other.reference}/property/{item.reference}/move/", {"status": "kept"}).status_code == 404
    assert browser.get(f"/desk/cases/{other.reference}/property/{item.reference}/photos/add/").status_code == 404


def test_a_clerk_moves_nothing(case, item, desk_clerk, sign_in):
    assert sign_in(desk_clerk).post(f"/desk/cases/{case.reference}/property/{item.reference}/move/", {"status": "kept"}).status_code == 403


def test_one_look_at_the_page_is_one_row_however_many_photos_it_shows(case, photo, desk_clerk, sign_in):
    browser = sign_in(desk_clerk)
    browser.get(address_in(browser.get(f"/desk/cases/{case.reference}/")))

    assert AccessEntry.objects.count() == 1
