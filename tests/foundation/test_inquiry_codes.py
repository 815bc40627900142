"""The two secrets on a receipt can be read by a machine and by a person, and be guessed by nobody."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from threading import BoundedSemaphore

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import RuleViolated, Unavailable
from foundation.identifiers import crockford
from foundation.inquiries import codes, hashing
from foundation.limits import slow_hashes
from foundation.limits.rules import INQUIRY_PLATFORM, INQUIRY_SELECTOR, INQUIRY_SOURCE

YEAR = timedelta(days=365.25)
SAMPLE = 100_000


@pytest.fixture(scope="module")
def sample():
    return [codes.new_typed_code() for _ in range(SAMPLE)]


# --- what is printed and typed ----------------------------------------------------------------------------------------


@given(st.randoms(use_true_random=False))
def test_what_is_printed_is_read_back_however_it_is_typed(rng):
    code = codes.new_typed_code()
    typed = "".join(
        rng.choice([letter, letter.lower(), chr(ord(letter) + 0xFEE0), f" {letter}"]) for letter in code.printed.replace("-", "")
    )
    assert codes.parse_typed_code(typed) == codes.parse_typed_code(code.printed) == code


def test_a_code_is_printed_in_four_groups_of_four():
    assert [len(group) for group in codes.new_typed_code().printed.split("-")] == [4, 4, 4, 4]


def test_a_slip_is_told_from_a_code_that_opens_nothing():
    printed = codes.new_typed_code().printed
    for place, letter in enumerate(printed):
        if letter != "-":
            wrong = random.choice(crockford.ALPHABET.replace(letter, ""))
            with pytest.raises(RuleViolated) as refusal:
                codes.parse_typed_code(printed[:place] + wrong + printed[place + 1 :])
            assert (refusal.value.code, refusal.value.field) == ("code_mistyped", "code")


@pytest.mark.parametrize(
    "typed", ["", "7Q2M", "7Q2M-9XKD-3F0A-XXXX-XXXX", "UUUU-UUUU-UUUU-UUUU", "查询码", pytest.param("7Q2M" * 2_500_000, id="10 MB")]
)
def test_what_cannot_be_a_code_is_told_what_one_looks_like(typed):
    with pytest.raises(RuleViolated) as refusal:
        codes.parse_typed_code(typed)
    assert refusal.value.code == "code_mistyped"
    assert "16" in str(refusal.value.message)


def test_no_log_can_hold_a_secret_by_accident():
    code = codes.new_typed_code()
    assert code.secret not in f"{code} {code!r} {[code]}"


# --- what a scanner reads ---------------------------------------------------------------------------------------------


def test_a_token_is_read_alone_and_out_of_the_address_on_the_receipt():
    token = codes.new_token()
    assert len(token) == 22
    for scanned in (token, f" {token}\n", f"https://hall.example.gov/q#{token}", f"#{token}"):
        assert codes.read_token(scanned) == token


@pytest.mark.parametrize(
    "scanned", ["", "#", "abc", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 21 + "号", pytest.param("A" * 10_000_000, id="10 MB")]
)
def test_what_cannot_be_a_token_is_none(scanned):
    assert codes.read_token(scanned) is None


# --- how hard it is to guess ------------------------------------------------------------------------------------------


def years_to_the_first_hit(secret_length):
    """Return the mean time until somebody who tries as fast as the hall lets them hits the code they aim at."""
    texts = ("".join(random.choices(crockford.ALPHABET, k=codes.TYPED_LENGTH)) for _ in range(20_000))
    banned = sum(map(crockford.has_banned_word, texts)) / 20_000
    wrong_per_second = INQUIRY_PLATFORM.allowed / INQUIRY_PLATFORM.window.total_seconds()
    return 32**secret_length * (1 - banned) / wrong_per_second / YEAR.total_seconds()


def test_guessing_a_typed_code_takes_ten_thousand_years():
    assert years_to_the_first_hit(codes.SECRET_LENGTH) >= 10_000


def test_a_shorter_code_would_not_do():
    assert years_to_the_first_hit(codes.SECRET_LENGTH - 1) < 10_000


def test_guessing_one_persons_code_is_hopeless_in_a_lifetime():
    per_day = INQUIRY_SELECTOR.allowed * (timedelta(days=1) / INQUIRY_SELECTOR.longest_lock)
    assert per_day * 365 * 100 / 32**codes.SECRET_LENGTH < 1e-7


def test_one_line_tries_no_more_than_three_thousand_codes_a_day():
    assert INQUIRY_SOURCE.allowed * (timedelta(days=1) / INQUIRY_SOURCE.window) <= 3_000


def test_a_token_has_128_bits_and_the_hash_what_owasp_asks():
    assert codes.TOKEN_BYTES * 8 >= 128
    assert hashing.MEMORY_KIB >= 19 * 1024
    assert hashing.PASSES >= 2


def test_codes_do_not_repeat_and_hold_no_banned_word(sample):
    assert len({(code.selector, code.secret) for code in sample}) == SAMPLE
    assert not any(crockford.has_banned_word(code.printed.replace("-", "")) for code in sample[:10_000])


def test_every_character_is_as_likely_as_any_other_at_every_place(sample):
    expected = SAMPLE / 32
    for place in range(codes.SELECTOR_LENGTH + codes.SECRET_LENGTH):
        counts = Counter((code.selector + code.secret)[place] for code in sample)
        chi_square = sum((counts[letter] - expected) ** 2 / expected for letter in crockford.ALPHABET)
        # 31 degrees of freedom: an even source exceeds 105 once in 10^9 times.
        assert chi_square < 105


# --- how it is stored -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored():
    code = codes.new_typed_code()
    return code, hashing.hash_code(code)


def test_only_the_secret_itself_fits_what_is_stored(stored):
    code, phc = stored
    other = codes.TypedCode(selector=code.selector, secret=codes.new_typed_code().secret)
    assert hashing.is_right(code, phc)
    assert not hashing.is_right(other, phc)


def test_what_is_stored_fits_no_other_row_and_no_other_hall(stored, settings):
    code, phc = stored
    moved = codes.TypedCode(selector=codes.new_typed_code().selector, secret=code.secret)
    assert not hashing.is_right(moved, phc)
    settings.INDEX_KEY = b"another hall's index key: 32 by."
    assert not hashing.is_right(code, phc)


def test_a_code_that_is_not_stored_is_compared_at_the_same_cost(stored):
    code, phc = stored
    assert argon2.extract_parameters(hashing._STORED_BY_NOBODY) == argon2.extract_parameters(phc)
    assert not hashing.is_right(code, None)


def test_even_a_code_that_fits_the_noise_is_not_right_when_nothing_is_stored(stored, monkeypatch):
    monkeypatch.setattr(hashing, "verify_argon2", lambda *_: True)
    assert not hashing.is_right(stored[0], None)


def test_hashes_stand_in_the_queue(stored, monkeypatch):
    slots = BoundedSemaphore(1)
    monkeypatch.setattr(slow_hashes, "_slots", slots)
    monkeypatch.setattr(slow_hashes, "SLOW_HASH_WAIT", timedelta(milliseconds=1))
    with slots:
        for work in (lambda: hashing.hash_code(stored[0]), lambda: hashing.is_right(*stored)):
            with pytest.raises(Unavailable):
                work()
    assert hashing.is_right(*stored)
