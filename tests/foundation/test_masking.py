"""Masked data lets somebody recognise what they know, and tells nobody what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.encryption.masking import mask_name, mask_number

names = st.text(st.characters(categories=("L", "Zs"), include_characters="·-'"), max_size=40)
numbers = st.text("0123456789X+", max_size=24)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("310105194912310021", "310***********0021"),
        ("11010519491231002X", "110***********002X"),
        ("13812345678", "138****5678"),
        ("02162310110", "021****0110"),
        ("E12345678", "*********"),
        ("", ""),
    ],
)
def test_a_number_keeps_three_and_four_characters_when_enough_is_hidden_between(number, masked):
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小三", "张**"),
        ("欧阳修远", "欧***"),
        ("张", "*"),
        ("阿卜杜拉·买买提", "阿***·买**"),
        ("John Smith", "J*** S****"),
        ("Anne-Marie O'Neil", "A***-M**** *'N***"),
        ("J. Smith", "*. S****"),
        ("", ""),
    ],
)
def test_a_name_keeps_the_first_character_of_each_word(name, masked):
    assert mask_name(name) == masked


@given(numbers)
def test_a_masked_number_hides_at_least_four_characters_and_keeps_the_rest_in_place(number):
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert all(shown in (whole, "*") for shown, whole in zip(masked, number, strict=True))
    assert masked.count("*") >= min(4, len(number))
    assert mask_number(masked) == masked


@given(names)
def test_a_masked_name_shows_one_letter_of_a_word_at_most_and_no_whole_word(name):
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert all(shown in (whole, "*") for shown, whole in zip(masked, name, strict=True))
    assert mask_name(masked) == masked
    letters = "".join(character if character.isalpha() else " " for character in masked).split()
    assert all(len(run) == 1 for run in letters)
    assert sum(map(len, letters)) * 2 <= sum(not character.isspace() for character in name)
