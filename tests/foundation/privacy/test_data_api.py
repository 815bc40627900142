"""The same rights for programs: one's copy and requests, the desk's side of them."""

from __future__ import annotations

import json
import uuid

import pytest

from cases.models import Party
from foundation.accounts.models import Person
from foundation.privacy.models import Correction

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(resident, sign_in, case):
    return sign_in(resident)


def post(browser, path, **body):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return browser.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


def ask(browser, **given):
    place = browser.get("/api/v1/my/corrections/places/").json()[-1]["place"]
    return post(browser, "my/corrections/", **{"place": place, "wanted": "13900000009", "reason": "A new number."} | given)


def test_a_person_takes_their_copy(mine, resident):
    answer = mine.get("/api/v1/my/data/")

    assert answer.status_code == 200 and answer.json()["account"] == resident.reference
    values = [value["value"] for table in answer.json()["tables"] for row in table["rows"] for value in row]
    assert "13800000001" in values and "no-store" in answer["Cache-Control"]


def test_the_copy_needs_a_recent_sign_in(resident, sign_in, case):
    stale = sign_in(resident, minutes_ago=6)

    assert stale.get("/api/v1/my/data/").json()["code"] == "step_up_required"
    assert post(stale, "my/account/close/").json()["code"] == "step_up_required"
    assert Person.objects.exists()


def test_who_is_no_resident_has_no_data_and_who_is_no_officer_no_desk(mine, sign_in, desk_clerk):
    assert sign_in(desk_clerk).get("/api/v1/my/data/").status_code == 404
    assert mine.get("/api/v1/desk/corrections/").status_code == 404
    assert sign_in(desk_clerk).get("/api/v1/desk/corrections/").status_code == 403


def test_a_request_goes_its_way(mine, sign_in, appoint, station, case):
    made = ask(mine)
    assert made.status_code == 201 and made.json()["state"] == "asked"
    reference = made.json()["reference"]

    reviewer, approver = sign_in(appoint("reviewer", station, "reviewer")), sign_in(appoint("approver", station, "approver"))
    assert [row["reference"] for row in reviewer.get("/api/v1/desk/corrections/").json()["results"]] == [reference]
    assert reviewer.get(f"/api/v1/desk/corrections/{reference}/").json()["wanted"] == "13900000009"
    post(reviewer, f"desk/corrections/{reference}/propose/", is_accepted=True, answer="Done.")
    assert mine.get(f"/api/v1/my/corrections/{reference}/").json()["answer"] == ""
    assert post(reviewer, f"desk/corrections/{reference}/approve/").status_code == 403
    back = post(approver, f"desk/corrections/{reference}/return/", because="Which paper?")
    assert back.json()["state"] == "asked"
    post(reviewer, f"desk/corrections/{reference}/propose/", is_accepted=True, answer="The contract.")
    done = post(approver, f"desk/corrections/{reference}/approve/")

    assert done.json()["state"] == "accepted"
    assert mine.get(f"/api/v1/my/corrections/{reference}/").json()["answer"] == "The contract."
    assert Party.objects.get().phone == "13900000009"


def test_deciding_needs_a_recent_second_factor(mine, sign_in, appoint, station, case):
    reference = ask(mine).json()["reference"]
    post(sign_in(appoint("reviewer", station, "reviewer")), f"desk/corrections/{reference}/propose/", is_accepted=True, answer="Yes.")

    refused = post(sign_in(appoint("approver", station, "approver"), minutes_ago=6), f"desk/corrections/{reference}/approve/")

    assert refused.json()["code"] == "step_up_required" and Correction.objects.get().state == "proposed"


def test_a_request_is_withdrawn_and_unknown_names_are_refused(mine):
    reference = ask(mine).json()["reference"]

    assert post(mine, f"my/corrections/{reference}/withdraw/", oops=1).status_code == 400
    assert post(mine, f"my/corrections/{reference}/withdraw/").json()["state"] == "withdrawn"
    assert post(mine, f"my/corrections/{reference}/withdraw/").status_code == 409


def test_an_account_is_closed(mine, case):
    assert post(mine, "my/account/close/").status_code == 200
    assert not Person.objects.exists() and mine.get("/api/v1/my/data/").status_code in {401, 403}
