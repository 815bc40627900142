"""Everything else that officers do to a case from its page."""

from __future__ import annotations

import pytest

from cases.models import Case
from cases.operations.append_entry import Words
from cases.operations.correct_entry import withhold_entry
from cases.operations.publish_progress import publish_progress
from foundation.accounts.models import User
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.inquiries.models import InquiryCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def do(case, sign_in):
    """Send the form of an action as somebody."""

    def do(who, action, *, on=case, **given):
        return sign_in(who).post(f"/desk/cases/{on.reference}/{action}/", given)

    return do


def test_publication_is_set_with_its_ground(do, case, handling_officer):
    do(handling_officer, "publication", publication="closed", ground="minor", is_counter_only="on")

    case.refresh_from_db()
    assert (case.publication, case.ground, case.is_counter_only) == ("closed", "minor", True)


def test_a_level_without_a_ground_comes_back_beside_the_field(do, handling_officer):
    page = do(handling_officer, "publication", publication="closed")

    assert page.status_code == 422
    assert page.context["form"].errors["ground"]
    assert "checked" in page.content.decode()


def test_a_case_is_taken_with_one_press_and_given_to_a_colleague(do, case, handling_officer, head_of_unit):
    do(head_of_unit, "take")
    case.refresh_from_db()
    assert case.officer.reference == head_of_unit.reference

    do(head_of_unit, "assign", officer=handling_officer.reference)
    case.refresh_from_db()
    assert case.officer.reference == handling_officer.reference


def test_only_those_who_can_handle_it_are_offered_a_case(case, desk_clerk, handling_officer, head_of_branch, foreign_officer, sign_in):
    form = sign_in(handling_officer).get(f"/desk/cases/{case.reference}/assign/").context["form"]

    assert set(form.officers) == {handling_officer.reference, head_of_branch.reference}


def test_a_term_is_extended_by_the_steps_of_the_law(do, register, head_of_unit, sign_in):
    from django.utils import timezone

    case = register(reported_at=timezone.now(), now=timezone.now())
    form = sign_in(head_of_unit).get(f"/desk/cases/{case.reference}/extend/").context["form"]
    assert [value for value, _label in form.fields["days"].choices] == ["7", "30"]

    answer = do(head_of_unit, "extend", on=case, days="7", reason="Clues abroad.")

    assert answer.status_code == 302
    assert case.entries.last().term_days == 7


def test_a_term_that_is_over_is_refused_in_words(do, head_of_unit):
    page = do(head_of_unit, "extend", days="7", reason="Too late.")

    assert page.status_code == 422
    assert "The term is over" in page.content.decode()
    assert "Too late." in page.content.decode()


def test_the_clock_is_stopped_and_let_run(do, case, handling_officer):
    do(handling_officer, "stop-clock")
    case.refresh_from_db()
    assert case.due_at is None
    assert "stands still already" in do(handling_officer, "stop-clock").content.decode()

    do(handling_officer, "resume-clock")
    case.refresh_from_db()
    assert case.due_at is not None


def test_a_case_is_handed_to_another_unit_and_the_officer_returns_to_the_list(do, case, head_of_unit, station, other_station):
    answer = do(head_of_unit, "transfer", unit=other_station.code, seen_length="1")

    assert answer["Location"] == f"/desk/units/{station.code}/all/"
    case.refresh_from_db()
    assert case.unit == other_station


def test_a_transfer_decided_on_an_older_timeline_asks_again(do, case, head_of_unit, handling_officer, other_station, now):
    publish_progress(actor=handling_officer, reference=case.reference, action="file", now=now)

    page = do(head_of_unit, "transfer", unit=other_station.code, seen_length="1", detail="Kept words.")

    assert page.status_code == 409
    assert "Kept words." in page.content.decode()
    assert 'name="seen_length" value="2"' in page.content.decode()


def test_units_of_another_bureau_are_not_offered(do, head_of_unit, foreign_station):
    page = do(head_of_unit, "transfer", unit=foreign_station.code, seen_length="1")

    assert page.status_code == 422
    assert foreign_station.name_en not in page.content.decode()


def test_two_cases_are_joined_by_the_number_as_typed(do, register, case, head_of_unit):
    main = register()

    do(head_of_unit, "merge", into=main.reference.lower().replace("-", " "))

    case.refresh_from_db()
    assert case.merged_into == main


@pytest.mark.parametrize("into", ["C-0000-0000-0000", "not a number", "itself"])
def test_a_case_that_cannot_be_joined_is_told_beside_the_field(do, case, head_of_unit, into):
    page = do(head_of_unit, "merge", into=case.reference if into == "itself" else into)

    assert page.status_code == 422
    assert page.context["form"].errors["into"]


def test_an_entry_is_put_right_withheld_and_released(do, case, handling_officer, head_of_unit, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="Camera 1."), now=now)

    do(handling_officer, "entries/2/correct", detail="Camera 2.", seen_length="2")
    do(handling_officer, "entries/2/withhold", ground="privacy", seen_length="3")
    do(head_of_unit, "entries/2/release", seen_length="4")

    assert [entry.kind for entry in case.entries.order_by("sequence")] == ["status", "note", "correction", "withheld", "released"]


def test_withholding_without_a_ground_is_told_beside_the_field(do, handling_officer):
    page = do(handling_officer, "entries/1/withhold", seen_length="1")

    assert page.status_code == 422
    assert page.context["form"].errors["ground"]


def test_there_is_no_page_for_an_entry_that_is_not_there(case, handling_officer, sign_in):
    assert sign_in(handling_officer).get(f"/desk/cases/{case.reference}/entries/9/correct/").status_code == 404


def test_a_person_is_added_and_removed(do, case, desk_clerk):
    do(desk_clerk, "people/add", name="演示代理", role="agent", id_number="310103198001010029", phone="")
    party = case.parties.get(role="agent")
    assert party.name == "演示代理"

    do(desk_clerk, f"people/{party.pk}")

    party.refresh_from_db()
    assert party.removed_by == desk_clerk.label


def test_the_same_person_is_not_entered_twice(do, desk_clerk):
    page = do(desk_clerk, "people/add", name="演示居民", role="reporter", id_number="11010519491231002X", phone="")

    assert page.status_code == 409
    assert page.context["form"].errors["id_number"]


def test_the_first_receipt_needs_no_reason_and_a_later_one_kills_the_old_code(do, case, desk_clerk, sign_in):
    first = do(desk_clerk, "code")
    assert first.status_code == 200
    assert "sph-code" in first.content.decode()
    assert sign_in(desk_clerk).get(f"/desk/cases/{case.reference}/code/").context["form"].fields

    do(desk_clerk, "code", reason="seen")

    codes = InquiryCode.objects.filter(subject_reference=case.reference)
    assert sorted(code.revoke_reason for code in codes) == ["", "seen"]
    assert [deed.changes for deed in AuditEntry.objects.filter(action="case.rotate_code")] == [{"reason": [None, "seen"]}]


def test_a_later_receipt_wants_a_reason(do, desk_clerk):
    do(desk_clerk, "code")

    assert do(desk_clerk, "code").status_code == 422


def test_messages_are_answered_and_the_case_waits_no_more(do, case, resident, desk_clerk, now):
    from cases.operations.send_message import ask_unit

    ask_unit(actor=resident, reference=case.reference, text="Is there news?", now=now)

    answer = do(desk_clerk, "answer", text="Not yet.")

    assert answer["Location"].endswith("#messages")
    case.refresh_from_db()
    assert case.waiting_since is None


def test_an_empty_answer_is_told_beside_the_field(do, desk_clerk):
    page = do(desk_clerk, "answer", text="  ")

    assert page.status_code == 422
    assert page.context["answer"].errors["text"]


ACTIONS = {
    "case.publish": ["assign", "stop-clock", "entries/1/correct"],
    "case.withhold": ["publication", "entries/1/withhold", "entries/1/release"],
    "case.extend": ["extend"],
    "case.transfer": ["transfer", "merge"],
    "case.parties": ["people/add"],
    "case.property": ["property/add"],
    "case.code": ["code"],
}


@pytest.mark.parametrize("who", ["desk_clerk", "handling_officer", "head_of_unit", "head_of_branch", "auditor"])
def test_each_page_opens_to_those_whose_post_allows_it_and_to_nobody_else(case, sign_in, station, who, request):
    officer = request.getfixturevalue(who)
    browser = sign_in(officer)

    for capability, actions in ACTIONS.items():
        for action in actions:
            expected = 200 if officer.can(capability, station) else 403
            assert browser.get(f"/desk/cases/{case.reference}/{action}/").status_code == expected, action


@pytest.mark.parametrize("who", ["foreign_officer", "resident"])
def test_for_whom_the_case_does_not_exist_no_page_of_it_does(case, sign_in, who, request):
    browser = sign_in(request.getfixturevalue(who))

    for action in ["", *(f"{action}/" for actions in ACTIONS.values() for action in actions)]:
        path = f"/desk/cases/{case.reference}/{action}"
        assert browser.get(path).status_code == 404, action
    for action in ("publish/", "answer/", "take/"):
        assert browser.post(f"/desk/cases/{case.reference}/{action}").status_code == 404, action
    assert not AccessEntry.objects.exists()


def test_nobody_comes_in_without_signing_in(case, client):
    for path in ("/desk/", "/desk/find/", "/desk/register/", f"/desk/cases/{case.reference}/", "/my/", f"/my/cases/{case.reference}/"):
        assert client.get(path)["Location"].startswith("/accounts/sign-in/?next="), path


def test_an_officer_without_a_second_factor_reads_and_does_nothing(case, handling_officer, sign_in):
    browser = sign_in(handling_officer, second_factor=False)

    for path in ("", "publication/", "entries/1/withhold/"):
        assert browser.get(f"/desk/cases/{case.reference}/{path}")["Location"] == "/accounts/second-factor/app/"
    assert browser.post(f"/desk/cases/{case.reference}/take/").status_code == 302
    assert Case.objects.get(pk=case.pk).officer is None
    assert not AccessEntry.objects.exists()


def test_a_role_taken_away_stops_the_next_request(case, handling_officer, sign_in, now):
    from foundation.accounts.operations.grant_role import revoke_role

    browser = sign_in(handling_officer)
    assert browser.get(f"/desk/cases/{case.reference}/").status_code == 200
    revoke_role(grant=User.objects.get(reference=handling_officer.reference).grants.get(), revoked_by="test", now=now)

    assert browser.get(f"/desk/cases/{case.reference}/").status_code == 404


def test_no_form_is_taken_without_its_token(case, handling_officer, sign_in):
    browser = sign_in(handling_officer, enforce_csrf_checks=True)

    assert browser.post(f"/desk/cases/{case.reference}/take/").status_code == 403


def test_released_words_are_offered_to_be_withheld_again(case, handling_officer, sign_in, now):
    withhold_entry(actor=handling_officer, reference=case.reference, sequence=1, ground="privacy", now=now)
    browser = sign_in(handling_officer)
    assert f"/desk/cases/{case.reference}/entries/1/release/" in browser.get(f"/desk/cases/{case.reference}/").content.decode()

    browser.post(f"/desk/cases/{case.reference}/entries/1/release/", {"seen_length": "2"})

    assert f"/desk/cases/{case.reference}/entries/1/withhold/" in browser.get(f"/desk/cases/{case.reference}/").content.decode()
