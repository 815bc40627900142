"""Every refused request leaves one audit row, on pages and over the API, whoever refused it and whoever was refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from foundation.audit import middleware
from foundation.audit.models import AuditEntry, UnwrittenDenials
from foundation.audit.operations.record_denial import DENIED, Nobody, Target, record_denial
from foundation.denials import Denial
from foundation.limits.rules import DENIALS_OF_ACTOR, DENIALS_OF_HALL, DENIALS_OF_SOURCE

pytestmark = pytest.mark.django_db

TARGET = Target(route="desk:home", method="get", status=403)


def rows():
    return list(AuditEntry.objects.filter(action=DENIED).order_by("pk"))


def only():
    (row,) = rows()
    return row


def told(row):
    return {name: after for name, (_before, after) in row.changes.items()}


def test_an_officer_who_may_not_leaves_a_row_with_the_right_that_was_missing(sign_in, appoint, station, case):
    clerk = appoint("clerk", station, "other-clerk")

    answer = sign_in(clerk, REMOTE_ADDR="203.0.113.9").get(f"/desk/cases/{case.reference}/extend/")

    row = only()
    assert answer.status_code == 403
    assert (row.actor_kind, row.actor_reference, row.capability) == ("officer", clerk.reference, "case.extend")
    assert (row.subject_kind, row.subject_reference, row.bureau_code) == ("case", case.reference, "310000")
    assert told(row) == {"route": "desk:extend", "method": "get", "refusal": "not_allowed", "status": 403}
    assert (row.channel, row.address) == ("desk", "203.0.113.9")


def test_a_case_that_an_officer_may_not_know_of_is_a_denial_and_one_that_is_not_there_is_none(sign_in, foreign_officer, case):
    browser = sign_in(foreign_officer)

    hidden = browser.get(f"/desk/cases/{case.reference}/")
    unknown = browser.get("/desk/cases/C-0000-0000-0000/")

    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert (only().subject_reference, told(only())["refusal"]) == (case.reference, "case_not_found")


def test_the_same_over_the_api(sign_in, foreign_officer, neighbour, case):
    sign_in(foreign_officer).get(f"/api/v1/cases/{case.reference}/")
    sign_in(neighbour).get(f"/api/v1/cases/{case.reference}/")

    assert [(row.actor_kind, row.channel, told(row)["status"]) for row in rows()] == [("officer", "api", 404), ("resident", "api", 404)]


def test_somebody_elses_case_is_a_denial_to_a_resident(sign_in, neighbour, case):
    sign_in(neighbour).get(f"/my/cases/{case.reference}/")

    assert (only().actor_reference, only().subject_reference, only().channel) == (neighbour.reference, case.reference, "own")


def test_who_is_not_signed_in_is_written_down_as_nobody(case):
    Client().get(f"/desk/cases/{case.reference}/")
    Client().get(f"/api/v1/cases/{case.reference}/")

    page, api = rows()
    assert {row.actor_reference for row in (page, api)} == {"anonymous"}
    assert [told(row)["refusal"] for row in (page, api)] == ["not_signed_in", "not_authenticated"]
    assert [told(row)["status"] for row in (page, api)] == [302, 401]
    assert page.subject_reference == case.reference


def test_what_somebody_typed_into_an_address_is_not_written_down():
    Client().get("/desk/cases/110105194912310021/")

    assert (only().subject_reference, only().subject_kind) == ("", "")


def test_a_missing_token_is_a_denial_of_the_person_signed_in(sign_in, head_of_unit, case):
    browser = sign_in(head_of_unit, enforce_csrf_checks=True)

    page = browser.post(f"/desk/cases/{case.reference}/take/")
    api = browser.post(f"/api/v1/cases/{case.reference}/take/", "{}", content_type="application/json")

    assert (page.status_code, api.status_code) == (403, 403)
    assert [(row.actor_reference, told(row)["refusal"]) for row in rows()] == [(head_of_unit.reference, "csrf_failed")] * 2


def test_a_missing_second_factor_is_a_denial(sign_in, head_of_unit):
    browser = sign_in(head_of_unit, second_factor=False)

    browser.get("/desk/")
    browser.get("/api/v1/cases/")

    assert [(told(row)["refusal"], told(row)["status"]) for row in rows()] == [
        ("second_factor_missing", 302),
        ("second_factor_missing", 403),
    ]


def test_a_page_that_asks_for_the_password_again_is_a_denial(sign_in, appoint, station):
    officer = appoint("supervisor", station, "with-a-password")
    officer.set_password("correct horse battery staple")
    officer.save()
    browser = sign_in(officer)
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()

    answer = browser.post("/accounts/second-factor/recovery-codes/new/")

    assert answer.status_code == 302
    assert told(only())["refusal"] == "step_up_required"


def test_an_unsigned_message_of_a_feed_is_a_denial():
    Client().post("/api/v1/exchange/cases/", "{}", content_type="application/json")

    assert (only().actor_kind, told(only())["refusal"]) == ("anonymous", "signature_missing")


def test_another_websites_form_is_a_denial():
    Client().post("/q", {"code": "x"}, headers={"sec-fetch-site": "cross-site"})

    assert told(only())["refusal"] == "cross_site"


def test_a_refusal_that_is_told_beside_a_field_is_a_denial_all_the_same(sign_in, head_of_unit, register, foreign_station, appoint, act):
    case = register()
    officer = act(appoint("supervisor", foreign_station, "far-away"))
    hidden = register(actor=officer, unit=foreign_station)

    answer = sign_in(head_of_unit).post(f"/desk/cases/{case.reference}/merge/", {"into": hidden.reference})

    assert answer.status_code == 422
    assert (only().actor_reference, told(only())["status"]) == (head_of_unit.reference, 422)


def test_what_is_merely_wrong_or_not_there_is_no_denial(sign_in, head_of_unit, case):
    browser = sign_in(head_of_unit)
    browser.get("/desk/nowhere/")
    browser.post(f"/desk/cases/{case.reference}/extend/", {"days": "1"})
    Client().post("/q", {"code": "ABCD"})
    Client().post("/api/v1/inquiries/", {"code": "ABCD-EFGH-JKMN-PQRS"}, content_type="application/json")

    assert rows() == []


def test_a_middleware_that_forgets_to_write_is_found(monkeypatch, sign_in, head_of_unit):
    """The check can fail: a denial without its row."""
    monkeypatch.setattr(middleware, "record_denial", lambda **_: False)

    sign_in(head_of_unit).get("/desk/feeds/")

    with pytest.raises(ValueError, match="not enough values"):
        only()


def test_a_database_that_is_away_refuses_all_the_same(monkeypatch):
    from django.db import OperationalError

    def away(**_):
        raise OperationalError("gone")

    monkeypatch.setattr(middleware, "record_denial", away)

    assert Client().get("/desk/").status_code == 302


def deny(now, *, network="203.0.113.0/24", actor=None):
    return record_denial(actor=actor or Nobody(), denial=Denial(code="not_signed_in"), target=TARGET, network=network, now=now)


def test_a_flood_from_one_network_is_counted_and_not_written(now):
    written = [deny(now) for _ in range(DENIALS_OF_SOURCE.allowed + 7)]

    assert sum(written) == AuditEntry.objects.count() == DENIALS_OF_SOURCE.allowed
    assert UnwrittenDenials.objects.values_list("source", "number").get() == ("203.0.113.0/24", 7)
    assert deny(now, network="198.51.100.0/24")
    assert deny(now + timedelta(minutes=11))


def test_a_flood_from_many_networks_ends_at_the_hall(now):
    per_network = 90
    written = sum(deny(now, network=f"10.0.{n // per_network}.0/24") for n in range(DENIALS_OF_HALL.allowed + 20))

    assert written == DENIALS_OF_HALL.allowed
    assert sum(UnwrittenDenials.objects.values_list("number", flat=True)) == 20


def test_nobody_who_is_signed_in_hides_behind_a_flood_of_strangers(now, head_of_unit):
    for n in range(DENIALS_OF_HALL.allowed + 1):
        deny(now, network=f"10.0.{n // 90}.0/24")

    assert deny(now, actor=head_of_unit)


def test_a_stolen_session_cannot_fill_the_disk_either(now, head_of_unit):
    written = sum(deny(now, actor=head_of_unit) for _ in range(DENIALS_OF_ACTOR.allowed + 5))

    assert written == DENIALS_OF_ACTOR.allowed
    assert UnwrittenDenials.objects.values_list("source", "number").get() == (head_of_unit.label, 5)
