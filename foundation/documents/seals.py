"""Sealing a PDF (PAdES, ETSI EN 319 142-1) and finding out whether a seal still holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
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
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
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
    after the certificate has ended (PAdES B-LTA); without, it is PAdES B-B. ``stampers`` are the authorities whose time is believed.
    """

    signer: signers.SimpleSigner
    authorities: tuple[x509.Certificate, ...]
    time_stamps: str = ""
    stampers: tuple[x509.Certificate, ...] = ()

    @classmethod
    def load(cls, *, packed: bytes, passphrase: str, authorities: bytes = b"", time_stamps: str = "", stampers: bytes = b"") -> Seal:
        """Return the seal in a PKCS #12 file. ``authorities`` are trusted, as PEM, or those in the file itself unless any are given.

        Raises ``ValueError`` if the file cannot be opened with the passphrase or names no authority, or if time stamps are asked for
        without the authorities (``stampers``, PEM) that are believed.
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
        if time_stamps and not stampers:
            raise ValueError("time stamps are asked for, and no authority is named whose time is believed")
        times = certificates.load_pem_x509_certificates(stampers) if stampers else []
        return cls(signer=signer, authorities=_as_asn1(trusted), time_stamps=time_stamps, stampers=_as_asn1(times))


def _as_asn1(found: Iterable[certificates.Certificate]) -> tuple[x509.Certificate, ...]:
    return tuple(x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in found)


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
        validation_context=ValidationContext(trust_roots=[*seal.authorities, *seal.stampers], allow_fetching=True) if stamper else None,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    try:
        sign = partial(signers.sign_pdf, writer, metadata, signer=seal.signer, timestamper=stamper)
        signed = _apart(partial(sign, bytes_reserved=_AHEAD if stamper else None))
    except (SigningError, OSError) as error:
        raise SealUnavailable(str(error)) from error
    return _up_to_its_stamp(signed.getvalue()) if stamper else bytes(signed.getvalue())


def _up_to_its_stamp(sealed: bytes) -> bytes:
    """Cut off what the library appends after the last time stamp: it would be covered by nothing, and the stamp has its chain within."""
    stamps = PdfFileReader(BytesIO(sealed), strict=True).embedded_timestamp_signatures
    _first, _before, start, length = (int(each) for each in stamps[-1].byte_range)
    return bytes(sealed[: start + length])


class SealUnavailable(Exception):
    """The key or the time-stamp authority is away: the paper waits."""


def check_seal(
    pdf: bytes, *, authorities: Sequence[x509.Certificate], stampers: Sequence[x509.Certificate] = (), at: datetime | None = None
) -> Verdict:
    """Say whether the file is a paper with a seal of one of the authorities, and not a byte of it changed since.

    Whatever is appended after sealing counts as altered, also what the PDF format would allow, but for what makes a seal last: one time
    stamp of one of the ``stampers``, over everything. The seal is then judged as of that time, for its certificate may have ended since.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        signatures, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
        if not signatures:
            return Verdict.NO_SEAL
        if len(signatures) != 1 or len(stamps) > 1:
            return Verdict.ALTERED
        if stamps:
            stamped = _apart(partial(validate_pdf_timestamp, stamps[0], _context(stampers, at)))
            if not (stamped.intact and stamped.valid and stamped.trusted and stamped.coverage == SignatureCoverageLevel.ENTIRE_FILE):
                return Verdict.ALTERED
            at = stamped.timestamp
        status = _apart(
            partial(validate_pdf_signature, signatures[0], _context(authorities, at), ts_validation_context=_context(stampers, at))
        )
    except SignatureValidationError:
        return Verdict.ALTERED
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
        # A parser that was written for well-formed files answers hostile ones with whatever broke first. One that bears a seal was whole.
        return Verdict.ALTERED if pdf.startswith(b"%PDF-") and b"/ByteRange" in pdf else Verdict.NOT_A_PDF
    return _judge(status, is_stamped=bool(stamps))


def _judge(status: PdfSignatureStatus, *, is_stamped: bool) -> Verdict:
    allowed = {None, ModificationLevel.NONE, *((ModificationLevel.LTA_UPDATES,) if is_stamped else ())}
    reaches = {SignatureCoverageLevel.ENTIRE_FILE, *((SignatureCoverageLevel.ENTIRE_REVISION,) if is_stamped else ())}
    if not (status.intact and status.valid and status.coverage in reaches and status.modification_level in allowed):
        return Verdict.ALTERED
    return Verdict.GENUINE if status.trusted else Verdict.FOREIGN


def _context(authorities: Sequence[x509.Certificate], at: datetime | None = None) -> ValidationContext:
    return ValidationContext(trust_roots=list(authorities), allow_fetching=False, moment=at)


def _apart(work: Callable[[], T]) -> T:
    """Do it in a thread of its own: pyHanko runs an event loop, which a thread that has one already does not allow."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(work).result()
