"""What residents see of their own cases, and what they can do there."""

from __future__ import annotations

import re

import pytest

from cases.models import Complaint
from cases.operations.append_entry import Words
from cases.operations.change_parties import add_party, remove_party
from cases.operations.correct_entry import withhold_entry
from cases.operations.publish_progress import publish_progress
from cases.operations.register_report import NewParty
from cases.operations.send_message import answer_party, ask_unit
from cases.operations.set_publication import set_publication
from cases.operations.transfer_case import merge_case
from foundation.audit.models import AccessEntry
from foundation.inquiries.models import InquiryCode

pytestmark = pytest.mark.django_db

OTHER_ID = "310103198001010029"


def own(case, page=""):
    return f"/my/cases/{case.reference}/{page}"


@pytest.fixture
def shared(case, head_of_unit, neighbour, now):
    """The case, with the neighbour as its victim."""
    party = NewParty(role="victim", name="演示邻居", id_number=OTHER_ID)
    add_party(actor=head_of_unit, reference=case.reference, party=party, now=now)
    return case


def test_a_party_sees_their_cases_and_nobody_elses(case, register, resident, neighbour, sign_in):
    other = register(parties=[NewParty(role="victim", name="演示邻居", id_number=OTHER_ID)])

    assert [each.reference for each in sign_in(resident).get("/my/").context["cases"]] == [case.reference]
    assert [each.reference for each in sign_in(neighbour).get("/my/").context["cases"]] == [other.reference]


def test_a_party_reads_officer_steps_and_details(case, handling_officer, resident, sign_in, now):
    publish_progress(actor=handling_officer, reference=case.reference, action="file", words=Words(detail="Come on Monday."), now=now)

    text = sign_in(resident).get(own(case)).content.decode()

    for shown in ("Handling Officer", "B-handling-officer", "First Station", "021-2222 0002", "Filed as a case", "Come on Monday."):
        assert shown in text


def test_withheld_words_are_gone_and_their_ground_is_told(case, handling_officer, resident, sign_in, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="A witness came."), now=now)
    withhold_entry(actor=handling_officer, reference=case.reference, sequence=2, ground="privacy", now=now)

    text = sign_in(resident).get(own(case)).content.decode()

    assert "A witness came." not in text
    assert "Privacy of another person" in text


def test_the_clock_is_explained(case, resident, sign_in):
    text = sign_in(resident).get(own(case)).content.decode()

    assert "The law gives 3 days." in text
    assert "How the day was computed" in text


def test_each_look_is_recorded_and_shown_on_the_page(case, resident, handling_officer, sign_in):
    sign_in(handling_officer).get(f"/desk/cases/{case.reference}/")

    page = sign_in(resident).get(own(case))

    assert [(look.who, look.why) for look in page.context["looks"]] == [
        ("You", "Their own matter"),
        ("Handling Officer", "Handling the case"),
    ]
    assert AccessEntry.objects.filter(reason="own_matter", viewer_reference=resident.reference).count() == 1


def test_other_people_of_the_case_are_not_named_among_those_who_looked(shared, resident, neighbour, sign_in):
    sign_in(neighbour).get(own(shared))

    page = sign_in(resident).get(own(shared))

    assert [look.who for look in page.context["looks"]] == ["You", "Another person of the case"]
    assert "演示邻居" not in page.content.decode()


def test_looks_of_one_person_on_one_day_stand_in_one_line(case, resident, sign_in):
    browser = sign_in(resident)
    for _ in range(3):
        page = browser.get(own(case))

    assert [look.times for look in page.context["looks"]] == [3]
    assert AccessEntry.objects.count() == 3


def darken(case, officer, how, now):
    given = {"publication": "open", "ground": ""} if how == "counter only" else {"publication": "closed", "ground": "victim_wish"}
    set_publication(actor=officer, reference=case.reference, is_counter_only=how == "counter only", now=now, **given)


@pytest.mark.parametrize("how", ["closed", "counter only"])
def test_a_case_that_is_dark_answers_like_one_that_does_not_exist(case, resident, handling_officer, sign_in, now, how):
    darken(case, handling_officer, how, now)
    browser = sign_in(resident)

    answers = [browser.get(own(case)), browser.get("/my/cases/C-0000-0000-0000/")]
    bodies = {re.sub(r"[0-9a-f]{32}|C-[0-9A-Z-]{14}", "", answer.content.decode()) for answer in answers}

    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(bodies) == 1
    assert list(browser.get("/my/").context["cases"]) == []
    assert not AccessEntry.objects.exists()
    for page in ("ask/", "complain/", "code/"):
        assert browser.post(own(case, page), {"text": "Hello"}).status_code == 404


def test_somebody_elses_case_does_not_exist(case, neighbour, handling_officer, sign_in):
    for who in (neighbour, handling_officer):
        browser = sign_in(who)
        for page in ("", "complain/", "code/"):
            assert browser.get(own(case, page)).status_code == 404
    assert not AccessEntry.objects.exists()


def test_who_was_removed_sees_the_case_no_more(shared, neighbour, head_of_unit, sign_in, now):
    browser = sign_in(neighbour)
    assert browser.get(own(shared)).status_code == 200
    remove_party(actor=head_of_unit, reference=shared.reference, party_id=shared.parties.get(role="victim").pk, now=now)

    assert browser.get(own(shared)).status_code == 404
    assert list(browser.get("/my/").context["cases"]) == []


def test_of_a_case_told_at_the_unit_only_the_unit_is_shown(case, resident, handling_officer, sign_in, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="Not to be shown."), now=now)
    set_publication(actor=handling_officer, reference=case.reference, publication="unit_only", ground="foreign_related", now=now)
    browser = sign_in(resident)

    text = browser.get(own(case)).content.decode()

    assert "021-2222 0002" in text
    for hidden in ("Not to be shown.", "Report registered", "Handling Officer"):
        assert hidden not in text
    assert "Report registered" not in browser.get("/my/").content.decode()


def test_a_message_reaches_the_unit(case, resident, sign_in):
    answer = sign_in(resident).post(own(case, "ask/"), {"text": "Is there news?"})

    assert answer["Location"] == own(case)
    case.refresh_from_db()
    assert case.waiting_since is not None


def test_a_sixth_unanswered_message_comes_back_with_its_words(case, resident, sign_in, later):
    for hour in range(5):
        ask_unit(actor=resident, reference=case.reference, text="Well?", now=later(hour))

    page = sign_in(resident).post(own(case, "ask/"), {"text": "My sixth question."})

    assert page.status_code == 422
    assert "My sixth question." in page.content.decode()
    assert "Five messages of yours" in page.content.decode()


def test_people_of_one_case_do_not_read_each_others_messages(shared, resident, neighbour, handling_officer, sign_in, later):
    ask_unit(actor=resident, reference=shared.reference, text="Asked by the first.", now=later(1))
    answer_party(actor=handling_officer, reference=shared.reference, text="Answered to the first.", now=later(2))
    ask_unit(actor=neighbour, reference=shared.reference, text="Asked by the second.", now=later(3))
    answer_party(actor=handling_officer, reference=shared.reference, text="Answered to the second.", now=later(4))
    answer_party(actor=handling_officer, reference=shared.reference, text="Told to all.", now=later(5))

    first = [letter.text for letter in sign_in(resident).get(own(shared)).context["letters"]]
    second = [letter.text for letter in sign_in(neighbour).get(own(shared)).context["letters"]]

    assert first == ["Asked by the first.", "Answered to the first.", "Told to all."]
    assert second == ["Asked by the second.", "Answered to the second.", "Told to all."]


def test_a_complaint_goes_up_and_its_code_is_shown_once(case, resident, sign_in, branch):
    browser = sign_in(resident)
    page = browser.post(own(case, "complain/"), {"text": "Nobody called me back."})

    complaint = Complaint.objects.get()
    assert complaint.addressed_to == branch
    assert re.search(r'class="sph-code__group">\w{4}', page.content.decode())
    assert complaint.due_at.strftime("%Y") in page.content.decode()

    again = browser.post(own(case, "complain/"), {"text": "Nobody called me back."})
    assert again.status_code == 409
    assert "sph-code__group" not in again.content.decode()


def test_a_fresh_code_kills_the_old_one(case, resident, desk_clerk, sign_in, now):
    from cases.operations.hand_over_code import hand_over_code

    hand_over_code(actor=desk_clerk, reference=case.reference, now=now)
    browser = sign_in(resident)
    assert browser.get(own(case, "code/")).status_code == 200
    assert InquiryCode.objects.filter(revoked_at__isnull=False).count() == 0

    page = browser.post(own(case, "code/"))

    assert "sph-code__group" in page.content.decode()
    assert f'href="{own(case)}"' in page.content.decode()
    assert InquiryCode.objects.filter(subject_reference=case.reference, revoked_at__isnull=True).count() == 1
    assert InquiryCode.objects.count() == 2


def test_a_case_that_was_joined_goes_on_with_the_others_steps_but_not_its_details(register, resident, head_of_unit, sign_in, later):
    case, main = register(), register(parties=[NewParty(role="victim", name="演示邻居", id_number=OTHER_ID)])
    publish_progress(actor=head_of_unit, reference=main.reference, words=Words(detail="Before, of the other."), now=later(1))
    merge_case(actor=head_of_unit, reference=case.reference, into=main.reference, now=later(2))
    publish_progress(actor=head_of_unit, reference=main.reference, action="file", words=Words(detail="After, of the other."), now=later(3))

    page = sign_in(resident).get(own(case))

    assert page.context["sight"].status == "filed"
    assert [step.title for step in page.context["steps"]] == ["Filed as a case", "Joined with another case", "Report registered"]
    for hidden in ("Before, of the other.", "After, of the other."):
        assert hidden not in page.content.decode()
    assert "complain/" not in page.content.decode()


def test_the_pages_title_tells_nothing(case, resident, sign_in):
    browser = sign_in(resident)

    titles = {re.search(r"<title>(.*?)</title>", browser.get(path).content.decode(), re.DOTALL)[1] for path in ("/my/", own(case))}

    assert titles == {"My matters – Sunshine Police Hall"}


def test_nothing_of_it_is_kept_by_a_browser_and_the_way_out_is_there(case, resident, sign_in):
    answer = sign_in(resident).get(own(case))

    assert answer["Cache-Control"] == "no-store"
    assert "data-quick-exit" in answer.content.decode()


def test_an_officer_has_no_matters_here(handling_officer, sign_in):
    assert sign_in(handling_officer).get("/my/").status_code == 404
