"""The chain that seals papers: an authority, and a seal certificate of one organisation issued by it.

A production hall is given its seal by the certificate service of its city (Electronic Signature Law, art. 16). What is made here is for
demo and tests, and says so in every name.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

AUTHORITY_YEARS: Final = 10
SEAL_DAYS: Final = 800


def make_demo_chain(*, organisation: str, passphrase: str, now: datetime) -> bytes:
    """Return a PKCS #12 file with a seal, its key and the authority's certificate, valid from yesterday, for clocks differ.

    Both keys are on P-256; the authority's is thrown away.
    """
    authority_key, seal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = _name(organisation, f"{organisation} DEMO authority, trust it nowhere")
    authority = _certificate(
        subject=authority_name, key=authority_key.public_key(), issuer=authority_name, now=now, is_authority=True
    ).sign(authority_key, hashes.SHA256())
    seal = _certificate(
        subject=_name(organisation, f"{organisation} DEMO seal"),
        key=seal_key.public_key(),
        issuer=authority_name,
        now=now,
        is_authority=False,
    )
    sealed = seal.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False).sign(
        authority_key, hashes.SHA256()
    )
    return pkcs12.serialize_key_and_certificates(b"seal", seal_key, sealed, [authority], BestAvailableEncryption(passphrase.encode()))


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _certificate(
    *, subject: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name, now: datetime, is_authority: bool
) -> x509.CertificateBuilder:
    lifetime = timedelta(days=365 * AUTHORITY_YEARS if is_authority else SEAL_DAYS)
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + lifetime)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
