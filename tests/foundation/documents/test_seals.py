"""A seal tells whose paper it is and that nothing was changed since."""

from __future__ import annotations

import random
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic

from foundation.documents.certificates import make_demo_chain
from foundation.documents.rendering import render
from foundation.documents.seals import Seal, SealUnavailable, Verdict, apply_seal, check_seal

NOW = datetime.now(UTC)
FLIPS = 100


def new_seal(name="Test City Bureau", now=NOW, **given):
    packed = make_demo_chain(organisation=name, passphrase="p", now=now)
    return Seal.load(packed=packed, passphrase="p", **given)


PEM = x509.load_der_x509_certificate(new_seal().authorities[0].dump()).public_bytes(Encoding.PEM)


@pytest.fixture(scope="module")
def seal():
    return new_seal()


@pytest.fixture
def sealed(sheet, seal):
    return apply_seal(render(sheet), seal=seal)


def verdict(pdf, seal):
    return check_seal(pdf, authorities=seal.authorities)


def test_a_sealed_paper_is_genuine(sealed, seal):
    assert verdict(sealed, seal) == Verdict.GENUINE


def test_a_seal_of_an_authority_that_nobody_trusts_is_foreign(sheet, seal):
    other = new_seal("Somebody Else")

    assert verdict(apply_seal(render(sheet), seal=other), seal) == Verdict.FOREIGN


def test_a_paper_without_a_seal_and_what_is_no_paper_are_told_apart(sheet, seal):
    assert verdict(render(sheet), seal) == Verdict.NO_SEAL
    for nonsense in (b"", b"%PDF-1.7", b"hello", b"%PDF-1.7\n" + b"\0" * 1000, b"PK\3\4" * 100):
        assert verdict(nonsense, seal) == Verdict.NOT_A_PDF


def test_no_changed_byte_of_what_the_seal_covers_is_accepted(sealed, seal):
    start, end = sealed.index(b"/Contents <") + 10, sealed.index(b">", sealed.index(b"/Contents <"))
    rng = random.Random(7)
    places = [place for place in rng.sample(range(len(sealed)), FLIPS * 2) if not start <= place <= end][:FLIPS]

    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << rng.randrange(8)
        assert verdict(bytes(changed), seal) != Verdict.GENUINE, place


def test_what_is_added_after_sealing_is_found(sealed, seal):
    with pikepdf.open(BytesIO(sealed)) as file:
        file.pages.append(file.pages[0])
        rewritten = BytesIO()
        file.save(rewritten)

    assert verdict(sealed + b"\n%%EOF\n", seal) == Verdict.ALTERED
    assert verdict(rewritten.getvalue(), seal) != Verdict.GENUINE


def test_an_increment_that_shows_another_page_is_found(sealed, seal):
    """The shadow attack: the sealed bytes stay as they are, and an appended revision shows something else."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    page.get_object()["/Rotate"] = generic.NumberObject(180)
    writer.mark_update(page)
    grown = BytesIO()
    writer.write(grown)

    assert grown.getvalue().startswith(sealed)
    assert verdict(grown.getvalue(), seal) == Verdict.ALTERED


def test_the_paper_of_a_seal_that_has_run_out_is_not_believed_by_its_seal_alone(sheet):
    old = new_seal(now=NOW - timedelta(days=3000))

    assert verdict(apply_seal(render(sheet), seal=old), old) != Verdict.GENUINE


def test_without_its_time_stamp_authority_nothing_is_sealed(sheet):
    late = new_seal(time_stamps="http://127.0.0.1:9/", stampers=PEM)

    with pytest.raises(SealUnavailable):
        apply_seal(render(sheet), seal=late)


def test_a_wrong_passphrase_opens_no_seal():
    packed = make_demo_chain(organisation="Test", passphrase="p", now=NOW)

    with pytest.raises(ValueError, match=r"."):
        Seal.load(packed=packed, passphrase="q")


@pytest.mark.program("pdfsig")
def test_another_authors_program_calls_it_valid_and_a_changed_one_not(sealed, tmp_path):
    """``pdfsig`` of poppler."""
    changed = bytearray(sealed)
    changed[1000] ^= 1

    assert "Signature is Valid" in pdfsig(tmp_path, sealed)
    assert "Total document signed" in pdfsig(tmp_path, sealed)
    assert "Signature is Valid" not in pdfsig(tmp_path, bytes(changed))


def pdfsig(folder, pdf):
    (folder / "paper.pdf").write_bytes(pdf)
    return subprocess.run(["pdfsig", "paper.pdf"], cwd=folder, capture_output=True, text=True, check=False).stdout
