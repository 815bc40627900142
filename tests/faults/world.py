"""Who is in the hall: an officer who is signed in, a feed with its key, and a person with a case of their own for every message."""

from __future__ import annotations

import secrets
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BUREAU = "310000000000"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NAME = "演练居民"
CODES = 20
STATIONS = 40
AT_ONCE = 500


def id_number(number):
    """Return a valid ID number; the place it names is one that no person's number begins with."""
    body = f"110105{19500101 + (number // 900) * 10000:08d}{number % 900 + 100:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def phone(number):
    return f"199{number:08d}"


class World:
    """The rows that the load works on, and the secrets of those who work."""

    def __init__(self, people):
        from django.utils import timezone

        from cases.models import Category
        from foundation.organisations.models import Organisation

        self.now = timezone.now()
        self.bureau = Organisation.objects.get(code=BUREAU)
        # As in a city: each station has some of the cases.
        self.stations = list(Organisation.objects.filter(bureau_code=BUREAU[:6], kind="station").order_by("code")[:STATIONS])
        self.category = Category.objects.get(code="theft")
        self._appoint()
        self._connect_feed()
        self.people = self._make_people(people + CODES)
        self.cases = self._make_cases(people + CODES)
        self.tokens = self._hand_out_codes()

    def _appoint(self):
        from allauth.account.internal.flows.login import record_authentication
        from django.http import HttpRequest
        from django.test import Client

        from foundation.accounts.actors import actor_of_user
        from foundation.accounts.models import Role, User
        from foundation.accounts.operations.grant_role import grant_role

        user = User(username="faults", kind="officer", display_name="Faults", badge_number="F-1", unit=self.bureau)
        user.set_unusable_password()
        user.save()
        grant_role(user=user, role=Role.objects.get(code="supervisor"), organisation=self.bureau, granted_by="faults", now=self.now)
        client = Client()
        client.force_login(user)
        request = HttpRequest()
        request.session = client.session
        for method in ({"method": "password"}, {"method": "mfa", "type": "totp"}):
            record_authentication(request, user, **method)
        request.session.save()
        self.officer = actor_of_user(user)
        self.session = client.session.session_key
        self.csrf = secrets.token_hex(16)

    def _connect_feed(self):
        from foundation.accounts.actors import command_actor
        from foundation.devices.operations.register_feed import register_feed

        self.key = Ed25519PrivateKey.generate()
        public_key = self.key.public_key().public_bytes_raw()
        self.feed = register_feed(
            actor=command_actor("faults"), code="faults", title="Faults", bureau=self.bureau, public_key=public_key, now=self.now
        )

    def _make_people(self, count):
        from foundation.accounts.models import Person

        proved = {"phone_verified_at": self.now, "phone_used_at": self.now, "created_at": self.now}
        people = [Person(name=NAME, id_number=id_number(number), phone=phone(number), **proved) for number in range(count)]
        return Person.objects.bulk_create(people, batch_size=AT_ONCE)

    def _make_cases(self, count):
        """Return the references of cases that the feed told of, one a person, by their number in the feed's own system."""
        from cases.models import Case
        from cases.operations.take_exchange_batch import take_exchange_batch
        from cases.rest.exchange_messages import MessageReader
        from foundation.accounts.actors import actor_of_feed

        at = (self.now - timedelta(hours=1)).isoformat()
        for start in range(0, count, AT_ONCE):
            told = [
                message(number, 1, "register", _registration(number, at, unit=self.unit_of(number)))
                for number in range(start, min(start + AT_ONCE, count))
            ]
            reader = MessageReader()
            items = [reader.read(each) for each in told]
            answers = take_exchange_batch(actor=actor_of_feed(self.feed), feed=self.feed, items=items, now=self.now)
            assert {answer.state for answer in answers} == {"applied"}, answers[0]
        cases = {
            int(case.source_case_id.removeprefix("faults-")): case for case in Case.objects.filter(source_case_id__startswith="faults-")
        }
        return {number: case.reference for number, case in cases.items()}

    def unit_of(self, number):
        return self.stations[number % len(self.stations)].code

    def _hand_out_codes(self):
        from cases.operations.hand_over_code import hand_over_code

        chosen = [self.cases[number] for number in sorted(self.cases)[-CODES:]]
        self.with_codes = frozenset(chosen)
        return [hand_over_code(actor=self.officer, reference=reference, now=self.now).code.token for reference in chosen]


def _registration(number, at, *, unit):
    party = {"role": "reporter", "name": NAME, "id_number": id_number(number), "phone": phone(number)}
    return {"kind": "criminal", "category": "theft", "unit": unit, "reported_at": at, "parties": [party]}


def message(number, sequence, action, content):
    return {
        "message_id": f"faults/{number}/{sequence}",
        "case": {"source_case_id": f"faults-{number}"},
        "source_sequence": sequence,
        "action": action,
        "content": content,
    }
