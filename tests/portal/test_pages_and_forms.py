"""How fields, dates and steps are drawn: what a screen reader hears is part of the page."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.templatetags import hall

AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


class Report(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Theft"), ("b", "Quarrel")], widget=forms.RadioSelect, help_text="Choose one")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    told = forms.BooleanField(label="Told")
    photo = forms.FileField(label="Photo", required=False)


def test_a_hint_is_tied_to_its_field():
    page = str(Report()["name"].as_field_group())

    assert 'id="id_name_helptext"' in page
    assert 'aria-describedby="id_name_helptext"' in page
    assert 'class="govuk-input"' in page


def test_a_wrong_field_says_so_in_words_and_to_a_screen_reader():
    with override("en"):
        page = str(Report({})["name"].as_field_group())

    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error" class="govuk-error-message"' in page


def test_radios_share_a_legend_that_carries_hint_and_error():
    page = str(Report({})["kind"].as_field_group())

    assert '<fieldset class="govuk-fieldset" aria-describedby="id_kind_helptext id_kind_error">' in page
    assert page.count('type="radio"') == 2
    assert 'for="id_kind_1"' in page


def test_the_error_summary_leads_to_each_field():
    with override("en"):
        page = render_to_string("_components/error_summary.html", {"form": Report({})})

    assert 'href="#id_name"' in page
    assert 'href="#id_kind_0"' in page
    assert 'href="#id_told"' in page


def test_a_field_that_may_stay_empty_says_so():
    with override("en"):
        assert "(optional)" in str(Report()["note"].as_field_group())


def test_what_was_typed_is_shown_again_and_escaped():
    page = str(Report({"name": '"><script>', "note": "</textarea><b>", "kind": "b"}))

    assert 'value="&quot;&gt;&lt;script&gt;"' in page
    assert "&lt;/textarea&gt;&lt;b&gt;" in page
    assert 'id="id_kind_1" checked' in page.replace("  ", " ") or "checked" in page


def test_an_english_time_is_written_as_people_write_it():
    with override("en"):
        assert hall.moment(AT) == "22 November 2026, 9:30am"
        assert hall.day(date(2026, 11, 22)) == "22 November 2026"


def test_a_chinese_time_is_written_as_people_write_it():
    with override("zh-hans"):
        assert hall.moment(AT) == "2026年11月22日 9:30"
        assert hall.day(AT) == "2026年11月22日"


def test_a_time_that_is_a_day_only_is_shown_as_a_day():
    midnight = datetime(2016, 8, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    with override("en"):
        assert hall.moment(midnight) == "1 August 2016"


def test_a_text_that_is_there_in_one_language_only_says_which():
    source = SimpleNamespace(name_en="", name_zh="第一<派出所>")

    with override("en"):
        assert hall.text(source, "name") == '<span lang="zh-Hans">第一&lt;派出所&gt;</span>'
    with override("zh-hans"):
        assert hall.text(source, "name") == "第一<派出所>"


def test_a_text_may_come_from_a_mapping():
    with override("en"):
        assert hall.text({"en": "One", "zh": "一"}) == "One"


def test_a_code_is_shown_in_groups_of_four():
    assert hall.code_groups("7K3M9QXT-R2VAH8CD") == ["7K3M", "9QXT", "R2VA", "H8CD"]


def test_a_drawing_of_our_own_gets_a_name():
    drawing = hall.inline_svg('<?xml version="1.0"?>\n<svg viewBox="0 0 1 1"></svg>', 'QR "code"')

    assert drawing == '<svg role="img" aria-label="QR &quot;code&quot;" viewBox="0 0 1 1"></svg>'


@pytest.mark.parametrize(("code", "tag"), [("zh-hans", "zh-Hans"), ("zh", "zh-Hans"), ("en", "en"), ("en-gb", "en")])
def test_languages_carry_their_tag(code, tag):
    assert hall.html_lang(code) == tag


def test_a_timeline_marks_its_latest_step_and_shows_what_is_withheld_otherwise():
    steps = [
        SimpleNamespace(title="Decided", at=AT, text="Done.", is_withheld=False, note="", lang=""),
        SimpleNamespace(title="Not shown", at=AT, text="", is_withheld=True, note="Ground", lang=""),
    ]
    page = render_to_string("_components/timeline.html", {"entries": steps})

    assert page.count('aria-current="step"') == 1
    assert page.index("sph-timeline__step--latest") < page.index("sph-timeline__step--withheld")
    assert '<time datetime="2026-11-22T' in page


def test_a_page_made_from_a_post_is_posted_again_in_the_other_language(rf):
    from portal.context import frame

    with override("en"):
        context = {"hall": frame(rf.get("/q")), "language_switch_form": {"action": "/q", "fields": [("code", "ABCD")]}}
        page = render_to_string("_components/language_switch.html", context)

    assert '<input type="hidden" name="code" value="ABCD">' in page
    assert 'formaction="/q?language=zh-hans"' in page
