"""A machine's request is believed when its signature covers what matters, is fresh, and belongs to a key we know."""

from __future__ import annotations

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import OperationalError
from django.test import RequestFactory
from http_message_signatures import HTTPMessageSignaturesException
from hypothesis import given
from hypothesis import strategies as st

from foundation.signatures.client import content_digest, sign_request, signature_base, signature_parameters
from foundation.signatures.errors import MESSAGES, SignatureRefused
from foundation.signatures.verify import DjangoMessage, HallVerifier, verify_request

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {"feed-1": KEY.public_key().public_bytes_raw()}
NONCE = "0123456789abcdefghij"
BODY = b'{"messages": []}'
URL = "https://hall.example/api/v1/exchange/cases/"

# RFC 9421, B.1.4 and B.2.6
RFC_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
RFC_SIGNATURE = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
RFC_PARAMETERS = '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["hall.example", "hall.example:8443", "example.com", "other.example"]


def signed(url=URL, body=BODY, key=KEY, keyid="feed-1", nonce=NONCE, at=NOW):
    return sign_request(method="POST", url=url, body=body, key=key, keyid=keyid, created=int(at.timestamp()), nonce=nonce)


def request_of(headers, *, url=URL, body=BODY, method="POST"):
    scheme, _colon, rest = url.partition("://")
    host, _slash, path = rest.partition("/")
    return RequestFactory().generic(
        method, f"/{path}", body, content_type="application/json", secure=scheme == "https", headers={"host": host, **headers}
    )


def verify(request, *, now=NOW):
    return verify_request(request, find_key=KEYS.get, now=now)


def refusal(request, **options):
    with pytest.raises(SignatureRefused) as refused:
        verify(request, **options)
    assert refused.value.status == 401
    return refused.value.code


def test_a_signed_request_says_who_when_and_once():
    verified = verify(request_of(signed()))
    assert (verified.keyid, verified.nonce, verified.created) == ("feed-1", NONCE, NOW)
    assert verified.fresh_until == NOW + timedelta(seconds=300)


@pytest.mark.parametrize(
    "url",
    [
        "http://hall.example/api/",
        "https://hall.example:8443/api/v1/",
        "https://hall.example:443/api/v1/",
        "https://hall.example/api/v1/?since=2026-03-01&unit=%E5%BC%A0",
        "https://hall.example/api/%E5%BC%A0/",
    ],
)
def test_any_address_can_be_signed(url):
    assert verify(request_of(signed(url), url=url)).keyid == "feed-1"


def test_an_empty_body_is_covered_too():
    assert verify(request_of(signed(body=b""), body=b"")).keyid == "feed-1"
    assert refusal(request_of(signed(body=b""), body=b"{}")) == "digest_mismatch"


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest"])
def test_an_unsigned_request_is_refused(name):
    headers = signed()
    del headers[name]
    assert refusal(request_of(headers)) == "signature_missing"


def test_a_changed_method_is_refused():
    assert refusal(request_of(signed(), method="PUT")) == "signature_wrong"


def test_a_changed_path_is_refused():
    assert refusal(request_of(signed(), url="https://hall.example/api/v1/exchange/other/")) == "signature_wrong"


def test_an_added_query_is_refused():
    assert refusal(request_of(signed(), url=URL + "?dry_run=0")) == "signature_missing"


def test_a_changed_query_is_refused():
    assert refusal(request_of(signed(URL + "?unit=1"), url=URL + "?unit=2")) == "signature_wrong"


def test_another_host_is_refused():
    assert refusal(request_of(signed(), url=URL.replace("hall", "other"))) == "signature_wrong"


def test_a_changed_body_is_refused():
    assert refusal(request_of(signed(), body=BODY + b" ")) == "digest_mismatch"


def test_a_changed_body_with_a_digest_to_match_is_refused():
    headers = signed() | {"Content-Digest": content_digest(b"other")}
    assert refusal(request_of(headers, body=b"other")) == "signature_wrong"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("created=1", "created=2"),
        ('keyid="feed-1"', 'keyid="feed-1" '),
        (NONCE, "another-nonce-1234567"),
        ('alg="ed25519"', 'alg="rsa-pss-sha512"'),
    ],
)
def test_a_changed_parameter_is_refused(old, new):
    headers = signed()
    headers["Signature-Input"] = headers["Signature-Input"].replace(old, new)
    assert refusal(request_of(headers)) in {"signature_wrong", "signature_stale", "key_unknown"}


@pytest.mark.parametrize("position", range(64))
def test_a_changed_signature_is_refused(position):
    headers = signed()
    signature = bytearray(base64.b64decode(headers["Signature"][6:-1]))
    signature[position] ^= 1
    headers["Signature"] = f"hall=:{base64.b64encode(signature).decode()}:"
    assert refusal(request_of(headers)) == "signature_wrong"


def test_a_database_that_is_away_is_not_called_a_wrong_signature():
    def away(_key_id):
        raise OperationalError("the database system is starting up")

    with pytest.raises(OperationalError):
        verify_request(request_of(signed()), find_key=away, now=NOW)


def test_another_key_is_refused():
    assert refusal(request_of(signed(key=STRANGER))) == "signature_wrong"
    assert refusal(request_of(signed(keyid="nobody"))) == "key_unknown"


@pytest.mark.parametrize(("seconds", "is_fresh"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_a_signature_is_good_for_five_minutes_either_way(seconds, is_fresh):
    request = request_of(signed(at=NOW + timedelta(seconds=seconds)))
    if is_fresh:
        assert verify(request)
    else:
        assert refusal(request) == "signature_stale"


def by_hand(*, covered, parameters="", nonce=NONCE, at=NOW):
    """Sign some components only, rightly."""
    values = {
        "@method": "POST",
        "@authority": "hall.example",
        "@path": "/api/v1/exchange/cases/",
        "@target-uri": URL,
        "content-digest": content_digest(BODY),
    }
    text = signature_parameters(covered=covered, created=int(at.timestamp()), keyid="feed-1", nonce=nonce) + parameters
    signature = KEY.sign(signature_base(values={name: values[name] for name in covered}, parameters=text).encode())
    encoded = base64.b64encode(signature).decode()
    return {"Content-Digest": values["content-digest"], "Signature-Input": f"s={text}", "Signature": f"s=:{encoded}:"}


COVERED = ("@method", "@authority", "@path", "content-digest")


@pytest.mark.parametrize("left_out", COVERED)
def test_a_signature_that_leaves_out_what_matters_is_refused(left_out):
    covered = tuple(name for name in COVERED if name != left_out)
    assert refusal(request_of(by_hand(covered=covered))) == "signature_missing"


def test_the_whole_target_may_stand_for_the_path():
    assert verify(request_of(by_hand(covered=("@method", "@authority", "@target-uri", "content-digest"))))


@pytest.mark.parametrize("nonce", ["", "short", "x" * 129, "spaces are not visible"])
def test_a_nonce_has_16_to_128_visible_characters(nonce):
    assert refusal(request_of(by_hand(covered=COVERED, nonce=nonce))) == "signature_missing"


def test_an_expiry_that_the_sender_set_is_kept():
    assert verify(request_of(by_hand(covered=COVERED, parameters=f";expires={int(NOW.timestamp())}")))
    assert refusal(request_of(by_hand(covered=COVERED, parameters=f";expires={int(NOW.timestamp()) - 1}"))) == "signature_stale"


def test_two_signatures_are_refused():
    headers = signed()
    headers["Signature-Input"] += ", b" + headers["Signature-Input"][4:]
    headers["Signature"] += ", b" + headers["Signature"][4:]
    assert refusal(request_of(headers)) == "signature_wrong"


def test_a_digest_of_an_unknown_kind_is_refused():
    headers = signed()
    headers["Content-Digest"] = headers["Content-Digest"].replace("sha-256", "md5")
    assert refusal(request_of(headers)) == "signature_wrong"


MALFORMED = st.text(st.sampled_from(string.ascii_lowercase[:6] + string.digits + '()";=:,@-.?* \t\\/é'), max_size=60)
PIECES = ["hall=", "(", ")", '"@method"', '"@path"', ";created=1772442000", ';keyid="feed-1"', ";req", ';key="a"', ":AAAA:", ",", "@"]


@given(
    signature_input=MALFORMED | st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    signature=MALFORMED | st.just(None),
    digest=MALFORMED | st.just(None),
)
def test_malformed_headers_are_refused_and_never_an_error_of_ours(signature_input, signature, digest):
    headers = signed() | {"Signature-Input": signature_input}
    headers |= {} if signature is None else {"Signature": signature}
    headers |= {} if digest is None else {"Content-Digest": digest}
    assert refusal(request_of(headers)) in MESSAGES


@given(position=st.integers(0, 200), character=st.characters(codec="ascii", exclude_categories=["Cc"]))
def test_one_changed_character_anywhere_in_the_input_is_refused(position, character):
    headers = signed()
    text = headers["Signature-Input"]
    position %= len(text)
    changed = text[:position] + character + text[position + 1 :]
    label_is_not_signed = position < text.index("=")
    if changed == text or label_is_not_signed:
        return
    assert refusal(request_of(headers | {"Signature-Input": changed})) in MESSAGES


def rfc_request(signature=RFC_SIGNATURE):
    headers = {
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "signature-input": f"sig-b26={RFC_PARAMETERS}",
        "signature": f"sig-b26=:{signature}:",
    }
    return RequestFactory().post(
        "/foo?param=Value&Pet=dog", b'{"hello": "world"}', content_type="application/json", secure=True, headers=headers
    )


def test_the_example_of_the_standard_verifies():
    public = load_pem_private_key(RFC_KEY, None).public_key().public_bytes_raw()
    verifier = HallVerifier(find_key={"test-key-ed25519": public}.get, now=datetime.fromtimestamp(1618884473, tz=UTC))
    (result,) = verifier.verify(DjangoMessage(rfc_request()))
    assert result.parameters["keyid"] == "test-key-ed25519"
    with pytest.raises(HTTPMessageSignaturesException):
        verifier.verify(DjangoMessage(rfc_request(RFC_SIGNATURE.replace("w", "x", 1))))


def test_the_client_signs_the_example_of_the_standard_alike():
    values = {
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "@method": "POST",
        "@path": "/foo",
        "@authority": "example.com",
        "content-type": "application/json",
        "content-length": "18",
    }
    base = signature_base(values=values, parameters=RFC_PARAMETERS)
    assert base64.b64encode(load_pem_private_key(RFC_KEY, None).sign(base.encode())).decode() == RFC_SIGNATURE
