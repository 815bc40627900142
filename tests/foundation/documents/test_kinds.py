"""What each kind of paper says, in both languages, and what it refuses to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from django.utils.translation import gettext_lazy as _

from foundation.documents.kinds.appointment_pass import AppointmentPass
from foundation.documents.kinds.certificate import Certificate
from foundation.documents.kinds.licensing import Acceptance, Application, Decision, Missing, SupplementNotice
from foundation.documents.kinds.log_proof import LogProof
from foundation.documents.kinds.receipt import Receipt
from foundation.documents.numbers import LETTERS
from foundation.documents.rendering import render
from foundation.documents.sheets import Office, Paper, Words
from foundation.documents.stamps import KINDS
from foundation.documents.web.names import KINDS as NAMES

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, 15, tzinfo=UTC)
OFFICE = Office(name=Words(en="First Station", zh="第一派出所"), phone="021-2222 0002", address=Words(en="1 Demo Road", zh="演示路1号"))
APPLICATION = Application(
    office=OFFICE,
    reference="A-7Q2M-9XKD-3F0A",
    item=Words(en="Residence permit for a foreigner", zh="外国人居留证件签发"),
    applicant="欧阳䶮 Example",
    status_address="https://hall.example/q#AAAAAAAAAAAAAAAAAAAAAA",
)
PASSPORT = Words(en="Passport, original and copy", zh="护照原件和复印件")
KIND_OF = {
    "receipt": Receipt(
        office=OFFICE,
        reference="C-7Q2M-9XKD-3F0A",
        reported_at=AT,
        next_step=_("Officers are being sent."),
        deadline=Words(en="Filing review: by 2026-03-05", zh="立案审查：2026-03-05前"),
        code="7Q2M-9XKD-3F0A-7Q2M",
        code_address="https://hall.example/q#AAAAAAAAAAAAAAAAAAAAAA",
        look_up_address="https://hall.example/q",
        record_address=f"https://hall.example/log/proofs/{'ab' * 32}",
    ),
    "acceptance": Acceptance(
        application=APPLICATION,
        accepted_on=DAY,
        handed_in=(PASSPORT, Words(en="Photo", zh="照片")),
        promised_by=DAY + timedelta(days=7),
        statutory_by=DAY + timedelta(days=15),
    ),
    "supplement-notice": SupplementNotice(
        application=APPLICATION,
        missing=(
            Missing(what=PASSPORT, why=Words(en="The copy cannot be read.", zh="复印件无法辨认。")),
            Missing(what=Words(en="Photo", zh="照片"), why=Words(en="It is older than six months.", zh="照片拍摄已超过六个月。")),
        ),
        answer_by=DAY + timedelta(days=30),
    ),
    "decision": Decision(
        application=APPLICATION,
        is_granted=False,
        says=(Words(en="The permit is not issued.", zh="不予签发居留证件。"),),
        reasons=(Words(en="The purpose of the stay could not be shown.", zh="不能证明居留事由。"),),
        basis=(Words(en="Exit and Entry Administration Law, art. 31", zh="《出境入境管理法》第三十一条"),),
        review_by=Words(en="People's Government of Demo District", zh="演示区人民政府"),
        court=Words(en="Demo District People's Court", zh="演示区人民法院"),
    ),
    "certificate": Certificate(
        office=OFFICE,
        title=Words(en="Certificate of no criminal record", zh="无犯罪记录证明"),
        reference="A-7Q2M-9XKD-3F0A",
        holder="欧阳䶮",
        id_number="11010519491231002X",
        confirms=(Words(en="No criminal record was found for the time of residence here.", zh="经查询，在本地居住期间未发现有犯罪记录。"),),
        purpose=Words(en="Studying abroad", zh="出国留学"),
        valid_until=DAY + timedelta(days=180),
    ),
    "appointment-pass": AppointmentPass(
        office=OFFICE,
        reference="B-7Q2M-9XKD-3F0A",
        service=Words(en="Exit-entry permit", zh="出入境证件"),
        point=Words(en="Exit-entry hall, counter 3", zh="出入境接待大厅3号窗口"),
        person="欧阳修远",
        begins_at=AT,
        ends_at=AT + timedelta(minutes=30),
        bring=(PASSPORT,),
        code="7Q2M",
        code_address="https://hall.example/b#AAAAAAAAAAAAAAAAAAAAAA",
    ),
    "log-proof": LogProof(
        office=OFFICE,
        reference="C-7Q2M-9XKD-3F0A",
        step=Words(en="Report registered", zh="已登记"),
        recorded_at=AT,
        commitment="ab" * 32,
        index=41,
        size=1207,
        root="q" * 44,
        log_name="hall.example/log",
        log_address="https://hall.example/log",
        text="c2sp.org/tlog-proof@v1\n" + "aB3+" * 300 + "\n",
    ),
}


def sheet_of(kind):
    return KIND_OF[kind].sheet(number=f"310000-{LETTERS[kind]}-2026-000001", day=DAY)


def words_in(thing):
    if isinstance(thing, Words):
        yield thing
    for each in getattr(thing, "__dict__", {}).values():
        for one in each if isinstance(each, tuple) else (each,):
            yield from words_in(one)


def test_every_kind_has_its_template_number_and_name():
    assert set(KIND_OF) == set(KINDS.values()) == set(LETTERS) == set(NAMES)


@pytest.mark.parametrize("kind", KIND_OF)
def test_a_paper_is_drawn_in_both_languages_with_nothing_untranslated(kind):
    sheet = sheet_of(kind)

    assert render(sheet).startswith(b"%PDF-")
    for said in words_in(sheet):
        is_alike = said.en == said.zh
        assert said.en, said
        assert is_alike == said.en.startswith("https://"), f"not translated: {said.en}"


@pytest.mark.parametrize("kind", KIND_OF)
def test_squares_of_every_kind_are_read_from_the_printed_page_by_another_authors_decoder(kind):
    sheet = sheet_of(kind)
    found = set()
    for page in pypdfium2.PdfDocument(render(sheet)):
        found |= {code.text for code in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())}

    assert found == {square.content for square in sheet.squares}


@pytest.mark.parametrize("kind", ["receipt", "appointment-pass", "log-proof"])
def test_what_counters_print_fits_the_roll(kind):
    sheet = sheet_of(kind)
    (page,) = pypdfium2.PdfDocument(render(sheet, paper=Paper.ROLL))

    assert {code.text for code in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())} == {each.content for each in sheet.squares}


def test_a_receipt_names_nobody_and_shows_its_code():
    texts = list(sheet_of("receipt").texts())

    assert "7Q2M-9XKD-3F0A-7Q2M" in texts
    assert not {"Name", "Holder"} & {fact.label.en for fact in sheet_of("receipt").facts}


def test_a_supplement_notice_lists_everything_and_one_that_lists_nothing_is_refused():
    texts = list(sheet_of("supplement-notice").texts())

    assert "1. Passport, original and copy" in texts
    assert "2. Photo" in texts
    with pytest.raises(ValueError, match="missing"):
        replace(KIND_OF["supplement-notice"], missing=()).sheet(number="x", day=DAY)


def test_a_refusal_has_reasons_and_names_the_remedies():
    texts = " ".join(sheet_of("decision").texts())

    assert "60 days" in texts
    assert "six months" in texts
    assert "演示区人民法院" in texts
    for broken in ({"reasons": ()}, {"basis": ()}):
        with pytest.raises(ValueError, match="legal basis"):
            replace(KIND_OF["decision"], **broken).sheet(number="x", day=DAY)


def test_nothing_is_promised_for_later_than_the_law_allows():
    with pytest.raises(ValueError, match="promise"):
        replace(KIND_OF["acceptance"], promised_by=DAY + timedelta(days=99)).sheet(number="x", day=DAY)


def test_a_certificate_masks_the_id_number_and_ends():
    texts = list(sheet_of("certificate").texts())

    assert "110***********002X" in texts
    with pytest.raises(ValueError, match="for some time"):
        replace(KIND_OF["certificate"], valid_until=DAY - timedelta(days=1)).sheet(number="x", day=DAY)


def test_an_appointment_pass_masks_the_name_and_holds_until_the_day_is_over():
    sheet = sheet_of("appointment-pass")

    assert sheet.valid_until == DAY
    assert "欧***" in list(sheet.texts())
    with pytest.raises(ValueError, match="after it begins"):
        replace(KIND_OF["appointment-pass"], ends_at=AT).sheet(number="x", day=DAY)
