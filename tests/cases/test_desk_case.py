"""The page of a case at the desk: what it shows, to whom, and publishing from it."""

from __future__ import annotations

import re

import pytest

from cases.matters import resolve_case
from cases.models import Case
from cases.operations.append_entry import Words
from cases.operations.correct_entry import withhold_entry
from cases.operations.publish_progress import publish_progress
from cases.operations.set_publication import set_publication
from cases.phrases import standard_phrase
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.inquiries.registry import Viewer, Way
from foundation.outbox.models import Event

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }} &amp; \"'"


def page_of(case):
    return f"/desk/cases/{case.reference}/"


def publish(browser, case, **given):
    sent = {"seen_length": case.progress_length, "phrase": "standard"} | given
    return browser.post(
        f"{page_of(case)}publish/",
        {f"progress-{name}": value for name, value in sent.items() if name != "intent"}
        | ({"intent": given["intent"]} if "intent" in given else {}),
    )


@pytest.mark.parametrize(
    ("who", "reason"),
    [("desk_clerk", "handling"), ("handling_officer", "handling"), ("head_of_branch", "supervision"), ("auditor", "supervision")],
)
def test_each_look_is_one_row_with_the_reason_of_the_post(case, sign_in, who, reason, request):
    officer = request.getfixturevalue(who)
    browser = sign_in(officer)

    browser.get(page_of(case))
    browser.get(page_of(case))

    looks = AccessEntry.objects.filter(subject_reference=case.reference)
    assert [(look.viewer_reference, look.viewer_name, look.reason) for look in looks] == [(officer.reference, officer.name, reason)] * 2


def test_who_answers_a_question_says_so(case, desk_clerk, sign_in):
    sign_in(desk_clerk).get(f"{page_of(case)}?why=enquiry")

    assert AccessEntry.objects.get().reason == "enquiry"


def test_people_are_masked_on_the_page_and_whole_on_their_own(case, desk_clerk, sign_in):
    browser = sign_in(desk_clerk)
    text = browser.get(page_of(case)).content.decode()
    assert "演***" in text
    assert "110***********002X" in text
    for secret in ("演示居民", "11010519491231002X", "13800000001"):
        assert secret not in text

    whole = browser.get(f"{page_of(case)}people/{case.parties.get().pk}/").content.decode()

    assert "演示居民" in whole
    assert AccessEntry.objects.count() == 2


def test_an_auditor_reads_masked_people_and_what_was_done_and_changes_nothing(case, auditor, desk_clerk, sign_in):
    browser = sign_in(auditor)
    page = browser.get(page_of(case))
    assert [deed.action for deed in page.context["deeds"]] == ["case.register"]
    assert not re.search(r"<form[^>]*action=\"/desk", page.content.decode())
    assert browser.get(f"{page_of(case)}people/{case.parties.get().pk}/").status_code == 403

    assert sign_in(desk_clerk).get(page_of(case)).context["deeds"] is None


def test_what_was_done_to_things_is_part_of_the_audit(case, auditor, handling_officer, sign_in, now):
    from cases.operations.keep_property import take_item

    take_item(actor=handling_officer, reference=case.reference, description="A bicycle", taken_at=now, now=now)

    deeds = sign_in(auditor).get(page_of(case)).context["deeds"]

    assert [deed.action for deed in deeds] == ["property.take", "case.register"]


def test_a_step_is_published_with_its_standard_sentence_and_the_officers_words(case, handling_officer, sign_in):
    answer = publish(sign_in(handling_officer), case, action="file", detail="Filed today.\r\nThank you.")

    assert answer["Location"] == page_of(case)
    entry = case.entries.last()
    assert (entry.status, entry.detail) == ("filed", "Filed today.\nThank you.")
    sentence = standard_phrase(kind="criminal", status="filed")
    assert (entry.text_en, entry.text_zh) == (sentence.en, sentence.zh)


def test_of_two_officers_the_second_is_told_and_loses_nothing(case, handling_officer, head_of_unit, sign_in):
    publish(sign_in(handling_officer), case, action="file")

    browser = sign_in(head_of_unit)
    page = publish(browser, case, action="refuse-filing", detail="My long considered words.", phrase="criminal-not-filed", ground="privacy")

    text = page.content.decode()
    assert page.status_code == 409
    assert "Somebody else published in this case a moment ago" in text
    assert "My long considered words." in text
    assert re.search(r'value="criminal-not-filed" selected', text)
    assert re.search(r'value="privacy" selected', text)
    assert case.entries.count() == 2

    again = publish(browser, Case.objects.get(pk=case.pk), action="investigate", detail="My long considered words.")
    assert again.status_code == 302
    assert 'name="progress-seen_length" value="2"' in text


def test_a_step_that_cannot_follow_is_refused_in_words(case, handling_officer, sign_in):
    page = publish(sign_in(handling_officer), case, action="solve")

    assert page.status_code == 409
    assert "This step cannot follow" in page.content.decode()


def test_nothing_is_not_news(case, handling_officer, sign_in):
    page = publish(sign_in(handling_officer), case)

    assert page.status_code == 422
    assert "Write the news, or choose a step." in page.content.decode()


@pytest.mark.parametrize("words", ["演示居民 was heard.", "Call 13812345678.", "No. 11010519491231002X"])
def test_words_that_name_a_person_come_back_beside_the_field(case, handling_officer, sign_in, words):
    page = publish(sign_in(handling_officer), case, detail=words)

    assert page.status_code == 422
    assert page.context["progress"].errors["detail"]
    assert words in page.content.decode()


def test_signs_that_turn_the_reading_order_are_refused(case, handling_officer, sign_in):
    assert publish(sign_in(handling_officer), case, detail="safe \u202e txet").status_code == 422


def test_a_preview_shows_both_sides_and_leaves_nothing_behind(case, handling_officer, sign_in):
    browser = sign_in(handling_officer)
    before = (case.entries.count(), AuditEntry.objects.count(), Event.objects.count())

    page = publish(browser, case, action="file", detail="For those who signed in.", intent="preview")

    preview = page.context["preview"]
    assert page.status_code == 200
    assert [step.status for step in preview.receipt.steps] == ["registered", "filed"]
    assert (preview.receipt.steps[-1].detail, preview.party.steps[-1].detail) == ("", "For those who signed in.")
    assert "For those who signed in." in page.content.decode()
    assert (case.entries.count(), AuditEntry.objects.count(), Event.objects.count()) == before
    assert Case.objects.get(pk=case.pk).status == "registered"


def test_a_preview_of_withheld_words_shows_them_to_nobody(case, handling_officer, sign_in):
    page = publish(sign_in(handling_officer), case, detail="Tactics.", ground="operation_at_risk", intent="preview")

    assert [step.detail for step in page.context["preview"].party.steps] == ["", ""]


@pytest.mark.parametrize(("publication", "shown"), [("open", 2), ("unit_only", 0), ("closed", 0)])
def test_a_preview_is_what_the_receipt_shows_afterwards(case, handling_officer, head_of_unit, sign_in, now, publication, shown):
    ground = "" if publication == "open" else "foreign_related"
    set_publication(actor=head_of_unit, reference=case.reference, publication=publication, ground=ground, now=now)
    browser = sign_in(handling_officer)
    receipt = publish(browser, case, action="file", intent="preview").context["preview"].receipt

    publish(browser, case, action="file")

    matter = resolve_case(case.reference, viewer=Viewer(way=Way.QR, network="test"), now=now)
    seen = list(matter.progress) if matter else []
    assert len(seen) == len(receipt.steps) == shown
    assert (receipt.publication == "closed") == (matter is None)
    if matter and matter.status:
        assert (matter.status.code, matter.next_step.text) == (receipt.status, receipt.next_step)


def test_withheld_words_are_marked_and_still_read_at_the_desk(case, handling_officer, sign_in, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="A witness came."), now=now)
    withhold_entry(actor=handling_officer, reference=case.reference, sequence=2, ground="privacy", now=now)

    text = sign_in(handling_officer).get(page_of(case)).content.decode()

    assert "A witness came." in text
    assert "Withheld: Privacy of another person." in text


def test_hostile_words_are_words_everywhere(case, handling_officer, resident, sign_in, now):
    from cases.operations.keep_property import take_item
    from cases.operations.send_message import ask_unit

    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail=HOSTILE), now=now)
    take_item(actor=handling_officer, reference=case.reference, description=HOSTILE, taken_at=now, now=now)
    ask_unit(actor=resident, reference=case.reference, text=HOSTILE, now=now)

    for browser, path in ((sign_in(handling_officer), page_of(case)), (sign_in(resident), f"/my/cases/{case.reference}/")):
        text = browser.get(path).content.decode()
        assert "<script>alert(1)" not in text
        assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}") >= 3


def test_a_case_that_was_joined_is_read_and_worked_on_no_more(register, head_of_unit, sign_in, now):
    from cases.operations.transfer_case import merge_case

    case, main = register(), register()
    merge_case(actor=head_of_unit, reference=case.reference, into=main.reference, now=now)

    page = sign_in(head_of_unit).get(page_of(case))

    assert main.reference in page.content.decode()
    assert not page.context["may"].publish
    assert publish(sign_in(head_of_unit), Case.objects.get(pk=case.pk), action="file").status_code == 409


def test_the_page_costs_the_same_however_long_the_case_is(case, handling_officer, resident, sign_in, now, later):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cases.operations.send_message import ask_unit

    browser = sign_in(handling_officer)
    browser.get(page_of(case))
    with CaptureQueriesContext(connection) as few:
        browser.get(page_of(case))
    for hour in range(4):
        publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail=f"News {hour}"), now=later(hour))
        ask_unit(actor=resident, reference=case.reference, text="Well?", now=later(hour))

    with CaptureQueriesContext(connection) as many:
        browser.get(page_of(case))

    assert len(many) == len(few)
