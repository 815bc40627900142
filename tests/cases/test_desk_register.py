"""Registering a report at the counter, up to the receipt."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case, Category
from foundation.inquiries.models import InquiryCode

pytestmark = pytest.mark.django_db

RESIDENT_ID = "11010519491231002X"


@pytest.fixture
def send(desk_clerk, sign_in, theft, station):
    """Fill the form in as the clerk and send it."""
    browser = sign_in(desk_clerk)

    def send(**given):
        fields = {
            "key": "k" * 32,
            "unit": station.code,
            "category": theft.code,
            "reported_at": (timezone.localtime() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M"),
            "people-TOTAL_FORMS": "1",
            "people-INITIAL_FORMS": "0",
            "people-0-name": "演示来人",
            "people-0-id_number": RESIDENT_ID,
            "people-0-phone": "138 0000 0009",
            "people-0-role": "reporter",
        }
        return browser.post("/desk/register/", fields | given)

    return send


def test_a_report_leads_to_its_receipt(send, station):
    page = send()

    case = Case.objects.get()
    assert page.status_code == 200
    assert case.reference in page.content.decode()
    assert (case.unit, case.code_issued_at is not None, case.parties.get().phone) == (station, True, "13800000009")
    assert InquiryCode.objects.get().subject_reference == case.reference


def test_the_receipt_leads_on_to_the_case_and_to_the_next_report(send):
    text = send().content.decode()

    assert f'href="/desk/cases/{Case.objects.get().reference}/"' in text
    assert 'href="/desk/register/"' in text


def test_the_receipt_names_nobody(send):
    text = send().content.decode()

    for secret in ("演示来人", RESIDENT_ID, "13800000009"):
        assert secret not in text


def test_sent_twice_it_is_one_report_and_the_same_receipt(send):
    first, second = send(), send()

    assert Case.objects.count() == 1
    code = re.compile(r'class="sph-code__group">(\w+)')
    assert code.findall(first.content.decode()) == code.findall(second.content.decode()) != []


def test_who_goes_back_and_changes_it_is_asked_first(send):
    send()
    page = send(**{"people-0-name": "演示乙"})

    assert page.status_code == 409
    assert "registered from this page already" in page.content.decode()
    key = re.search(r'name="key" value="(\w+)"', page.content.decode())[1]
    assert send(**{"people-0-name": "演示乙", "key": key}).status_code == 200
    assert Case.objects.count() == 2


def test_a_slip_stands_beside_its_field_and_nothing_that_was_typed_is_lost(send):
    page = send(**{"people-0-id_number": "110105194912310021", "detail": "First words."})

    text = page.content.decode()
    assert page.status_code == 422
    assert re.search(r'id="id_people-0-id_number_error"', text)
    assert 'href="#id_people-0-id_number"' in text
    for typed in ("演示来人", "110105194912310021", "138 0000 0009", "First words."):
        assert typed in text
    assert not Case.objects.exists()


def test_an_old_shanghai_number_and_a_small_x_are_taken(send):
    send(**{"people-0-id_number": "310103 19800101 0029"})

    assert Case.objects.get().parties.get().id_number == "310103198001010029"


def test_another_person_is_added_and_what_was_typed_stays(send):
    page = send(intent="add-person")

    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="people-1-name"' in text
    assert 'value="演示来人"' in text
    assert "govuk-error-message" not in text


def test_several_people_are_entered_and_an_empty_row_is_nobody(send):
    second = {"people-1-name": "演示受害人", "people-1-id_number": "310103198001010029", "people-1-phone": "", "people-1-role": "victim"}
    third = {"people-2-name": "", "people-2-id_number": "", "people-2-phone": "", "people-2-role": "reporter"}
    send(**{"people-TOTAL_FORMS": "3"} | second | third)

    assert sorted(party.role for party in Case.objects.get().parties.all()) == ["reporter", "victim"]


@pytest.mark.parametrize("count", ["0", "99", "-1", "x", "1" * 400])
def test_a_forged_number_of_people_breaks_nothing(send, count):
    assert send(**{"people-TOTAL_FORMS": count}).status_code in {200, 422}


def test_the_category_decides_on_publication_unless_less_is_wished(send, domestic_violence, theft):
    send(category=domestic_violence.code)
    assert Case.objects.get().publication == "closed"

    send(key="2" * 32, category=theft.code, publication="unit_only", ground="victim_wish", is_counter_only="on")
    case = Case.objects.latest("pk")
    assert (case.publication, case.ground, case.is_counter_only) == ("unit_only", "victim_wish", True)


def test_what_the_law_closes_cannot_be_shown(send, domestic_violence):
    page = send(category=domestic_violence.code, publication="unit_only", ground="victim_wish")

    assert page.status_code == 422
    assert page.context["form"].errors["publication"]


@pytest.mark.parametrize(("given", "field"), [({"publication": "closed"}, "ground"), ({"ground": "victim_wish"}, "ground")])
def test_a_level_and_its_ground_go_together(send, given, field):
    page = send(**given)

    assert page.status_code == 422
    assert page.context["form"].errors[field]


def test_a_report_does_not_lie_in_the_future(send):
    page = send(reported_at=(timezone.localtime() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))

    assert page.status_code == 422
    assert page.context["form"].errors["reported_at"]


def test_first_words_that_name_a_person_come_back(send):
    page = send(detail="演示来人 came in.")

    assert page.context["form"].errors["detail"]
    assert not Case.objects.exists()


def test_categories_are_grouped_by_kind_and_old_ones_are_gone(sign_in, desk_clerk, theft, dispute):
    Category.objects.create(code="test-old", kind="criminal", name_en="Old", name_zh="旧", is_active=False)

    choices = sign_in(desk_clerk).get("/desk/register/").context["form"].fields["category"].choices

    assert choices[1:] == [("Criminal case", [("test-theft", "Theft")]), ("Public-order case", [("test-dispute", "Dispute")])]


def test_the_form_stands_at_the_unit_that_is_worked_in(sign_in, head_of_branch, station, other_station):
    browser = sign_in(head_of_branch)
    browser.get(f"/desk/units/{other_station.code}/new/")

    assert browser.get("/desk/register/").context["form"].initial["unit"] == other_station.code


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("resident", 404)])
def test_nobody_else_registers(sign_in, who, status, request):
    browser = sign_in(request.getfixturevalue(who))

    assert browser.get("/desk/register/").status_code == status
    assert browser.post("/desk/register/", {}).status_code == status


def test_a_unit_where_the_clerk_has_no_post_is_no_choice(send, other_station):
    page = send(unit=other_station.code)

    assert page.status_code == 422
    assert not Case.objects.exists()
