"""The pages and the API of mandates: what they show, what they refuse, and that both refuse alike."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
import time_machine

from foundation.mandates.models import Agency, Company, Delegation, Guardianship
from foundation.mandates.operations.end_mandate import end_delegation
from tests.plugins.mandates import COMPANY_CODE, id_number
from tests.plugins.people import NOW, OTHER_ID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def offer_form(now):
    return {
        "agent_name": "演示邻居",
        "agent_id_number": OTHER_ID,
        "scopes": ["follow_cases"],
        "matter": "",
        "until_on": (now.date() + timedelta(days=30)).isoformat(),
    }


def post(browser, path, document=None):
    return browser.post(f"/api/v1/my/mandates/{path}", json.dumps(document or {}), content_type="application/json")


def test_an_offer_is_made_accepted_and_ended_on_the_pages(sign_in, resident, neighbour, offer_form):
    one, other = sign_in(resident), sign_in(neighbour)
    assert one.post("/my/people/offer/", offer_form).status_code == 302
    (waiting,) = other.get("/my/people/").context["offers"]
    assert waiting.name == "演示居民"

    other.post(f"/my/people/{waiting.reference}/accept/")
    assert [each.name for each in other.get("/my/people/").context["held"]] == ["演示居民"]
    assert [each.name for each in one.get("/my/people/").context["given"]] == ["演示邻居"]

    one.post(f"/my/people/{waiting.reference}/end/")
    page = other.get("/my/people/")
    assert (page.context["held"], [each.state for each in page.context["over"]]) == ([], ["ended"])


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(sign_in, resident, offer_form):
    page = sign_in(resident).post("/my/people/offer/", offer_form | {"agent_id_number": "11010519491231002X", "until_on": "2026-03-01"})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["agent_id_number"]
    assert "演示邻居" in page.content.decode()
    assert not Delegation.objects.exists()


def test_the_answer_to_an_offer_is_the_same_for_a_number_that_is_known_and_one_that_is_not(sign_in, resident, neighbour, offer_form):
    browser = sign_in(resident)
    unknown = offer_form | {"agent_id_number": id_number(date(1990, 1, 1))}

    answers = [browser.post("/my/people/offer/", form, follow=True) for form in (offer_form | {"agent_name": "演示另名"}, unknown)]

    said = [re.search(r"Your offer waits for thirty days.*?</p>", answer.content.decode())[0] for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert said[0].replace("演示另名", "") == said[1].replace("演示邻居", "")


def test_asking_takes_a_fresh_proof_of_who_asks(sign_in, resident, offer_form):
    browser = sign_in(resident, minutes_ago=6)

    assert browser.get("/my/people/offer/").status_code == 302
    assert browser.post("/my/people/offer/", offer_form).status_code == 403
    answer = post(browser, "offer/", {"name": "演示邻居", "id_number": OTHER_ID, "scopes": ["follow_cases"], "until": "2026-03-30"})
    assert answer.json()["code"] == "step_up_required"
    assert not Delegation.objects.exists()


def test_a_child_is_told_that_its_guardians_act_for_it(sign_in, record, child):
    record()

    page = sign_in(child).get("/my/people/")

    assert [each.name for each in page.context["given"]] == ["演示家长"]
    assert not page.context["can_offer"]
    assert "/my/people/offer/" not in page.content.decode()


def test_an_answer_to_an_offer_that_was_withdrawn_comes_back_with_a_word_on_it(sign_in, ask, resident, neighbour, now):
    offer = ask()
    end_delegation(actor=resident, reference=offer.reference, now=now)

    page = sign_in(neighbour).post(f"/my/people/{offer.reference}/accept/", follow=True)

    assert "answered or withdrawn" in page.content.decode()


def test_the_api_does_what_the_pages_do(sign_in, resident, neighbour):
    one, other = sign_in(resident), sign_in(neighbour)
    document = {"name": "演示邻居", "id_number": OTHER_ID, "scopes": ["act_in_cases"], "until": "2026-03-30"}

    made = post(one, "offer/", document)
    reference = made.json()["reference"]
    accepted = post(other, f"{reference}/accept/")
    listed = [browser.get("/api/v1/my/mandates/").json()["results"] for browser in (one, other)]
    ended = post(other, f"{reference}/end/")

    assert (made.status_code, made.json()["state"], made.json()["direction"]) == (201, "waiting", "for_me")
    assert (accepted.json()["state"], accepted.json()["name"], accepted.json()["until"]) == (
        "live",
        "演示居民",
        "2026-03-31T00:00:00+08:00",
    )
    assert [[(each["reference"], each["direction"]) for each in rows] for rows in listed] == [
        [(reference, "for_me")],
        [(reference, "for_other")],
    ]
    assert ended.json()["state"] == "ended"
    assert OTHER_ID not in json.dumps(listed)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"id_number": "11010519491231002X"}, "id_number", "same_person"),
        ({"name": "   "}, "name", None),
        ({"until": "2026-03-01"}, "until", "until_past"),
        ({"until": "2027-03-03"}, "until", "until_too_late"),
        ({"scopes": []}, "scopes", None),
        ({"matter": "case:C-0000-0000-0000"}, "matter", "matter_unknown"),
        ({"surprise": 1}, "surprise", None),
    ],
)
def test_the_api_names_the_field_at_fault(sign_in, resident, change, field, code):
    document = {"name": "演示邻居", "id_number": OTHER_ID, "scopes": ["follow_cases"], "until": "2026-03-30"}

    answer = post(sign_in(resident), "offer/", document | change)

    (error,) = answer.json()["errors"]
    assert answer.status_code in {400, 422}
    assert error["field"].split(".")[0] == field
    assert code in {None, error["code"]}
    assert not Delegation.objects.exists()


def test_both_faces_hide_what_is_between_two_others(sign_in, ask, stranger):
    reference, browser = ask().reference, sign_in(stranger)

    for deed in ("accept", "decline", "end"):
        assert browser.post(f"/my/people/{reference}/{deed}/").status_code == 404
        assert post(browser, f"{reference}/{deed}/").status_code == 404
    assert browser.get("/api/v1/my/mandates/").json() == {"results": [], "next": None}


def test_an_officer_records_a_guardian_a_company_and_an_agent_at_the_desk(sign_in, desk_clerk, parent, stranger, named, child_id):
    browser = sign_in(desk_clerk)
    guardian, agent = named("x", parent), named("x", stranger)
    given = {
        "child_name": "演示小孩",
        "child_id_number": child_id,
        "guardian_name": guardian.name,
        "guardian_id_number": guardian.id_number,
        "kind": "parent",
        "evidence": "Household register 4711",
    }
    page = browser.post("/desk/mandates/guardianships/new/", given, follow=True).content.decode()
    assert "Household register 4711" in page
    assert child_id not in page
    assert Guardianship.objects.count() == 1

    browser.post("/desk/mandates/companies/new/", {"credit_code": COMPANY_CODE, "name": "演示商贸有限公司"})
    company = Company.objects.get()
    given = {"agent_name": agent.name, "agent_id_number": agent.id_number, "is_legal_representative": "on", "evidence": "Licence"}
    page = browser.post(f"/desk/mandates/companies/{company.reference}/agents/new/", given, follow=True)
    assert "no end" in page.content.decode()
    assert Agency.objects.get().is_legal_representative


def test_the_desk_says_beside_the_field_what_cannot_be_recorded(sign_in, desk_clerk, record, parent, named, child_id):
    record()
    guardian = named("x", parent)
    given = {
        "child_name": "演示小孩",
        "child_id_number": child_id,
        "guardian_name": guardian.name,
        "guardian_id_number": guardian.id_number,
        "kind": "parent",
        "evidence": "Household register 4711",
    }
    browser = sign_in(desk_clerk)

    again = browser.post("/desk/mandates/guardianships/new/", given)
    misnamed = browser.post("/desk/mandates/guardianships/new/", given | {"guardian_name": "演示另名"})

    assert (again.status_code, list(again.context["form"].errors)) == (409, ["guardian_id_number"])
    assert (misnamed.status_code, list(misnamed.context["form"].errors)) == (422, ["guardian_name"])


def test_the_desk_finds_by_the_whole_number_and_ends_for_a_reason(sign_in, desk_clerk, record, child_id):
    made, browser = record(), sign_in(desk_clerk)

    found = browser.post("/desk/mandates/", {"number": child_id})
    assert [row.reference for row in found.context["rows"]] == [made.reference]
    assert child_id not in found.content.decode().replace(f'value="{child_id}"', "")
    assert browser.post(f"/desk/mandates/{made.reference}/", {}).status_code == 422
    assert browser.post(f"/desk/mandates/{made.reference}/", {"reason": "court"}).status_code == 302
    made.refresh_from_db()
    assert made.end_reason == "court"
    assert "By decision of a court" in browser.get(f"/desk/mandates/{made.reference}/").content.decode()


def test_the_demo_has_one_of_each(settings):
    import io

    import zeal
    from django.core.management import call_command
    from django.utils import timezone

    from portal.demo.mandates import make_mandates
    from portal.demo.people import make_people

    with zeal.zeal_ignore():
        call_command("load_seeds", stdout=io.StringIO())
        make_people(now=timezone.now())
        assert make_mandates(now=timezone.now())
        assert not make_mandates(now=timezone.now())

    assert [model.objects.count() for model in (Guardianship, Agency, Delegation)] == [1, 1, 1]
    assert Delegation.objects.get().state(NOW) == "live"
