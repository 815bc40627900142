"""A resident reads who looked at their matters; an auditor reads the logs, and that is written down too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.operations.look_at_case import look_at_case
from cases.operations.make_complaint import make_complaint
from cases.operations.register_report import NewParty
from cases.operations.set_publication import set_publication
from foundation.audit.models import AccessEntry, AuditEntry
from tests.plugins.people import OTHER_ID

pytestmark = pytest.mark.django_db


# --- who looked at my matters ---


def test_a_look_is_on_the_page_at_the_next_request_with_name_post_and_unit(case, handling_officer, resident, sign_in):
    sign_in(handling_officer).get(f"/desk/cases/{case.reference}/")

    page = sign_in(resident).get("/my/looks/").content.decode()

    for told in ("Handling Officer", "Handling officer · First Station", "Handling the case", case.reference):
        assert told in page


def test_every_matter_of_the_person_is_on_one_page_and_no_one_elses(case, register, resident, head_of_branch, neighbour, sign_in, now):
    make_complaint(actor=resident, reference=case.reference, text="Nobody calls back.", now=now)
    others = register(parties=[NewParty(role="reporter", name="演示邻居", id_number=OTHER_ID)])
    desk = sign_in(head_of_branch)
    complaint = case.complaints.get()
    for path in (f"cases/{case.reference}/", f"cases/{others.reference}/", f"complaints/{complaint.reference}/"):
        assert desk.get(f"/desk/{path}").status_code == 200

    page = sign_in(resident).get("/my/looks/").content.decode()

    assert case.reference in page
    assert complaint.reference in page
    assert others.reference not in page
    assert others.reference in sign_in(neighbour).get("/my/looks/").content.decode()


def test_the_post_is_the_one_that_was_held_then(case, appoint, act, station, branch, roles, resident, sign_in, now, later):
    from foundation.accounts.operations.grant_role import grant_role, revoke_role

    user = appoint("handling-officer", station, "li-wei")
    look_at_case(actor=act(user), reference=case.reference, now=later(1))
    revoke_role(grant=user.grants.get(), revoked_by="test", now=later(2))
    grant_role(user=user, role=roles["supervisor"], organisation=branch, granted_by="test", now=later(2))

    page = sign_in(resident).get("/my/looks/").content.decode()

    assert "Handling officer · First Station" in page
    assert "Head of unit" not in page


def test_the_same_look_again_and_again_is_one_line(case, handling_officer, resident, sign_in, now):
    for minute in range(3):
        look_at_case(actor=handling_officer, reference=case.reference, now=now + timedelta(minutes=minute))

    page = sign_in(resident).get("/my/looks/").content.decode()

    assert "3 times in a row" in page
    assert page.count("Handling the case") == 1


def test_a_long_list_comes_in_pages_and_costs_the_same(case, handling_officer, resident, sign_in, now, django_assert_max_num_queries):
    for minute in range(60):
        reason = {"is_enquiry": minute % 2 == 0}
        look_at_case(actor=handling_officer, reference=case.reference, now=now + timedelta(minutes=minute), **reason)
    browser = sign_in(resident)

    # One of them counts unread messages for the navigation.
    with django_assert_max_num_queries(11):
        first = browser.get("/my/looks/").content.decode()
    following = first.partition('rel="next" href="')[2].partition('"')[0]
    second = browser.get("/my/looks/" + following.replace("&amp;", "&")).content.decode()

    assert (first.count("sph-day__look"), second.count("sph-day__look")) == (50, 10)


def test_a_case_that_is_dark_to_remote_ways_is_not_on_the_page(case, head_of_unit, handling_officer, resident, sign_in, now):
    look_at_case(actor=handling_officer, reference=case.reference, now=now)
    set_publication(actor=head_of_unit, reference=case.reference, publication="closed", ground="operation_at_risk", now=now)

    assert case.reference not in sign_in(resident).get("/my/looks/").content.decode()


def test_the_api_tells_the_same(case, handling_officer, resident, sign_in):
    sign_in(handling_officer).get(f"/desk/cases/{case.reference}/")

    answer = sign_in(resident).get("/api/v1/my/access-log/?page_size=1")

    (look,) = answer.json()["results"]
    assert {name: look[name] for name in ("viewer_kind", "who", "post", "unit", "reason", "subject_kind", "reference")} == {
        "viewer_kind": "officer",
        "who": "Handling Officer",
        "post": "Handling officer",
        "unit": "First Station",
        "reason": "handling",
        "subject_kind": "case",
        "reference": case.reference,
    }


@pytest.mark.parametrize("path", ["/my/looks/", "/api/v1/my/access-log/"])
def test_an_officer_has_no_such_list(path, head_of_unit, sign_in):
    assert sign_in(head_of_unit).get(path).status_code == 404


def test_the_page_is_in_both_languages(case, handling_officer, resident, sign_in):
    sign_in(handling_officer).get(f"/desk/cases/{case.reference}/")

    page = sign_in(resident, language="zh-hans").get("/my/looks/").content.decode()

    assert "办案民警 · 第一派出所" in page


# --- the audit log at the desk ---


@pytest.fixture
def today(case, head_of_unit, sign_in):
    """A few deeds and looks of this day."""
    browser = sign_in(head_of_unit, REMOTE_ADDR="203.0.113.7")
    browser.post(f"/desk/cases/{case.reference}/take/")
    return browser


def test_an_auditor_finds_a_deed_by_thing_person_badge_action_and_day(today, case, head_of_unit, auditor, sign_in):
    browser = sign_in(auditor)
    searches = (f"subject={case.reference}", f"actor={head_of_unit.reference}", "actor=B-head-of-unit", "action=case.take", "")
    for search in searches:
        page = browser.get(f"/desk/audit/?{search}").content.decode()
        assert "case.take" in page, search
        assert "203.0.113.7" in page
        assert "Head Of Unit (B-head-of-unit)" in page

    yesterday = (timezone.now() - timedelta(days=2)).date().isoformat()
    assert "<code>case.take</code>" not in browser.get(f"/desk/audit/?first={yesterday}&last={yesterday}").content.decode()


def test_the_looks_are_searched_too(today, case, head_of_unit, auditor, sign_in):
    page = sign_in(auditor).get(f"/desk/audit/?log=looks&actor={head_of_unit.reference}").content.decode()

    assert case.reference in page
    assert "Head of unit · First Station" in page


def test_a_search_is_written_into_the_log_once_and_its_pages_are_not(today, case, auditor, sign_in):
    sign_in(auditor).get(f"/desk/audit/?subject={case.reference}")

    row = AuditEntry.objects.get(action="audit.search")
    assert (row.actor_reference, row.capability, row.changes["subject"]) == (auditor.reference, "audit.read", [None, case.reference])


def test_an_id_number_is_not_searched_and_stays_in_no_log(auditor, sign_in):
    answer = sign_in(auditor).get("/desk/audit/?subject=110105194912310021")

    assert answer.status_code == 422
    assert not AuditEntry.objects.filter(action="audit.search").exists()


@pytest.mark.parametrize("days", ["first=2026-03-02&last=2026-03-01", "first=2025-01-01&last=2026-03-01", "first=nonsense"])
def test_days_that_make_no_span_are_told(days, auditor, sign_in):
    assert sign_in(auditor).get(f"/desk/audit/?{days}").status_code == 422


def test_the_log_of_another_bureau_is_not_shown(today, case, foreign_station, appoint, act, sign_in):
    foreign = appoint("auditor", foreign_station.parent.parent, "foreign-auditor")

    assert case.reference not in sign_in(foreign).get("/desk/audit/").content.decode()


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_who_does_not_audit_has_no_log(role, appoint, station, sign_in):
    assert sign_in(appoint(role, station, "no-auditor")).get("/desk/audit/").status_code == 403


def test_an_auditor_of_a_station_does_not_read_the_log_of_the_bureau(appoint, station, sign_in):
    assert sign_in(appoint("auditor", station, "local-auditor")).get("/desk/audit/").status_code == 403


def test_a_denial_is_found_by_what_it_is(case, foreign_officer, auditor, sign_in):
    sign_in(foreign_officer).get(f"/desk/cases/{case.reference}/")

    page = sign_in(auditor).get("/desk/audit/?action=denied").content.decode()

    assert "case_not_found" in page
    assert case.reference in page


def test_what_others_typed_is_shown_as_text(case, auditor, sign_in, now):
    AccessEntry.objects.create(
        at=timezone.now(),
        viewer_kind="officer",
        viewer_reference="U-1",
        viewer_name="<script>alert(1)</script>",
        reason="handling",
        subject_kind="case",
        subject_reference=case.reference,
        bureau_code="310000",
    )

    assert "<script>alert" not in sign_in(auditor).get("/desk/audit/?log=looks").content.decode()
