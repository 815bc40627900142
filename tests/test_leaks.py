"""The watch over people's data finds what it is there to find (tests/plugins/leaks.py)."""

from __future__ import annotations

import pytest
import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path

from foundation.accounts.models import Person
from foundation.audit.log import record_action
from foundation.encryption.masking import mask_name, mask_number
from foundation.outbox.models import Event
from foundation.outbox.tasks import sweep
from tests.plugins.leaks import WATCH, Allowed, Leak, look_at_tables

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

NAME, NUMBER, PHONE = "张金丝雀", "11010519491231002X", "13800000077"


def prints_a_phone(request):
    return HttpResponse(f"Call {Person.objects.get().phone}")


@login_not_required
def prints_in_pieces(request):
    return StreamingHttpResponse([f"Call {PHONE[:5]}".encode(), f"{PHONE[5:]} now".encode()])


@login_not_required
def prints_in_a_header(request):
    return HttpResponse("", headers={"X-Person": NUMBER})


@login_not_required
def prints_masked(request):
    return HttpResponse(f"{mask_name(NAME)} {mask_number(NUMBER)} {mask_number(PHONE)}")


@login_not_required
def prints_dressed(request):
    way = {
        "spaces": f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        "hyphens": f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
        "full-width": PHONE.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
        "entities": "".join(f"&#{ord(digit)};" for digit in PHONE),
        "unbroken": f"{PHONE[:3]}\u00a0{PHONE[3:7]}\u00a0{PHONE[7:]}",
        "no number": f"2026-03-02 {PHONE[:10]}",
    }[request.GET["way"]]
    return HttpResponse(f"<p>{way}</p>")


@login_not_required
def prints_what_was_sent(request):
    return HttpResponse(request.POST["name"])


urlpatterns = [
    path("phone/", prints_a_phone, name="phone"),
    path("pieces/", prints_in_pieces, name="pieces"),
    path("header/", prints_in_a_header, name="header"),
    path("masked/", prints_masked, name="masked"),
    path("dressed/", prints_dressed, name="dressed"),
    path("sent/", prints_what_was_sent, name="sent"),
    path("", include("portal.urls")),
]


@pytest.fixture
def person(now):
    return Person.objects.create(name=NAME, id_number=NUMBER, phone=PHONE, created_at=now)


def words(leaks):
    return [str(leak) for leak in leaks.take()]


def test_a_phone_shown_to_another_clerk_is_found(person, desk_clerk, sign_in, leaks):
    sign_in(desk_clerk).get("/phone/")

    assert words(leaks) == ["Person.phone reached officer by phone"]


def test_what_is_sent_in_pieces_is_found_across_them(person, leaks):
    b"".join(Client().get("/pieces/").streaming_content)

    assert words(leaks) == ["Person.phone reached anonymous by pieces"]


def test_what_stands_in_a_header_is_found(person, leaks):
    Client().get("/header/")

    assert words(leaks) == ["Person.id_number reached anonymous by header"]


def test_masked_forms_and_what_somebody_sent_themselves_are_fine(person, leaks):
    Client().get("/masked/")
    Client().post("/sent/", {"name": NAME})

    assert words(leaks) == []


@pytest.mark.parametrize(
    ("way", "field"),
    [
        ("spaces", "id_number"),
        ("hyphens", "phone"),
        ("full-width", "phone"),
        ("entities", "phone"),
        ("unbroken", "phone"),
        ("no number", ""),
    ],
)
def test_a_number_in_another_dress_is_the_same_number(person, leaks, way, field):
    Client().get("/dressed/", {"way": way})

    assert words(leaks) == ([f"Person.{field} reached anonymous by dressed"] if field else [])


def test_a_watch_that_knows_one_dress_only_misses_the_others(person, leaks, monkeypatch):
    """The broken variant."""
    monkeypatch.setattr(WATCH, "_dressed", lambda text: set())
    Client().get("/dressed/", {"way": "spaces"})

    assert words(leaks) == []


def test_whose_data_it_is_may_see_it(resident, resident_user, sign_in, leaks):
    assert resident_user.person.name in sign_in(resident).get("/my/").content.decode()

    assert words(leaks) == []


def test_a_name_in_the_log_is_found_and_a_number_never_gets_there(person, leaks):
    structlog.get_logger("hall.test").warning("canary.sings", about=f"{NAME} {NUMBER}")

    assert words(leaks) == ["Person.name reached operators by the log"]


def test_what_is_handed_to_a_worker_is_found(person, leaks):
    with pytest.raises(TypeError, match="about"):
        sweep.apply_async(kwargs={"about": PHONE})

    assert words(leaks) == ["Person.phone reached the broker by the task foundation.outbox.tasks.sweep"]


def test_what_is_kept_with_an_event_or_a_deed_is_found(person, desk_clerk, station, leaks, now):
    Event.objects.create(name="test", payload={"who": NAME}, created_at=now, available_at=now)
    record_action(actor=desk_clerk, action="test", capability="case.read", subject=station, now=now, changes={"note": ("", PHONE)})
    look_at_tables()
    Event.objects.all().delete()

    assert words(leaks) == ["Person.name reached the database by the table outbox_event"]


def test_a_line_of_the_list_allows_what_it_names_and_nothing_else():
    line = Allowed(route="phone", to="officer", fields=r"Person\.phone", because="A test.")

    assert line.covers(Leak(where="phone", to="officer", field="Person.phone"))
    for other in ({"where": "header"}, {"to": "resident"}, {"field": "Person.name"}, {"field": "Person.phone2"}):
        assert not line.covers(Leak(**{"where": "phone", "to": "officer", "field": "Person.phone"} | other))


def test_each_line_of_the_list_says_why():
    assert all(len(line.because) > 30 for line in WATCH.allowed)
    assert len(set(WATCH.allowed)) == len(WATCH.allowed)
