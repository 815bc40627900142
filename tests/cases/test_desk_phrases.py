"""Standard sentences of timelines."""

from __future__ import annotations

import re

import pytest

from cases.domain.workflow import WORKFLOWS
from cases.phrases import all_phrases, phrases_of, standard_phrase, words_for
from foundation.errors import RuleViolated


def test_every_step_of_every_kind_has_its_sentence():
    missing = [
        (kind, transition.name)
        for kind, table in WORKFLOWS.items()
        for transition in table.transitions
        if standard_phrase(kind=kind, status=transition.target) is None
    ]

    assert missing == []


def test_every_sentence_stands_in_both_languages_and_names_nobody():
    for phrase in all_phrases().values():
        assert re.search(r"[\u4e00-\u9fff]", phrase.zh), phrase.code
        assert not re.search(r"[\u4e00-\u9fff]", phrase.en), phrase.code
        assert not re.search(r"\d{5}", phrase.en + phrase.zh), phrase.code
        assert phrase.en.endswith((".", "?")), phrase.code
        assert phrase.zh.endswith(("。", "？")), phrase.code


def test_a_kind_gets_its_own_sentences_and_those_for_all():
    assert {phrase.kind for phrase in phrases_of("alert")} == {"alert", "any"}


def test_words_are_the_steps_own_unless_others_are_chosen():
    standard = words_for(kind="criminal", action="file", phrase=None, detail="x")
    chosen = words_for(kind="criminal", action="file", phrase="criminal-filed-after-review", detail="x")
    none = words_for(kind="criminal", action="file", phrase="", detail="x")

    assert standard.text_en == standard_phrase(kind="criminal", status="filed").en
    assert chosen.text_en != standard.text_en != none.text_en == ""
    assert words_for(kind="criminal", phrase=None, detail="x").text_en == ""


@pytest.mark.parametrize("phrase", ["order-accepted", "no-such"])
def test_a_sentence_of_another_kind_is_refused(phrase):
    with pytest.raises(RuleViolated) as refusal:
        words_for(kind="criminal", action="file", phrase=phrase, detail="")

    assert refusal.value.field == "phrase"
