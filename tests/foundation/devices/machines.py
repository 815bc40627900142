"""Terminals and case systems as the tests play them: they make their own keys, bring them, and sign."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from foundation.accounts.actors import command_actor
from foundation.clock import now as present
from foundation.devices.families import FEEDS, KIOSKS
from foundation.devices.operations.issue_enrolment_code import issue_enrolment_code
from foundation.devices.operations.register_feed import enter_feed
from foundation.devices.operations.register_kiosk import register_kiosk
from foundation.signatures.client import sign_request

OPERATOR = command_actor("test")
ENROL = {"kiosk": "/api/v1/kiosks/enrol/", "feed": "/api/v1/feeds/enrol/"}
HEARTBEAT = "/api/v1/kiosks/heartbeat/"
EXCHANGE = "/api/v1/exchange/cases/"
INQUIRIES = "/api/v1/inquiries/"
FINE = {"software_digest": "a" * 64, "parts": {"paper": "ok", "id_reader": "ok"}}


class MachineInHand:
    """A machine that somebody stands before: it holds its private key, and remembers what the hall calls it."""

    def __init__(self, kind="kiosk", *, key=None, key_id="enrolment", reference=""):
        self.kind, self.key, self.key_id, self.reference = kind, key or Ed25519PrivateKey.generate(), key_id, reference

    @property
    def public_key(self):
        return self.key.public_key().public_bytes_raw()

    def headers(self, path, body, *, method="POST", key=None, keyid=None, created=None, nonce=None):
        return sign_request(
            method=method,
            url=f"http://testserver{path}",
            body=body,
            key=key or self.key,
            keyid=self.key_id if keyid is None else keyid,
            created=created or int(present().timestamp()),
            nonce=nonce,
        )

    def post(self, path=HEARTBEAT, content=None, *, headers=None, client=None, method="POST", **signature):
        """Send a signed request; ``content`` is bytes or what becomes JSON."""
        content = FINE if content is None else content
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        signed = self.headers(path, body, method=method, **signature)
        return (client or Client()).generic(method, path, body, content_type="application/json", headers={**signed, **(headers or {})})

    def enrol(self, code, *, path=None, public_key=None, **options):
        """Bring the key with a code; from a right answer on the machine knows what it is called."""
        text = base64.b64encode(self.public_key if public_key is None else public_key).decode()
        answer = self.post(path or ENROL[self.kind], {"code": code, "public_key": text}, **({"keyid": "enrolment"} | options))
        if answer.status_code == 201:
            self.key_id, self.reference = answer.json()["key_id"], answer.json()["reference"]
        return answer


def family_of(kind):
    return {"kiosk": KIOSKS, "feed": FEEDS}[kind]


def new_code(machine, *, now=None):
    """Return a code for a machine as an officer reads it."""
    return issue_enrolment_code(
        actor=OPERATOR, family=family_of(machine.kind_of_matter), reference=machine.reference, now=now or present()
    )[1].printed


def enter_kiosk(place, *, code="ZDJ-0001", now=None):
    """Enter a terminal that has no key yet."""
    return register_kiosk(
        actor=OPERATOR, code=code, place=place, location_zh="测试居委会", location_en="Test neighbourhood committee", now=now or present()
    )


def enter_case_system(bureau, *, code="case-system", now=None):
    """Enter a feed that has no key yet."""
    return enter_feed(actor=OPERATOR, code=code, title="Case system", bureau=bureau, now=now or present())


def enrolled(machine):
    """Return the machine in hand after it has enrolled."""
    in_hand = MachineInHand(machine.kind_of_matter)
    answer = in_hand.enrol(new_code(machine))
    assert answer.status_code == 201, answer.content
    return in_hand


def told(answer):
    """Return status and code of a problem document."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]
