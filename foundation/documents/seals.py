"""Sealing a PDF (PAdES, ETSI EN 319 142-1) and finding out whether a seal still holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from io import BytesIO
from typing import Final, TypeVar

from asn1crypto import x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

T = TypeVar("T")

FIELD: Final = "Seal"
_AHEAD: Final = 32_000


class Verdict(StrEnum):
    """What is found of a file's seal."""

    GENUINE = "genuine"
    ALTERED = "altered"
    FOREIGN = "foreign"
    NO_SEAL = "no_seal"
    NOT_A_PDF = "not_a_pdf"


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The key and chain that papers are sealed with, and the authorities whose seals are believed.

    ``time_stamps`` is the address of a time-stamp authority (RFC 3161): with it a seal carries its time and what is needed to check it
    after the certificate has ended (PAdES B-LTA); without, it is PAdES B-B.
    """

    signer: signers.SimpleSigner
    authorities: tuple[x509.Certificate, ...]
    time_stamps: str = ""

    @classmethod
    def load(cls, *, packed: bytes, passphrase: str, authorities: bytes = b"", time_stamps: str = "") -> Seal:
        """Return the seal in a PKCS #12 file. ``authorities`` are trusted, as PEM, or those in the file itself unless any are given.

        Raises ``ValueError`` if the file cannot be opened with the passphrase or names no authority.
        """
        contents = pkcs12.load_pkcs12(packed, passphrase.encode())
        trusted = (
            certificates.load_pem_x509_certificates(authorities)
            if authorities
            else [each.certificate for each in contents.additional_certs]
        )
        signer = signers.SimpleSigner.load_pkcs12_data(packed, other_certs=[], passphrase=passphrase.encode())
        if signer is None or not trusted:
            raise ValueError("the seal's file holds no key, or no authority is named")
        return cls(
            signer=signer,
            authorities=tuple(x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in trusted),
            time_stamps=time_stamps,
        )


def apply_seal(pdf: bytes, *, seal: Seal) -> bytes:
    """Return the PDF certified by the seal, after which nothing may be added to it (DocMDP, no changes).

    Raises :class:`SealUnavailable` if the time-stamp authority does not answer: a paper without the promised stamp is not issued.
    """
    stamper = HTTPTimeStamper(seal.time_stamps, timeout=5) if seal.time_stamps else None
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        embed_validation_info=stamper is not None,
        use_pades_lta=stamper is not None,
        validation_context=_context(seal.authorities) if stamper else None,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    try:
        sign = partial(signers.sign_pdf, writer, metadata, signer=seal.signer, timestamper=stamper)
        signed = _apart(partial(sign, bytes_reserved=_AHEAD if stamper else None))
    except (SigningError, OSError) as error:
        raise SealUnavailable(str(error)) from error
    return bytes(signed.getvalue())


class SealUnavailable(Exception):
    """The key or the time-stamp authority is away: the paper waits."""


def check_seal(pdf: bytes, *, authorities: Sequence[x509.Certificate]) -> Verdict:
    """Say whether the file is a paper with a seal of one of the authorities, and not a byte of it changed since.

    Whatever is appended after sealing counts as altered, also what the PDF format would allow.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        signatures = reader.embedded_regular_signatures
        if not signatures:
            return Verdict.NO_SEAL
        if len(signatures) != 1:
            return Verdict.ALTERED
        status = _apart(partial(validate_pdf_signature, signatures[0], _context(authorities)))
    except SignatureValidationError:
        return Verdict.ALTERED
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
        # A parser that was written for well-formed files answers hostile ones with whatever broke first. One that bears a seal was whole.
        return Verdict.ALTERED if pdf.startswith(b"%PDF-") and b"/ByteRange" in pdf else Verdict.NOT_A_PDF
    return _judge(status)


def _judge(status: PdfSignatureStatus) -> Verdict:
    is_whole = (
        status.intact
        and status.valid
        and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level in {None, ModificationLevel.NONE}
    )
    if not is_whole:
        return Verdict.ALTERED
    return Verdict.GENUINE if status.trusted else Verdict.FOREIGN


def _context(authorities: Sequence[x509.Certificate]) -> ValidationContext:
    return ValidationContext(trust_roots=list(authorities), allow_fetching=False)


def _apart(work: Callable[[], T]) -> T:
    """Do it in a thread of its own: pyHanko runs an event loop, which a thread that has one already does not allow."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(work).result()
