"""The desk pages on terminals and feeds: who may, what is shown, and that a code is shown once."""

from __future__ import annotations

import re

import pytest

from foundation.accounts.models import Feed
from foundation.audit.models import AuditEntry
from foundation.clock import now as present
from foundation.devices.models import EnrolmentCode, Kiosk, MachineEvent
from foundation.devices.workflow import MACHINES
from tests.foundation.devices.machines import OPERATOR, MachineInHand, enrolled, enter_kiosk, new_code

pytestmark = pytest.mark.django_db

CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}")
NEW = {"code": "zdj-0042", "location_zh": "南京西路居委会", "location_en": "West Nanjing Road committee"}


def shown(page):
    return page.content.decode()


def shown_code(page):
    """Return the code that a page shows, however its groups are marked up."""
    text = re.sub(r"<[^>]+>", "", shown(page))
    found = CODE.search(text)
    return found[0] if found else None


@pytest.fixture
def desk(steward, sign_in):
    return sign_in(steward)


def test_a_steward_registers_a_terminal_and_it_waits_for_its_key(desk, station):
    page = desk.post("/desk/kiosks/register/", NEW | {"place": station.code}, follow=True)

    kiosk = Kiosk.objects.get()
    assert page.redirect_chain[-1][0] == f"/desk/kiosks/{kiosk.number}/"
    assert (kiosk.code, kiosk.place, kiosk.state, kiosk.key_id) == ("ZDJ-0042", station, "registered", None)
    assert "Waiting for its key" in shown(page)
    assert AuditEntry.objects.get(action="kiosk.register").actor_kind == "officer"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"code": ""}, "This field is required."),
        ({"code": "with space"}, "The number on the sticker"),
        ({"code": "ZDJ-0001"}, "Another terminal of the bureau"),
        ({"location_en": "  "}, "This field is required."),
        ({"location_zh": "\u202e"}, "characters that cannot be shown"),
        ({"place": "440101000001"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_saved(desk, kiosk, station, foreign_station, given, told):
    page = desk.post("/desk/kiosks/register/", NEW | {"place": station.code} | given)

    assert page.status_code in {409, 422}
    assert told in shown(page)
    assert Kiosk.objects.count() == 1


def test_the_same_sticker_may_be_used_by_another_bureau(kiosk, foreign_station):
    assert enter_kiosk(foreign_station, code=kiosk.code).code == kiosk.code


def test_the_code_is_shown_once_and_enrols(desk, kiosk):
    address = f"/desk/kiosks/{kiosk.number}/code/"
    assert shown_code(desk.get(address)) is None

    page = desk.post(address)
    code = shown_code(page)
    assert code
    assert page["Cache-Control"] == "no-store"
    assert shown_code(desk.get(address)) is None
    assert shown_code(desk.get(f"/desk/kiosks/{kiosk.number}/")) is None
    assert "An enrolment code was made and is good until" in shown(desk.get(f"/desk/kiosks/{kiosk.number}/"))
    assert MachineInHand().enrol(code).status_code == 201


def test_a_second_code_takes_the_first_back(desk, kiosk):
    first = shown_code(desk.post(f"/desk/kiosks/{kiosk.number}/code/"))
    second = shown_code(desk.post(f"/desk/kiosks/{kiosk.number}/code/"))

    assert EnrolmentCode.objects.pending().count() == 1
    assert MachineInHand().enrol(first).status_code == 404
    assert MachineInHand().enrol(second).status_code == 201


def test_suspending_takes_a_reason_and_acts_at_once(desk, kiosk, terminal):
    address = f"/desk/kiosks/{kiosk.number}/suspend/"
    assert desk.post(address, {"reason": " "}).status_code == 422

    page = desk.post(address, {"reason": "The screen is broken."}, follow=True)

    assert "It is suspended." in shown(page)
    assert "The screen is broken." in shown(page)
    assert terminal.post().status_code == 403


def test_the_page_offers_what_the_table_allows_and_nothing_else(desk, kiosk):
    deeds = {edge.name for edge in MACHINES.transitions if edge.owner == "desk"}
    for state, key in (("registered", False), ("active", True), ("suspended", True), ("lost", True), ("retired", True)):
        Kiosk.objects.update(
            state=state, key_id="k" if key else None, public_key=MachineInHand().public_key if key else None, enrolled_at=present()
        )
        page = shown(desk.get(f"/desk/kiosks/{kiosk.number}/"))
        offered = {name for name in deeds if f"/desk/kiosks/{kiosk.number}/{name}/" in page}
        assert offered == {edge.name for edge in MACHINES.available(state) if edge.owner == "desk"}
        for name in deeds - offered:
            answer = desk.post(f"/desk/kiosks/{kiosk.number}/{name}/", {"reason": "a test"})
            assert answer.status_code == 409, (state, name)
            assert desk.get(f"/desk/kiosks/{kiosk.number}/{name}/").status_code == 302


def test_the_history_tells_who_did_what(desk, kiosk, terminal, steward):
    desk.post(f"/desk/kiosks/{kiosk.number}/lose/", {"reason": "Not in its place."})

    page = shown(desk.get(f"/desk/kiosks/{kiosk.number}/"))
    for told in (
        "Reported lost",
        "Not in its place.",
        "Kiosk Steward (B-kiosk-steward)",
        "Enrolled with a key of its own",
        "The machine itself",
        "An operator of the hall",
    ):
        assert told in page


def test_the_history_cannot_be_rewritten(kiosk):
    from django.db import DatabaseError, transaction

    for change in (lambda: MachineEvent.objects.update(reason="x"), lambda: MachineEvent.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_moving_a_terminal_and_setting_its_notice(desk, kiosk, terminal, other_station):
    page = desk.post(
        f"/desk/kiosks/{kiosk.number}/move/", {"place": other_station.code, "location_zh": "新址", "location_en": "New place"}, follow=True
    )
    assert "New place" in shown(page)
    assert desk.post(f"/desk/kiosks/{kiosk.number}/notice/", {"notice_zh": "维护", "notice_en": ""}).status_code == 422
    desk.post(f"/desk/kiosks/{kiosk.number}/notice/", {"notice_zh": "维护中", "notice_en": "Being mended"})

    assert terminal.post(headers={"Accept-Language": "en"}).json()["message"] == "Being mended"
    kiosk.refresh_from_db()
    assert kiosk.place == other_station
    assert set(AuditEntry.objects.filter(action__in=["kiosk.move", "kiosk.notice"]).values_list("action", flat=True)) == {
        "kiosk.move",
        "kiosk.notice",
    }


def test_a_terminal_stays_with_its_bureau(kiosk, foreign_station):
    from foundation.devices.operations.update_kiosk import move_kiosk
    from foundation.errors import RuleViolated

    with pytest.raises(RuleViolated):
        move_kiosk(
            actor=OPERATOR, reference=kiosk.number, place=foreign_station, location_zh="外市", location_en="Elsewhere", now=present()
        )


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fleet(station, other_station, foreign_station):
    """Terminals in every state, one of them of another bureau."""
    quiet, well, new, away = (enter_kiosk(station, code=f"ZDJ-{n}") for n in range(1, 5))
    foreign = enter_kiosk(foreign_station, code="FOREIGN-1")
    elsewhere = enter_kiosk(other_station, code="ZDJ-9")
    for kiosk in (quiet, well, elsewhere):
        in_hand = enrolled(kiosk)
        if kiosk is not quiet:
            in_hand.post(content={"software_digest": "a" * 64, "parts": {"paper": "out" if kiosk is elsewhere else "ok"}})
    enrolled(away)
    Kiosk.objects.filter(pk=away.pk).update(state="lost")
    return {"quiet": quiet, "well": well, "new": new, "away": away, "foreign": foreign, "elsewhere": elsewhere}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"ZDJ-1", "ZDJ-2", "ZDJ-3", "ZDJ-4", "ZDJ-9"}),
        ("state=lost", {"ZDJ-4"}),
        ("state=registered", {"ZDJ-3"}),
        ("health=silent", {"ZDJ-1"}),
        ("health=trouble", {"ZDJ-9"}),
        ("place=310101000002", {"ZDJ-9"}),
        ("text=zdj-2", {"ZDJ-2"}),
        ("text=居委会", {"ZDJ-1", "ZDJ-2", "ZDJ-3", "ZDJ-4", "ZDJ-9"}),
        ("text=nothing+like+this", set()),
        ("place=440101000001", {"ZDJ-1", "ZDJ-2", "ZDJ-3", "ZDJ-4", "ZDJ-9"}),
        ("state=nonsense&health=%00", {"ZDJ-1", "ZDJ-2", "ZDJ-3", "ZDJ-4", "ZDJ-9"}),
    ],
)
def test_the_list_is_narrowed_and_never_leaves_the_stewards_part_of_the_tree(fleet, desk, query, expected):
    page = desk.get(f"/desk/kiosks/?{query}")

    assert page.status_code == 200
    assert set(re.findall(r">((?:ZDJ|FOREIGN)-\d+)</a>", shown(page))) == expected


def test_a_terminal_is_found_by_its_public_reference(fleet, desk):
    assert "ZDJ-2" in shown(desk.get("/desk/kiosks/", {"text": fleet["well"].number.lower()}))


def test_the_list_costs_the_same_for_one_and_for_many(desk, station):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 12):
        for each in range(number):
            enter_kiosk(station, code=f"N{number}-{each}")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            desk.get("/desk/kiosks/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_list_is_cut_into_pages(desk, station):
    for number in range(30):
        enter_kiosk(station, code=f"N-{number:02}")

    first = shown(desk.get("/desk/kiosks/?state=registered"))
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = shown(desk.get(f"/desk/kiosks/{following}"))
    assert len(re.findall(r">N-\d+</a>", first)) == 25
    assert len(re.findall(r">N-\d+</a>", second)) == 5
    assert "state=registered" in following


# --- feeds ------------------------------------------------------------------------------------------------------------


def test_a_feed_manager_registers_a_feed_and_hands_its_code_out(feed_manager, sign_in, bureau):
    desk = sign_in(feed_manager)
    given = {"code": "new-system", "title": "New system", "bureau": bureau.code}
    page = desk.post("/desk/feeds/register/", given, follow=True)
    assert page.redirect_chain[-1][0] == "/desk/feeds/new-system/"

    code = shown_code(desk.post("/desk/feeds/new-system/code/"))
    assert MachineInHand("feed").enrol(code).status_code == 201
    feed = Feed.objects.get()
    listed = shown(desk.get("/desk/feeds/"))
    assert feed.key_id in listed
    assert "/desk/feeds/new-system/" in listed
    assert desk.post("/desk/feeds/register/", given).status_code == 409
    assert desk.post("/desk/feeds/register/", given | {"code": "register"}).status_code == 422


def test_a_feed_is_suspended_lost_and_found_from_its_page(feed_manager, sign_in, case_system, back_office):
    desk = sign_in(feed_manager)
    for action, state in (("suspend", "suspended"), ("resume", "active"), ("lose", "lost"), ("find", "registered"), ("retire", "retired")):
        desk.post(f"/desk/feeds/{case_system.code}/{action}/", {"reason": "a test"})
        case_system.refresh_from_db()
        assert case_system.state == state


# --- who may ----------------------------------------------------------------------------------------------------------


def addresses(kiosk, feed):
    ones = [
        f"/desk/kiosks/{kiosk.number}/{rest}"
        for rest in ("", "code/", "suspend/", "lose/", "resume/", "find/", "retire/", "move/", "notice/")
    ]
    feeds = [f"/desk/feeds/{feed.code}/{rest}" for rest in ("", "code/", "suspend/", "lose/", "resume/", "find/", "retire/")]
    return ones, feeds


@pytest.mark.parametrize("who", ["foreign_steward", "desk_clerk", "head_of_branch", "auditor", "feed_manager"])
def test_for_whoever_looks_after_other_things_a_terminal_is_not_there(who, kiosk, case_system, sign_in, request):
    desk = sign_in(request.getfixturevalue(who))
    ones, feeds = addresses(kiosk, case_system)

    for address in ones + ([] if who == "feed_manager" else feeds):
        for answer in (desk.get(address), desk.post(address, {"reason": "x", "notice_zh": "x", "notice_en": "x"})):
            assert answer.status_code in {404, 405}, address
    kiosk.refresh_from_db()
    assert (kiosk.state, EnrolmentCode.objects.count()) == ("registered", 0)


def test_a_steward_of_terminals_has_nothing_to_do_with_feeds(kiosk, case_system, desk, steward):
    _ones, feeds = addresses(kiosk, case_system)

    assert {desk.get(address).status_code for address in feeds} == {404}
    assert desk.get("/desk/feeds/").status_code == 403
    assert desk.get("/desk/feeds/register/").status_code == 403


def test_residents_and_nobody_get_no_further(kiosk, case_system, resident, sign_in, client):
    ones, feeds = addresses(kiosk, case_system)

    for address in [*ones, *feeds, "/desk/kiosks/", "/desk/kiosks/register/", "/desk/feeds/register/"]:
        assert sign_in(resident).get(address).status_code in {403, 404, 405}
        assert "/accounts/sign-in/" in client.get(address)["Location"]


def test_a_steward_lands_on_the_terminals(desk):
    assert desk.get("/desk/", follow=True).redirect_chain[-1][0] == "/desk/kiosks/"


def test_a_steward_of_the_branch_enters_at_the_stations_below(desk, branch, station, bureau):
    page = shown(desk.get("/desk/kiosks/register/"))

    assert station.code in page
    assert branch.code in page
    assert f'value="{bureau.code}"' not in page


def test_a_code_that_waits_names_nobody_and_holds_no_secret(desk, kiosk):
    code = new_code(kiosk)
    stored = EnrolmentCode.objects.values().get()

    assert code.replace("-", "") not in str(stored)
    assert len(bytes(stored["digest"])) == 32
