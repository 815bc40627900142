"""A small city and its neighbour, with one person of each kind, every thing thrice, and a signed-in client for each caller."""

from __future__ import annotations

from collections import defaultdict
from http.cookies import SimpleCookie
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from tests.matrix.rules import ABOVE, LIKE, OF_BUREAU, OFFICERS, ONE_FACTOR, ROLES, WHOSE
from tests.matrix.things import FRESH, THINGS
from tests.matrix.undoing import Undo

PEOPLE = {"own": ("甲某演示", "11010519491231002X", "13800000001"), "other": ("乙某演示", "310103198001010029", "13800000002")}
PEOPLE["foreign"] = ("丙某演示", "310105190001010009", "13800000003")
# What each caller may read of, by whose thing it is: a reference of anything else must not stand in an answer.
SEES: dict[str, tuple[str, ...]] = defaultdict(lambda: ("own",)) | dict.fromkeys((*OF_BUREAU, *LIKE), ("own", "other"))
SEES |= dict.fromkeys(("anonymous", "disabled-officer", "officer-without-post", "kiosk"), ())
PASSWORD = make_password("matrix-matrix-matrix")
# Holds every post at both bureaus: nothing but the lack of a method stops them.
EVERY_POST = "every-post"
# Somebody whose last proof of who they are is more than five minutes old.
STALE = "stale:"
SEES[EVERY_POST] = WHOSE


class World:
    """Rows and clients. Things are made when the rule first speaks of them."""

    def __init__(self, *, roles: dict[str, Any], sign_in: Any) -> None:
        self.roles, self._sign_in = roles, sign_in
        self._made: dict[tuple[str, str], Any] = {}
        self._clients: dict[str, Client] = {}
        self._cookies: dict[str, str] = {}
        self.undo = Undo()
        self.caller = ""
        self.marks: dict[str, set[str]] = defaultdict(set)
        self.places = _places()
        self.category = _category()
        self.residents = {whose: _resident(whose) for whose in WHOSE}
        self.users: dict[str, Any] = {}
        self._appoint_everybody()

    # --- places and people ---

    def unit(self, whose: str) -> Any:
        """Return the station whose thing it is."""
        return self.places[whose]

    def bureau(self, whose: str) -> Any:
        """Return the bureau that it belongs to."""
        return self.places["foreign-bureau" if whose == "foreign" else "bureau"]

    def person(self, whose: str) -> Any:
        """Return the person concerned."""
        return self.residents[whose].person

    def party(self, whose: str) -> Any:
        """Return the person concerned as an actor."""
        return self._actor(self.residents[whose])

    def maker(self, whose: str) -> Any:
        """Return an officer who may do everything at the unit."""
        return self._actor(self.users[f"maker-{whose}"])

    @property
    def asker(self) -> Any:
        """Return whoever asks at the moment as an actor; of those who are not signed in, a resident whom nobody knows."""
        if self.caller in self.users:
            return self._actor(self.users[self.caller])
        return self.party("own" if self.caller == "resident" else "foreign")

    def mark(self, whose: str, text: str) -> None:
        """Remember a reference that nobody else's answers may hold."""
        self.marks[whose].add(text)

    # --- things ---

    def get(self, name: str, whose: str) -> Any:
        """Return a thing, made once."""
        if name in FRESH:
            return THINGS[name](self, whose)
        if (name, whose) not in self._made:
            self.undo.forget()
            self._made[name, whose] = THINGS[name](self, whose)
        return self._made[name, whose]

    def filled(self, given: Any, whose: str) -> Any:
        """Return what the rule wrote with each ``$name`` replaced by the thing."""
        if isinstance(given, dict):
            return {name: self.filled(value, whose) for name, value in given.items()}
        if isinstance(given, list):
            return [self.filled(value, whose) for value in given]
        if isinstance(given, str) and given.startswith("$"):
            return self.get(given[1:], whose)
        return given

    # --- clients ---

    def client(self, caller: str) -> Client:
        """Return the caller's browser, signed in once, with the cookies that it had then."""
        if caller not in self._clients:
            self.undo.forget()
            client = self._open(caller)
            self._clients[caller], self._cookies[caller] = client, client.cookies.output(header="", sep=";")
        client = self._clients[caller]
        client.cookies = SimpleCookie(self._cookies[caller])
        return client

    def feed_key(self, whose: str) -> Ed25519PrivateKey:
        """Return the key of a bureau's feed."""
        return Ed25519PrivateKey.from_private_bytes(bytes([WHOSE.index(whose) + 1] * 32))

    def kiosk_key(self, whose: str) -> Ed25519PrivateKey:
        """Return the key of a unit's terminal."""
        return Ed25519PrivateKey.from_private_bytes(bytes([WHOSE.index(whose) + 101] * 32))

    def _open(self, caller: str) -> Client:
        if caller.startswith(STALE):
            name = caller.removeprefix(STALE)
            client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
            user = self.residents["own"] if name == "resident" else self.users[name]
            client.cookies = self._sign_in(user, minutes_ago=6).cookies
            return client
        if caller in {"anonymous", "feed", "kiosk"}:
            return Client(headers={"accept-language": "en"}, raise_request_exception=False)
        if caller == "receipt":
            client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
            client.post("/q", {"token": self.get("token", "own")})
            return client
        user = self.residents["own"] if caller == "resident" else self.users[caller]
        client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        client.cookies = self._sign_in(user, second_factor=caller != ONE_FACTOR).cookies
        if caller != ONE_FACTOR:
            _confirm(client)
        if caller == "disabled-officer":
            self.users[caller].is_active = False
            self.users[caller].save()
        return client

    def _appoint_everybody(self) -> None:
        for name in OFFICERS:
            role = (ABOVE | LIKE).get(name, name)
            above = self.places["branch" if name in ABOVE else "bureau" if name in {*OF_BUREAU, *LIKE} else "own"]
            self._appoint(name, {role: above} if role in ROLES else {})
        for name in (ONE_FACTOR, "disabled-officer"):
            self._appoint(name, {"supervisor": self.places["own"]})
        for whose in WHOSE:
            self._appoint(f"maker-{whose}", {role: self.bureau(whose) for role in ROLES})
        self._appoint(EVERY_POST, dict.fromkeys(ROLES, self.places["bureau"]))
        self._grant(EVERY_POST, dict.fromkeys(ROLES, self.places["foreign-bureau"]))

    def _appoint(self, name: str, posts: dict[str, Any]) -> None:
        from foundation.accounts.models import User

        user = User(username=name, kind="officer", display_name=name.replace("-", " ").title(), badge_number=f"M-{name}"[:20])
        user.password = PASSWORD
        user.save()
        TOTP.activate(user, generate_totp_secret())
        self.users[name] = user
        self._grant(name, posts)

    def _grant(self, name: str, posts: dict[str, Any]) -> None:
        from foundation.accounts.models import Grant

        now = timezone.now()
        user, roles = self.users[name], self.roles
        Grant.objects.bulk_create(
            Grant(user=user, role=roles[role], organisation=place, granted_at=now, granted_by="test") for role, place in posts.items()
        )

    @staticmethod
    def _actor(user: Any) -> Any:
        from foundation.accounts.actors import actor_of_user

        return actor_of_user(user)


def _confirm(client: Client) -> None:
    """Let the session be one in which the person has proved just now who they are."""
    session = client.session
    for record in session.get(AUTHENTICATION_METHODS_SESSION_KEY, ()):
        record["reauthenticated"] = True
    session.save()


def _places() -> dict[str, Any]:
    from foundation.organisations.models import Organisation

    def make(code, kind, name, parent=None, **more):
        return Organisation.objects.create(code=code, kind=kind, parent=parent, name_zh=f"测试{name}", name_en=name, **more)

    bureau = make("310000000000", "bureau", "City Bureau", bureau_code="310000")
    branch = make("310101000000", "branch", "Branch", bureau)
    other_branch = make("310104000000", "branch", "Other Branch", bureau)
    foreign = make("440000000000", "bureau", "Foreign Bureau", bureau_code="440000")
    foreign_branch = make("440101000000", "branch", "Foreign Branch", foreign)
    return {
        "bureau": bureau,
        "branch": branch,
        "own": make("310101000001", "station", "Station", branch),
        "other": make("310104000001", "station", "Other Station", other_branch),
        "foreign": make("440101000001", "station", "Foreign Station", foreign_branch),
        "foreign-bureau": foreign,
    }


def _category() -> Any:
    from cases.models import Category

    return Category.objects.create(code="test-theft", kind="criminal", name_en="Theft", name_zh="盗窃")


def _resident(whose: str) -> Any:
    from foundation.accounts.models import Person, User

    name, id_number, phone = PEOPLE[whose]
    person = Person.objects.create(name=name, id_number=id_number, phone=phone, created_at=timezone.now())
    user = User(username=f"resident-{whose}", kind="resident", display_name=name, person=person)
    user.set_unusable_password()
    user.save()
    return user
