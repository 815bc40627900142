"""The code on a business licence: GB 32100-2015."""

import pytest

from foundation.errors import RuleViolated
from foundation.identifiers import read_credit_code

CODE = "91310000MA1FL0000N"


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), " 9131 0000 MA1FL0000N ", "９１３１００００MA1FL0000N", "91310000-MA1FL000-0N"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_credit_code(typed) == CODE


@pytest.mark.parametrize("place", range(8, 17))
def test_one_wrong_character_is_found(place):
    wrong = CODE[:place] + ("A" if CODE[place] != "A" else "B") + CODE[place + 1 :]

    with pytest.raises(RuleViolated) as refused:
        read_credit_code(wrong, field="credit_code")
    assert (refused.value.code, refused.value.field) == ("credit_code_check", "credit_code")


@pytest.mark.parametrize(
    "typed", ["", "123", CODE + "1", CODE.replace("M", "I"), "11010519491231002X2", "9" * 500, "91310000MA1FL000\u00e9N"]
)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(RuleViolated) as refused:
        read_credit_code(typed)
    assert refused.value.code in {"credit_code_shape", "credit_code_check"}
