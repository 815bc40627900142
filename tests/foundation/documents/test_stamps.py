"""The square on a paper proves it with the network off."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from foundation.documents.sheets import Words
from foundation.documents.stamps import KINDS, Stamp, StampRefused, key_id, print_of, read_stamp, sign_stamp

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
STAMP = Stamp(
    kind="certificate",
    number="310000-CT-2026-000042",
    issued_on=date(2026, 3, 2),
    valid_until=date(2027, 3, 1),
    print=b"12345678",
    holder="演**",
)


@pytest.mark.parametrize("kind", KINDS.values())
@pytest.mark.parametrize("until", [None, date(2099, 12, 31)])
def test_what_was_stamped_is_read_back(kind, until):
    stamp = replace(STAMP, kind=kind, valid_until=until)

    assert read_stamp(sign_stamp(stamp, key=KEY), keys=KEYS) == stamp


def test_no_changed_character_is_accepted():
    text = sign_stamp(STAMP, key=KEY)

    for place, character in enumerate(text):
        changed = text[:place] + ("A" if character != "A" else "B") + text[place + 1 :]
        with pytest.raises(StampRefused):
            read_stamp(changed, keys=KEYS)


def test_a_stamp_of_another_key_or_of_one_taken_back_is_refused():
    with pytest.raises(StampRefused):
        read_stamp(sign_stamp(STAMP, key=OTHER), keys=KEYS)
    with pytest.raises(StampRefused):
        read_stamp(sign_stamp(STAMP, key=KEY), keys={})


def test_a_key_under_a_foreign_name_signs_nothing():
    with pytest.raises(StampRefused):
        read_stamp(sign_stamp(STAMP, key=OTHER), keys={key_id(OTHER.public_key()): KEY.public_key()})


@given(st.text(max_size=500))
def test_nonsense_is_refused_and_breaks_nothing(text):
    with pytest.raises(StampRefused):
        read_stamp(text, keys=KEYS)


def test_the_fingerprint_covers_every_word_and_no_square(sheet):
    changed = replace(sheet, title=Words(en="Receipt", zh="回执"))

    assert print_of(sheet) == print_of(replace(sheet, squares=()))
    assert print_of(sheet) != print_of(changed)


def test_a_program_without_anything_of_the_hall_reads_it_offline():
    """Thirty lines by the published layout, standard library and ``cryptography`` only."""
    program = """
import base64, sys
from datetime import date, timedelta
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
text, public = sys.argv[1], base64.urlsafe_b64decode(sys.argv[2] + "==")
raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
said, signature = raw[:-64], raw[-64:]
Ed25519PublicKey.from_public_bytes(public).verify(signature, b"sunshine-hall/stamp/1\\0" + said)
day = date(2020, 1, 1) + timedelta(days=int.from_bytes(said[6:8], "big"))
length = said[18]
print(said[5], day, said[19 : 19 + length].decode(), said[19 + length :].decode())
"""
    import base64

    public = base64.urlsafe_b64encode(KEY.public_key().public_bytes_raw()).decode().rstrip("=")

    run = subprocess.run(
        [sys.executable, "-c", program, sign_stamp(STAMP, key=KEY), public], capture_output=True, text=True, check=True, encoding="utf-8"
    )

    assert run.stdout.split() == ["5", "2026-03-02", "310000-CT-2026-000042", "演**"]
