"""What waits at a unit, and finding one case."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.operations.register_report import NewParty
from cases.operations.send_message import ask_unit
from cases.operations.take_case import take_case
from foundation.accounts.models import User
from foundation.audit.models import AccessEntry

pytestmark = pytest.mark.django_db

RESIDENT_ID = "11010519491231002X"


def listed(page):
    return [case.reference for case in page.context["cases"]]


def address(unit, name):
    return f"/desk/units/{unit.code}/{name}/"


def test_an_officer_lands_at_the_new_cases_of_their_unit(case, desk_clerk, station, sign_in):
    page = sign_in(desk_clerk).get("/desk/", follow=True)

    assert page.request["PATH_INFO"] == address(station, "new")
    assert listed(page) == [case.reference]


def test_a_case_in_somebodys_hands_is_new_no_more(case, handling_officer, station, sign_in, now):
    officer = User.objects.get(reference=handling_officer.reference)
    take_case(actor=handling_officer, reference=case.reference, officer=officer, now=now)

    assert listed(sign_in(handling_officer).get(address(station, "new"))) == []


def test_terms_are_due_three_days_before_and_overdue_after_them(case, desk_clerk, station, sign_in, now):
    with time_machine.travel(now, tick=False):
        browser = sign_in(desk_clerk)
        assert listed(browser.get(address(station, "due"))) == []
    for days, name in ((1, "due"), (4, "overdue")):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            assert listed(sign_in(desk_clerk).get(address(station, name))) == [case.reference]


def test_who_waits_for_a_reply_is_listed_and_counted_beside_the_list(case, resident, desk_clerk, station, sign_in, now):
    ask_unit(actor=resident, reference=case.reference, text="Is there news?", now=now)

    page = sign_in(desk_clerk).get(address(station, "waiting"))

    assert listed(page) == [case.reference]
    counts = {item.href: item.count for item in page.context["desk"].sections[0].items}
    assert counts[address(station, "waiting")] == "1"


def test_a_code_is_missed_after_72_hours(case, desk_clerk, station, sign_in, now):
    with time_machine.travel(now + timedelta(hours=71), tick=False):
        assert listed(sign_in(desk_clerk).get(address(station, "no-code"))) == []
    with time_machine.travel(now + timedelta(hours=73), tick=False):
        assert listed(sign_in(desk_clerk).get(address(station, "no-code"))) == [case.reference]


def test_a_list_costs_the_same_for_one_case_three_and_twenty_five(register, desk_clerk, station, sign_in):
    browser, costs = sign_in(desk_clerk), {}
    browser.get(address(station, "all"))
    made = 0
    for number in (1, 3, 25):
        while made < number:
            register()
            made += 1
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get(address(station, "all"))
        assert len(listed(page)) == number
        costs[number] = len(queries)

    assert len(set(costs.values())) == 1, costs


def test_pages_follow_one_another_without_loss_while_the_list_grows(register, desk_clerk, station, sign_in, later):
    cases = [register(now=later(hours)).reference for hours in range(27)]
    browser = sign_in(desk_clerk)
    first = browser.get(address(station, "all"))
    register(now=later(30))

    second = browser.get(address(station, "all") + first.context["next_url"])

    assert listed(first) + listed(second) == cases[::-1]
    assert listed(browser.get(address(station, "all") + second.context["previous_url"])) == listed(first)


def test_a_made_up_page_link_is_told_plainly(desk_clerk, station, sign_in):
    assert sign_in(desk_clerk).get(address(station, "all") + "?cursor=abc").status_code == 400


def test_rights_are_valid_downwards_and_nowhere_else(case, head_of_branch, station, other_station, foreign_station, bureau, sign_in):
    browser = sign_in(head_of_branch)

    assert listed(browser.get(address(station, "all"))) == [case.reference]
    assert browser.get(address(other_station, "all")).status_code == 200
    assert browser.get(address(foreign_station, "all")).status_code == 404
    assert browser.get(address(bureau, "all")).status_code == 404
    assert browser.get(address(station, "nothing")).status_code == 404


def test_who_has_several_units_chooses_among_them_and_stays_there(case, head_of_branch, station, other_station, sign_in):
    browser = sign_in(head_of_branch)
    page = browser.get("/desk/", {"unit": other_station.code}, follow=True)
    assert page.context["unit"] == other_station
    assert [code for _group, choices in page.context["units"] for code, _name in choices].count(station.code) == 1

    assert browser.get("/desk/", follow=True).context["unit"] == other_station


def test_an_officer_without_a_post_that_reads_cases_is_told_so(appoint, bureau, sign_in, now):
    officer = appoint("feed-manager", bureau, "between-two-posts")
    officer.grants.update(revoked_at=now, revoked_by="test")

    page = sign_in(officer).get("/desk/")

    assert page.status_code == 200
    assert "No post of yours" in page.content.decode()


def test_a_list_names_nobody(case, desk_clerk, station, sign_in):
    text = sign_in(desk_clerk).get(address(station, "all")).content.decode()

    assert case.reference in text
    for secret in ("演示居民", RESIDENT_ID, "13800000001", "演***"):
        assert secret not in text


@pytest.mark.parametrize(
    "typed", ["as printed", "in small letters", "by the ID number", "by the ID number with blanks", "of the other system"]
)
def test_a_case_is_found_by_each_of_its_numbers(case, desk_clerk, sign_in, typed):
    from cases.models import Case

    Case.objects.filter(pk=case.pk).update(source="police-uk", source_case_id="f00d" * 16)
    number = {
        "as printed": case.reference,
        "in small letters": case.reference.lower().replace("-", " "),
        "by the ID number": RESIDENT_ID,
        "by the ID number with blanks": "110105 19491231 002x",
        "of the other system": "f00d" * 16,
    }[typed]

    page = sign_in(desk_clerk).post("/desk/find/", {"number": number})

    assert listed(page) == [case.reference]


def test_each_hit_is_a_look_with_the_reason_that_was_given(register, desk_clerk, sign_in):
    found = {register().reference, register().reference}

    sign_in(desk_clerk).post("/desk/find/", {"number": RESIDENT_ID, "is_enquiry": "on"})

    looks = AccessEntry.objects.filter(viewer_reference=desk_clerk.reference)
    assert {(look.subject_reference, look.reason) for look in looks} == {(each, "enquiry") for each in found}


def test_what_is_out_of_sight_is_not_found_and_leaves_no_look(case, foreign_officer, sign_in):
    browser = sign_in(foreign_officer)

    for number in (case.reference, RESIDENT_ID):
        assert listed(browser.post("/desk/find/", {"number": number})) == []
    assert not AccessEntry.objects.exists()


def test_a_slip_in_an_id_number_is_told_beside_the_field_and_nothing_typed_is_lost(desk_clerk, sign_in):
    page = sign_in(desk_clerk).post("/desk/find/", {"number": "110105194912310021"})

    assert page.status_code == 422
    assert "slip" in page.context["form"].errors["number"][0]
    assert 'value="110105194912310021"' in page.content.decode()


def test_an_id_number_never_stands_in_an_address(desk_clerk, sign_in, case):
    page = sign_in(desk_clerk).get("/desk/find/", {"number": RESIDENT_ID})

    assert "cases" not in page.context
    assert not AccessEntry.objects.exists()


def test_a_person_who_was_removed_is_not_found_by(case, head_of_unit, desk_clerk, sign_in, now):
    from cases.operations.change_parties import add_party, remove_party

    add_party(actor=head_of_unit, reference=case.reference, party=NewParty(role="agent", name="乙"), now=now)
    party = case.parties.get(role="reporter")
    remove_party(actor=head_of_unit, reference=case.reference, party_id=party.pk, now=now)

    assert listed(sign_in(desk_clerk).post("/desk/find/", {"number": RESIDENT_ID})) == []
