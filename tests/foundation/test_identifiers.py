"""Numbers that people read aloud, type and carry."""

from __future__ import annotations

import itertools
import random
import re
from datetime import date
from pathlib import Path

import pytest
import stdnum.cn
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from foundation.errors import RuleViolated
from foundation.identifiers import NotReadable, crockford, new_reference, normalise_phone, normalise_reference, read_resident_id

TODAY = date(2026, 3, 2)
canonical_text = st.text(crockford.ALPHABET, min_size=1, max_size=30)


def guarded(text):
    return text + crockford.check_character(text)


# --- Crockford base32 -------------------------------------------------------------------------------------------------


@given(st.integers(0, 32**12 - 1))
def test_a_number_survives_encoding_and_decoding(number):
    assert crockford.decode(crockford.encode(number, length=12)) == number


@pytest.mark.parametrize("number", [-1, 32**3])
def test_a_number_that_does_not_fit_is_refused(number):
    with pytest.raises(ValueError, match="does not fit"):
        crockford.encode(number, length=3)


@pytest.mark.parametrize(
    "typed",
    [
        "7Q2M9XKD3F01",
        "7q2m-9xkd-3f01",
        " 7q2m 9xkd\t3fo1 ",
        "7Q2M–9XKD—3FOI",
        "７Ｑ２Ｍ－９ＸＫＤ－３Ｆ０ｌ",
        "7Q2M\u30009XKD\u20103F0L",
        "7Q2M−9XKD_3F0i\u200b",
    ],
)
def test_case_spaces_dashes_width_and_lookalikes_do_not_count(typed):
    assert crockford.canonical(typed, length=12) == "7Q2M9XKD3F01"


@pytest.mark.parametrize(
    "typed", ["", "7Q2M", "7Q2M-9XKD-3F0U", "7Q2M-9XKD-3F0*", "警号7Q2M9XKD3F", pytest.param("7Q2M" * 2_500_000, id="10 MB"), "\ufdfa" * 60]
)
def test_what_is_no_code_is_not_readable(typed):
    with pytest.raises(NotReadable):
        crockford.canonical(typed, length=12)


@given(canonical_text)
def test_reading_is_idempotent(text):
    assert crockford.canonical(crockford.canonical(text.lower(), length=len(text)), length=len(text)) == text


# --- the check character ----------------------------------------------------------------------------------------------


def test_the_check_finds_every_single_wrong_character():
    for length in range(1, 31):
        code = guarded("".join(random.choices(crockford.ALPHABET, k=length)))
        for place, wrong in itertools.product(range(len(code)), crockford.ALPHABET):
            slip = code[:place] + wrong + code[place + 1 :]
            assert crockford.is_consistent(slip) == (slip == code)


def test_the_check_finds_every_exchange_of_neighbours_whatever_they_are():
    for place, (left, right) in itertools.product(range(15), itertools.permutations(crockford.ALPHABET, 2)):
        body = ("7Q2M9XKD3F01ABC"[:place] + left + right + "7Q2M9XKD3F01ABC")[:16]
        code = guarded(body)
        slip = code[:place] + right + left + code[place + 2 :]
        assert crockford.is_consistent(code)
        assert not crockford.is_consistent(slip)


def test_the_check_finds_every_exchange_of_any_two_and_every_wrong_pair():
    code = guarded("7Q2M9XKD3F01ABC")
    for left, right in itertools.combinations(range(len(code)), 2):
        slip = list(code)
        slip[left], slip[right] = slip[right], slip[left]
        assert crockford.is_consistent("".join(slip)) == ("".join(slip) == code)
    for place, old, new in itertools.product(range(14), crockford.ALPHABET, crockford.ALPHABET):
        twin = guarded(code[:place] + old + old + code[place + 2 : 15])
        assert crockford.is_consistent(twin[:place] + new + new + twin[place + 2 :]) == (old == new)


def test_the_check_lets_one_in_thirty_two_of_other_slips_through():
    rng = random.Random(3)
    slips = ("".join(rng.choices(crockford.ALPHABET, k=16)) for _ in range(32_000))
    assert 900 < sum(crockford.is_consistent(slip) for slip in slips) < 1_100


def test_the_check_refuses_lengths_at_which_its_weights_repeat():
    with pytest.raises(ValueError, match="weights repeat"):
        crockford.check_character("0" * 31)
    assert not crockford.is_consistent("0" * 32)


# --- banned words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["7QSH1T9X", "7Q5H179X", "FVCK2222", "22CNM222", "2TMD0000", "SEX77777"])
def test_insults_are_seen_in_any_spelling(text):
    assert crockford.has_banned_word(text)


def test_random_text_holds_no_banned_word_even_after_the_finish():
    texts = [crockford.random_text(length=3, finish=lambda body: "2" + body) for _ in range(5_000)]
    assert not any(map(crockford.has_banned_word, texts))


# --- public references ------------------------------------------------------------------------------------------------


def test_a_reference_is_a_prefix_and_sixty_random_bits_in_fours():
    references = {new_reference("C") for _ in range(2_000)}
    assert len(references) == 2_000
    assert all(re.fullmatch(r"C(-[0-9A-HJKMNP-TV-Z]{4}){3}", reference) for reference in references)


@pytest.mark.parametrize("prefix", ["", "c", "C1", "CASE"])
def test_a_reference_needs_a_prefix_of_capital_letters(prefix):
    with pytest.raises(ValueError, match="capital letters"):
        new_reference(prefix)


@pytest.mark.parametrize("typed", ["c7q2m9xkd3f01", "C-7Q2M-9XKD-3FOI", "Ｃ－７Ｑ２Ｍ　９ＸＫＤ　３Ｆ０１"])
def test_a_reference_is_read_leniently(typed):
    assert normalise_reference(typed) == "C-7Q2M-9XKD-3F01"


@pytest.mark.parametrize("typed", ["", "7Q2M9XKD3F01", "11-7Q2M-9XKD-3F01", "C-7Q2M-9XKD", "C" * 100])
def test_what_is_no_reference_is_not_readable(typed):
    with pytest.raises(NotReadable):
        normalise_reference(typed)


# --- resident ID numbers ----------------------------------------------------------------------------------------------


def numbered(region, born="19490101", order="001"):
    body = region + born + order
    return body + mod_11_2.calc_check_digit(body)


def slip(text, **kwargs):
    with pytest.raises(RuleViolated) as refusal:
        read_resident_id(text, today=TODAY, field="id_number", **kwargs)
    assert refusal.value.field == "id_number"
    return refusal.value.code


def test_the_number_of_the_standard_is_read():
    resident = read_resident_id("11010519491231002X", today=TODAY)
    assert (resident.region, resident.born_on, resident.sex) == ("110105", date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X"]
)
def test_separators_width_and_a_small_x_do_not_count(typed):
    assert read_resident_id(typed, today=TODAY).number == "11010519491231002X"


SHANGHAI_PAST = [*(310102, 310103, 310108, 310111, 310119), *range(310221, 310231)]
SHANGHAI_PRESENT = [*(310101, 310104, 310105, 310106, 310107, 310109, 310110), *range(310112, 310119), 310120, 310151]


@pytest.mark.parametrize("region", SHANGHAI_PAST + SHANGHAI_PRESENT)
def test_every_district_and_county_that_shanghai_ever_had_is_accepted(region):
    assert read_resident_id(numbered(str(region)), today=TODAY).region == str(region)


@pytest.mark.parametrize("region", ["440307", "441900", "810000", "820000", "830000"])
def test_other_cities_and_residence_permits_are_accepted(region):
    assert read_resident_id(numbered(region), today=TODAY).region == region


def test_every_county_known_to_the_register_of_regions_is_accepted():
    province, counties = "", []
    for line in (Path(stdnum.cn.__file__).parent / "loc.dat").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(\d\d) province", line):
            province = match[1]
        elif (match := re.match(r"  (\d{4}) ", line)) and match[1][:2] != "00":
            counties.append(province + match[1])
    assert len(counties) > 6_000
    for region in counties:
        read_resident_id(numbered(region), today=TODAY)


def test_an_old_number_of_fifteen_digits_is_refused_and_says_why():
    assert slip("110105491231002") == "resident_id_old"


@pytest.mark.parametrize(
    "typed", ["", "1101051949123100", "11010519491231002Y", "X10105194912310021", pytest.param("1" * 10_000_000, id="10 MB"), "一二三"]
)
def test_another_shape_is_refused(typed):
    assert slip(typed) == "resident_id_shape"


@pytest.mark.parametrize("region", ["000000", "310000", "990101", "160101", "912345"])
def test_a_region_that_never_was_is_refused(region):
    assert slip(numbered(region)) == "resident_id_region"


@pytest.mark.parametrize("born", ["19490229", "19491301", "19490100", "20260303", "18000101", "00000000"])
def test_an_impossible_birth_date_is_refused(born):
    assert slip(numbered("310115", born)) == "resident_id_birth_date"


def test_every_single_wrong_digit_is_refused():
    number = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            if wrong != number:
                assert slip(wrong).startswith("resident_id_")


# --- phones -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("(021) 6231 0110", "02162310110"),
        ("+86 21 6231 0110", "02162310110"),
        ("+86 (0)21 6231 0110", "02162310110"),
        ("+86 10 8888 8888", "01088888888"),
        ("0755-2878 3110", "075528783110"),
        ("+852 9123 4567", "+85291234567"),
        ("0044 20 7601 2222", "+442076012222"),
    ],
)
def test_one_phone_is_written_one_way(typed, number):
    assert normalise_phone(typed) == number
    assert normalise_phone(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "110",
        "12345",
        "12812345678",
        "1381234567",
        "138123456789",
        "62310110",
        "phone",
        pytest.param("1" * 10_000_000, id="10 MB"),
        "+86",
    ],
)
def test_what_reaches_nobody_is_refused(typed):
    with pytest.raises(RuleViolated) as refusal:
        normalise_phone(typed, field="phone")
    assert (refusal.value.code, refusal.value.field) == ("phone", "phone")
