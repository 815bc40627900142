"""The pages: one's data, requests, closing an account, the desk's side, and what the public reads."""

from __future__ import annotations

import json

import pytest

from cases.models import Party
from foundation.accounts.models import Person, User
from foundation.audit.models import AuditEntry
from foundation.privacy.models import AccountClosing, Correction, LegalHold
from foundation.privacy.operations.purge import purge
from foundation.privacy.registry import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(appoint, station):
    return appoint("reviewer", station, "reviewer")


@pytest.fixture
def approver(appoint, station):
    return appoint("approver", station, "approver")


@pytest.fixture
def at_home(resident, sign_in, case):
    return sign_in(resident)


def ask(browser, case, **given):
    values = {
        "place": f"cases.Party.phone|{Party.objects.filter(case=case).values_list('pk', flat=True)[0]}",
        "wanted": "13900000009",
        "reason": "A new number.",
    }
    return browser.post("/my/data/corrections/ask/", values | given)


@pytest.mark.parametrize(("language", "words"), [("en", "Your part in cases"), ("zh-hans", "您在案件中的身份")])
def test_anybody_reads_what_is_kept_why_and_for_how_long(client, language, words):
    page = client.get("/privacy/data/", headers={"accept-language": language})

    assert page.status_code == 200 and words in page.content.decode()
    for entry in entries().values():
        assert str(entry.title.zh if language == "zh-hans" else entry.title.en) in page.content.decode().replace("&#x27;", "'")


def test_the_page_of_privacy_leads_there(client):
    assert 'href="/privacy/data/"' in client.get("/privacy/").content.decode()


def test_ones_page_shows_values_masked_and_what_can_be_asked(at_home):
    page = at_home.get("/my/data/").content.decode()

    assert "138****0001" in page and "13800000001" not in page
    assert "演***" in page and "Ask for a correction" in page


def test_the_copy_is_handed_out_as_json_and_as_a_page_and_kept_nowhere(at_home, settings, resident):
    as_json = at_home.post("/my/data/download/", {"form": "json"})
    as_page = at_home.post("/my/data/download/", {"form": "html"})

    assert json.loads(as_json.content)["account"] == resident.reference
    assert as_json["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in as_json["Cache-Control"] and "no-store" in as_page["Cache-Control"]
    assert "您的身份信息 · Your person" in as_page.content.decode() and "13800000001" in as_page.content.decode()
    assert AuditEntry.objects.filter(action="privacy.take_copy", actor_reference=resident.reference, capability="own").count() == 2


def test_an_officer_has_no_copy_and_no_such_page(sign_in, reviewer):
    browser = sign_in(reviewer)

    assert browser.get("/my/data/").status_code == 404
    assert browser.post("/my/data/download/").status_code == 404
    assert browser.get("/api/v1/my/data/").status_code == 404


def test_ten_copies_a_day_are_enough(at_home):
    answers = [at_home.post("/my/data/download/", {"form": "json"}).status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


def test_a_request_is_asked_examined_decided_and_answered(at_home, case, sign_in, reviewer, approver):
    said = ask(at_home, case)
    correction = Correction.objects.get()
    assert said["Location"].endswith(f"/my/data/corrections/{correction.reference}/")
    assert "Waiting for a reviewer" in at_home.get(said["Location"]).content.decode()

    desk = sign_in(reviewer)
    assert "Your turn" in desk.get("/desk/corrections/").content.decode()
    assert "13900000009" in desk.get(f"/desk/corrections/{correction.reference}/").content.decode()
    desk.post(f"/desk/corrections/{correction.reference}/propose/", {"is_accepted": "yes", "proposed": "13900000009", "answer": "Done."})
    assert "Another officer decides" not in desk.get("/desk/corrections/").content.decode()

    chief = sign_in(approver)
    chief.post(f"/desk/corrections/{correction.reference}/approve/")

    page = at_home.get(f"/my/data/corrections/{correction.reference}/").content.decode()
    assert "Put right" in page and "Done." in page
    assert case.parties.get().phone == "13900000009"


def test_a_refusal_shows_where_to_complain(at_home, case, sign_in, reviewer, approver):
    ask(at_home, case)
    reference = Correction.objects.get().reference
    sign_in(reviewer).post(f"/desk/corrections/{reference}/propose/", {"is_accepted": "no", "answer": "The card says otherwise."})

    sign_in(approver).post(f"/desk/corrections/{reference}/approve/")

    page = at_home.get(f"/my/data/corrections/{reference}/").content.decode()
    assert "The card says otherwise." in page and "12389" in page and "PIPL art. 50" in page


def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(at_home, case):
    page = ask(at_home, case, wanted="110")

    assert page.status_code == 422
    assert "not a whole phone number" in page.content.decode() and "A new number." in page.content.decode()
    assert ask(at_home, case, place="cases.Party.phone|somebody-else").status_code == 422


def test_a_request_of_somebody_else_is_not_there(at_home, case, sign_in, neighbour):
    ask(at_home, case)
    reference, other = Correction.objects.get().reference, sign_in(neighbour)

    assert other.get(f"/my/data/corrections/{reference}/").status_code == 404
    assert other.post(f"/my/data/corrections/{reference}/withdraw/").status_code == 404


def test_whoever_has_no_such_post_has_no_such_page(at_home, case, sign_in, desk_clerk):
    ask(at_home, case)
    browser = sign_in(desk_clerk)

    assert browser.get("/desk/corrections/").status_code == 403
    assert browser.get(f"/desk/corrections/{Correction.objects.get().reference}/").status_code == 404
    assert browser.get("/desk/holds/").status_code == 403


@pytest.mark.parametrize("many", [1, 3])
def test_the_worklist_costs_the_same_however_long_it_is(at_home, register, sign_in, reviewer, many, django_assert_max_num_queries):
    for _ in range(many):
        ask(at_home, register())
    browser = sign_in(reviewer)
    browser.get("/desk/corrections/")

    with django_assert_max_num_queries(9):
        assert browser.get("/desk/corrections/").status_code == 200


# --- closing an account -------------------------------------------------------------------------------------------------


def test_before_closing_a_person_reads_what_goes_and_what_stays(at_home):
    page = at_home.get("/my/data/close/").content.decode()

    goes, stays = page.split("What stays, and why")
    assert "Your person" in goes and "Second factors" in goes
    assert "Progress of your cases" in stays and "Log of deeds" in stays and "Your part in cases" in stays


def test_closing_must_be_meant(at_home, resident):
    assert at_home.post("/my/data/close/").status_code == 422
    assert User.objects.filter(reference=resident.reference).exists()


def test_a_closed_account_is_gone_and_the_case_goes_on(at_home, case, resident):
    ask(at_home, case)

    page = at_home.post("/my/data/close/", {"is_sure": "on"})

    assert "Your account is closed" in page.content.decode()
    assert not Person.objects.exists() and not User.objects.filter(reference=resident.reference).exists()
    assert at_home.get("/my/data/").status_code == 302
    assert case.parties.get().name == "演示居民"
    assert Correction.objects.get().state == "withdrawn"
    assert AccountClosing.objects.get().erased_at is not None
    assert AuditEntry.objects.get(action="account.close").actor_reference == resident.reference


def test_a_held_account_is_shut_at_once_and_deleted_when_the_hold_ends(at_home, resident, head_of_unit, station, now, later):
    from foundation.accounts.actors import command_actor

    LegalHold.objects.create(
        bureau_code="310000",
        unit=station,
        kind="account",
        subject_reference=resident.reference,
        ground="court",
        set_at=now,
        set_by="x",
        ends_on="2099-01-01",
    )
    page = at_home.post("/my/data/close/", {"is_sure": "on"})
    assert page.status_code == 200 and "hold" not in page.content.decode().lower().replace("household", "")
    assert User.objects.get(reference=resident.reference).is_active is False
    list(purge(actor=command_actor("purge"), now=later(24 * 365 * 20)))
    assert Person.objects.exists()

    LegalHold.objects.update(lifted_at=now, lifted_by="x")
    list(purge(actor=command_actor("purge"), now=later(24 * 365 * 20)))

    assert not Person.objects.exists() and AccountClosing.objects.filter(erased_at__isnull=True).count() == 0


# --- legal holds ------------------------------------------------------------------------------------------------------


def test_the_head_of_a_unit_holds_a_case_and_ends_the_hold(sign_in, head_of_unit, case):
    browser = sign_in(head_of_unit)

    browser.post("/desk/holds/", {"subject": case.reference, "ground": "Court order 12", "ends_on": "2027-12-31"})
    hold = LegalHold.objects.get()
    assert (hold.kind, hold.subject_reference, hold.unit) == ("case", case.reference, case.unit)
    assert "Court order 12" in browser.get("/desk/holds/").content.decode()

    browser.post(f"/desk/holds/{hold.reference}/lift/")

    assert LegalHold.objects.get().lifted_at is not None
    assert AuditEntry.objects.filter(action__in=["hold.set", "hold.lift"]).count() == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"subject": "C-0000-0000-0000"}, "no case or account with this number"),
        ({"ends_on": "2020-01-01"}, "within the next three years"),
        ({"ends_on": "2099-01-01"}, "within the next three years"),
        ({"ground": " "}, "This field is required"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(sign_in, head_of_unit, case, given, words):
    values = {"subject": case.reference, "ground": "Court order 12", "ends_on": "2027-12-31"}

    page = sign_in(head_of_unit).post("/desk/holds/", values | given)

    assert page.status_code == 422 and words in page.content.decode()
    assert not LegalHold.objects.exists()


def test_nobody_holds_a_case_of_another_bureau(sign_in, foreign_officer, case):
    page = sign_in(foreign_officer).post("/desk/holds/", {"subject": case.reference, "ground": "x", "ends_on": "2027-12-31"})

    assert page.status_code == 403 and not LegalHold.objects.exists()
