"""What the hall says, in both languages, and what it never says."""

from __future__ import annotations

import pytest
from django.conf import settings

from foundation.errors import DomainError
from foundation.languages import Bilingual
from foundation.notifications import checks, template_rules, templates
from foundation.notifications.gsm import segment_is_one, signature
from foundation.notifications.template_files import read_templates
from foundation.notifications.templates import MissingTemplate, MissingValue, Template, Wording, all_templates, render

SIGNS = {"zh-hans": "【阳光警务】", "en": "Police Hall: "}
FINE = {"en": "A message for you.", "zh": "您有新消息。"}


def _faults(event="cases.progressed", channel="sms", values=None, subject=None, **text):
    said = Bilingual(**{**FINE, **text})
    wording = Wording(
        text=said, subject=Bilingual(**(subject or ({} if channel == "sms" else FINE))) if channel != "sms" else Bilingual(en="", zh="")
    )
    broken = Template(event=event, values=values or {}, wordings={channel: wording})
    return [fault for fault in template_rules.faults({event: broken}, signs=SIGNS) if fault.startswith(f"{event} over {channel}")]


def test_every_template_keeps_every_rule():
    assert template_rules.faults(all_templates(), signs=checks.signs()) == []
    assert checks.check_templates(None) == []


def test_every_text_fits_one_segment_with_its_longest_values():
    texts = [
        (
            template.event,
            language,
            signature(sign) + template_rules._filled(template.wordings["sms"].in_language(language)[1], template.values),
        )
        for template in all_templates().values()
        if "sms" in template.wordings
        for language, sign in zip(("zh-hans", "en"), settings.SMS_SIGN, strict=True)
    ]

    assert len(texts) == 2 * sum("sms" in template.wordings for template in all_templates().values()) > 10
    assert [each for each in texts if not segment_is_one(each[2])] == []


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("holds a link", {"zh": "请访问 https://hall.example.gov 查看"}),
        ("holds a link", {"en": "See hall.gov"}),
        ("holds a link", {"zh": "请访问 jwdt.sh.cn 查看"}),
        ("holds a link", {"en": "Write to desk@hall"}),
        ("longer than one segment", {"zh": "长" * 65}),
        ("longer than one segment", {"en": "a" * 148}),
        ("longer than one segment", {"en": "“Quoted” " + "a" * 60}),
        ("says “盗窃”", {"zh": "您的盗窃一事有进展"}),
        ("says “Fraud”", {"en": "News about the fraud."}),
        ("says “案件”", {"zh": "您的案件有进展"}),
        ("empty", {"zh": ""}),
    ],
)
def test_a_text_that_breaks_a_rule_is_found(fault, broken):
    assert _faults() == []
    assert any(fault in found for found in _faults(**broken))


def test_a_text_that_names_a_matter_or_a_person_is_found():
    both = {"en": "Case {reference}", "zh": "编号 {reference}"}

    assert any("names reference" in found for found in _faults(values={"reference": "reference"}, **both))
    assert "name" not in templates.VALUE_KINDS and "text" not in templates.VALUE_KINDS


def test_wechat_shows_no_more_than_twenty_characters():
    assert _faults(channel="wechat") == []
    assert any("longer than WeChat" in found for found in _faults(channel="wechat", en="a" * 21))


def test_an_event_without_words_is_found_and_so_are_words_without_an_event():
    known = dict(all_templates())
    silent = {name: each for name, each in known.items() if name != "phone-set"}
    half = known | {"phone-set": Template(event="phone-set", values={}, wordings={"sms": known["phone-set"].wordings["sms"]})}

    assert "phone-set: no words for sms" in template_rules.faults(silent, signs=SIGNS)
    assert "phone-set: no words for email" in template_rules.faults(half, signs=SIGNS)
    assert "gone: no such event" in template_rules.faults(known | {"gone": known["phone-set"]}, signs=SIGNS)


def test_the_hall_is_not_deployed_with_a_broken_template(monkeypatch):
    monkeypatch.setattr(checks, "all_templates", dict)

    found = checks.check_templates(None)
    assert found and {each.id for each in found} == {"notifications.E002"}


GOOD = """
templates:
  - event: test
    values: {code: code}
    sms: {text: {en: "Code {code}", zh: "验证码 {code}"}}
"""


def _read(tmp_path, text):
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    return read_templates(tmp_path)


def test_a_file_is_read(tmp_path):
    assert _read(tmp_path, GOOD)["test"].wordings["sms"].text == Bilingual(en="Code {code}", zh="验证码 {code}")


@pytest.mark.parametrize(
    ("was", "is_now", "told"),
    [
        ('zh: "验证码 {code}"', 'zh: "验证码"', "Both languages must name the same values."),
        (', zh: "验证码 {code}"', "", "“zh” is missing."),
        ("{code: code}", "{}", "“code” is no value of this event."),
        ("{code: code}", "{code: name}", "“code” must be one of"),
        ("Code {code}", "Code {code!r}", "A placeholder reads {name}, in small letters."),
        ("Code {code}", "Code {code.__class__}", "A placeholder reads {name}, in small letters."),
        ("Code {code}", "Code { code }", "A placeholder reads {name}, in small letters."),
        ("sms: {text", "sms: {subject", "“subject” is not known here."),
        ("sms:", "fax:", "“fax” is not known here."),
        ("event: test", "event: 7", "must be text in quotes"),
    ],
)
def test_a_slip_in_a_file_is_told_with_its_line(tmp_path, was, is_now, told):
    assert was in GOOD

    with pytest.raises(DomainError) as refusal:
        _read(tmp_path, GOOD.replace(was, is_now))
    assert told in str(refusal.value.message) and "one.yaml, line " in str(refusal.value.message)


def test_an_event_stands_once(tmp_path):
    with pytest.raises(DomainError, match="twice"):
        _read(tmp_path, GOOD + GOOD.replace("templates:\n", ""))


def test_a_message_is_made_in_the_language_of_its_reader():
    english, chinese = (render("one-time-code", "sms", language, {"code": "123456"}).text for language in ("en", "zh-hans"))

    assert english == "Your code is 123456, valid for 10 minutes. Nobody will ask you for it."
    assert "您的验证码是 123456" in chinese


def test_a_mail_has_paragraphs_and_a_subject():
    mail = render("cases.progressed", "email", "en", {"reference": "C-1"})

    assert mail.subject == "Police hall: a message for you"
    assert mail.text.count("\n\n") == 2


@pytest.mark.parametrize(
    "given", [{}, {"code": ""}, {"code": "12345"}, {"code": "{code}"}, {"code": "123456\n"}, {"code": "<b>123</b>"}, {"code": None}]
)
def test_a_value_that_is_missing_or_of_another_kind_makes_no_message(given):
    with pytest.raises(MissingValue):
        render("one-time-code", "sms", "en", given)


@pytest.mark.parametrize("words", [("nothing", "sms", "en"), ("alarm", "sms", "en"), ("one-time-code", "sms", "fr")])
def test_what_nobody_wrote_makes_no_message(words):
    with pytest.raises(MissingTemplate):
        render(*words, {"code": "123456"})


@pytest.mark.parametrize("typed", ["{reference}", "{{7*7}}", "{% debug %}", "%(code)s", "${code}", "{0.__class__}"])
def test_what_somebody_typed_never_becomes_part_of_a_message(typed):
    with pytest.raises(MissingValue):
        render("cases.progressed", "in-app", "en", {"reference": typed})
    assert typed not in render("cases.progressed", "sms", "en", {"reference": typed}).text
