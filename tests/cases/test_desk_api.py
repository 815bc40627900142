"""The officers' side of cases for programs."""

from __future__ import annotations

import pytest

from cases.domain.workflow import WORKFLOWS
from cases.models import Case
from cases.operations.keep_property import take_item
from cases.operations.send_message import ask_unit
from cases.rest.case_urls import ACTIONS
from foundation.audit.models import AccessEntry

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/cases/"


@pytest.fixture
def call(sign_in):
    """Send JSON as somebody."""

    def call(who, path, given=None, *, key="", **options):
        headers = {"idempotency-key": key} if key else {}
        return sign_in(who, **options).post(ROOT + path, given or {}, content_type="application/json", headers=headers)

    return call


def report(unit, theft, **given):
    party = {"role": "reporter", "name": "演示来人", "id_number": "11010519491231002X"}
    return {"unit": unit.code, "category": theft.code, "reported_at": "2026-03-02T10:00:00+08:00", "parties": [party]} | given


def test_a_worklist_comes_in_pages_and_names_nobody(register, desk_clerk, station, sign_in):
    made = [register().reference for _ in range(3)]
    browser = sign_in(desk_clerk)

    first = browser.get(ROOT, {"unit": station.code, "list": "all", "page_size": "2"})
    second = browser.get(first.json()["next"])

    assert [row["reference"] for row in first.json()["results"] + second.json()["results"]] == made[::-1]
    assert second.json()["next"] is None
    assert first.json()["results"][0]["available_actions"] == ["start-review", "transfer-out", "file", "refuse-filing"]
    assert "演" not in first.content.decode()


@pytest.mark.parametrize(("query", "status"), [({}, 400), ({"list": "all"}, 400), ({"list": "other"}, 400), ({"unit": "1"}, 404)])
def test_a_list_without_its_unit_or_name_is_refused(desk_clerk, station, sign_in, query, status):
    given = {"unit": station.code} | query if query == {"list": "other"} else query

    answer = sign_in(desk_clerk).get(ROOT, given)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_list_costs_the_same_for_one_case_and_many(register, desk_clerk, station, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, costs = sign_in(desk_clerk), set()
    for _ in range(3):
        register()
        with CaptureQueriesContext(connection) as queries:
            browser.get(ROOT, {"unit": station.code, "list": "all"})
        costs.add(len(queries))

    assert len(costs) == 1


def test_a_case_is_read_whole_with_its_people_masked_and_the_look_recorded(case, desk_clerk, resident, handling_officer, sign_in, now):
    take_item(actor=handling_officer, reference=case.reference, description="A bicycle", taken_at=now, now=now)
    ask_unit(actor=resident, reference=case.reference, text="Is there news?", now=now)

    document = sign_in(desk_clerk).get(f"{ROOT}{case.reference}/").json()

    assert (document["deadline"]["is_running"], "2015" in document["deadline"]["law"]) == (True, True)
    assert [(entry["sequence"], entry["status"], len(entry["hash"])) for entry in document["progress"]] == [(1, "registered", 64)]
    assert (document["parties"][0]["name"], document["parties"][0]["id_number"]) == ("演***", "110***********002X")
    assert (document["property"][0]["description"], document["messages"][0]["is_waiting"], document["complaints"]) == ("A bicycle", True, 0)
    assert AccessEntry.objects.get().reason == "handling"


def test_a_report_is_registered_once_per_key(call, desk_clerk, station, theft):
    first = call(desk_clerk, "", report(station, theft), key="a")
    second = call(desk_clerk, "", report(station, theft), key="a")

    case = Case.objects.get()
    assert (first.status_code, first["Location"].endswith(f"/api/v1/cases/{case.reference}/")) == (201, True)
    assert (second.content, second["Idempotency-Replayed"]) == (first.content, "true")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "none"}, "category"),
        ({"parties": []}, "parties"),
        ({"publication": "closed"}, "ground"),
        ({"reported_at": "2999-01-01T00:00:00Z"}, "reported_at"),
        ({"parties": [{"role": "reporter", "name": "甲", "id_number": "110105194912310021"}]}, "id_number"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_fault_in_a_report_names_its_field(call, desk_clerk, station, theft, change, field):
    answer = call(desk_clerk, "", report(station, theft, **change), key="a")

    assert answer.status_code in {400, 422}
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Case.objects.exists()


def test_a_step_is_an_action_of_its_own(call, case, handling_officer):
    answer = call(handling_officer, f"{case.reference}/file/", {"detail": "Filed today.", "seen_length": 1})

    entry = case.entries.last()
    assert (answer.status_code, answer.json()["status"], answer.json()["length"]) == (200, "filed", 2)
    assert (entry.detail, entry.text_en.startswith("A criminal case has been filed")) == ("Filed today.", True)


@pytest.mark.parametrize(
    ("path", "given", "status", "code"),
    [
        ("solve", {}, 409, "transition_not_possible"),
        ("fly", {}, 409, "transition_not_possible"),
        ("file", {"seen_length": 0}, 409, "case_changed"),
        ("news", {}, 422, "nothing_to_publish"),
        ("news", {"phrase": "order-accepted"}, 422, "phrase_unknown"),
        ("file", {"detail": "演示居民 came."}, 422, "personal_data"),
        ("file", {"detail": "x\u202ey"}, 400, None),
        ("withhold-entry", {"sequence": 9, "ground": "privacy"}, 404, "entry_not_found"),
        ("set-publication", {"publication": "closed"}, 422, "ground_missing"),
        ("take", {"officer": "U-0000-0000-0000"}, 422, "officer_unknown"),
        ("stop-clock", {"now": True}, 400, None),
    ],
)
def test_what_cannot_be_is_refused_with_a_stable_code(call, case, handling_officer, path, given, status, code):
    answer = call(handling_officer, f"{case.reference}/{path}/", given)

    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert case.entries.count() == 1


def test_every_other_action_does_what_it_says(call, case, register, head_of_unit, handling_officer, resident, other_station, now):
    ref = case.reference
    call(handling_officer, f"{ref}/news/", {"phrase": "work-goes-on"})
    call(handling_officer, f"{ref}/correct-entry/", {"sequence": 2, "detail": "Not quite."})
    call(handling_officer, f"{ref}/withhold-entry/", {"sequence": 2, "ground": "privacy"})
    call(handling_officer, f"{ref}/release-entry/", {"sequence": 2})
    call(handling_officer, f"{ref}/stop-clock/")
    call(handling_officer, f"{ref}/resume-clock/")
    kinds = ["status", "note", "correction", "withheld", "released", "suspension", "resumption"]
    assert [entry.kind for entry in case.entries.order_by("sequence")] == kinds

    call(handling_officer, f"{ref}/take/")
    call(handling_officer, f"{ref}/set-publication/", {"publication": "unit_only", "ground": "foreign_related"})
    ask_unit(actor=resident, reference=ref, text="News?", now=now)
    call(handling_officer, f"{ref}/answer/", {"text": "None yet."}, key="1")
    call(handling_officer, f"{ref}/take-item/", {"description": "A bicycle", "taken_at": "2026-03-02T10:00:00+08:00"}, key="2")
    item = case.property_items.get()
    call(handling_officer, f"{ref}/move-item/", {"item": item.reference, "place": "kept"})
    call(handling_officer, f"{ref}/add-party/", {"role": "agent", "name": "演示代理"}, key="3")
    agent = case.parties.get(role="agent")
    call(handling_officer, f"{ref}/remove-party/", {"party": str(agent.pk)})
    call(head_of_unit, f"{ref}/transfer/", {"unit": other_station.code})

    for each in (case, item, agent):
        each.refresh_from_db()
    assert (case.publication, case.waiting_since, case.unit, item.status) == ("unit_only", None, other_station, "kept")
    assert (agent.removed_by, case.messages.count()) == (handling_officer.label, 2)


def test_two_cases_are_joined_and_a_term_is_extended(call, register, head_of_unit):
    from django.utils import timezone

    case, main = (register(reported_at=timezone.now(), now=timezone.now()) for _ in range(2))
    assert call(head_of_unit, f"{case.reference}/extend/", {"days": 7, "reason": "Clues abroad."}).status_code == 200

    answer = call(head_of_unit, f"{case.reference}/merge/", {"into": main.reference})

    assert (answer.json()["merged_into"], answer.json()["available_actions"]) == (main.reference, [])


def test_who_hands_a_case_out_of_their_sight_is_told_what_became_of_it(call, case, head_of_unit, other_station):
    answer = call(head_of_unit, f"{case.reference}/transfer/", {"unit": other_station.code})

    assert (answer.status_code, answer.json()["unit"]["code"]) == (200, other_station.code)


def test_a_thing_of_another_case_is_not_moved_through_this_one(call, case, register, handling_officer, now):
    item = take_item(actor=handling_officer, reference=case.reference, description="A bicycle", taken_at=now, now=now)

    answer = call(handling_officer, f"{register().reference}/move-item/", {"item": item.reference, "place": "kept"})

    assert answer.status_code == 404


def test_no_action_has_the_name_of_a_step():
    steps = {transition.name for table in WORKFLOWS.values() for transition in table.transitions}

    assert not steps & set(ACTIONS)


def test_a_program_without_a_session_is_asked_to_sign_in(case, client):
    assert client.get(f"{ROOT}{case.reference}/").status_code == 401
    assert client.post(f"{ROOT}{case.reference}/file/", {}, content_type="application/json").status_code == 401


def test_a_session_without_a_second_factor_does_nothing(call, case, handling_officer):
    answer = call(handling_officer, f"{case.reference}/file/", second_factor=False)

    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
    assert case.entries.count() == 1


def test_a_change_needs_the_token_of_the_session(call, case, handling_officer):
    answer = call(handling_officer, f"{case.reference}/file/", enforce_csrf_checks=True)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
