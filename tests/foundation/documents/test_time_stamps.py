"""With a time-stamp authority a seal carries its time and what is needed to check it for good (PAdES B-LTA)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from foundation.documents.certificates import make_demo_chain
from foundation.documents.rendering import render
from foundation.documents.seals import Seal, Verdict, apply_seal, check_seal
from tests.foundation.documents.authority import time_stamp_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    with time_stamp_authority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture
def seal(authority):
    packed = make_demo_chain(organisation="Test City Bureau", passphrase="p", now=datetime.now(UTC))
    return Seal.load(packed=packed, passphrase="p", time_stamps=authority.address, stampers=authority.certificate)


def believed(seal):
    return {"authorities": seal.authorities, "stampers": seal.stampers}


@pytest.mark.program("openssl")
def test_a_paper_carries_its_time_the_chain_and_a_time_stamp_over_it_all(sheet, seal):
    sealed = apply_seal(render(sheet), seal=seal)
    reader = PdfFileReader(BytesIO(sealed))

    assert check_seal(sealed, **believed(seal)) == Verdict.GENUINE
    attributes = reader.embedded_regular_signatures[0].signer_info["unsigned_attrs"]
    assert [each["type"].native for each in attributes] == ["signature_time_stamp_token"]
    assert len(reader.embedded_timestamp_signatures) == 1
    assert "/DSS" in reader.root


@pytest.mark.program("openssl")
def test_no_changed_byte_of_such_a_paper_is_accepted_and_nothing_may_be_added(sheet, seal):
    sealed = apply_seal(render(sheet), seal=seal)

    assert check_seal(sealed + b"\n", **believed(seal)) != Verdict.GENUINE
    for place in range(1000, len(sealed), len(sealed) // 25):
        changed = bytearray(sealed)
        changed[place] ^= 1
        if bytes(changed).rstrip(b"0>") != sealed.rstrip(b"0>"):
            assert check_seal(bytes(changed), **believed(seal)) != Verdict.GENUINE, place


@pytest.mark.program("openssl")
def test_it_is_believed_after_the_seal_s_certificate_has_run_out(sheet, seal, monkeypatch):
    """What B-LTA is for; a seal without a time stamp is not believed then (test_seals.py)."""
    sealed = apply_seal(render(sheet), seal=seal)

    assert check_seal(sealed, **believed(seal), at=datetime.now(UTC) + timedelta(days=1500)) == Verdict.GENUINE
