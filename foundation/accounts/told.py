"""Officers as both faces of the desk tell of them: with their posts, their second factors and their phone, masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from foundation.accounts.models import Grant, OfficerContact, PostProposal, SignIn, User
from foundation.accounts.second_factor import FACTORS
from foundation.encryption.masking import mask_number


@dataclass(frozen=True, kw_only=True)
class ToldOfficer:
    """One officer: posts held now, before, and waiting for a second officer; kinds of second factor; how many sessions are open."""

    officer: User
    held: tuple[Grant, ...]
    past: tuple[Grant, ...]
    waiting: tuple[PostProposal, ...]
    phone: str
    factors: tuple[str, ...]
    sessions: int


def told(officer: User, *, now: datetime) -> ToldOfficer:
    """Return all that the officer's page shows. Five queries."""
    posts = list(Grant.objects.filter(user=officer).select_related("role", "organisation").order_by("-granted_at", "pk"))
    contact = OfficerContact.objects.filter(user=officer).first()
    return ToldOfficer(
        officer=officer,
        held=tuple(post for post in posts if post.revoked_at is None),
        past=tuple(post for post in posts if post.revoked_at is not None),
        waiting=tuple(PostProposal.objects.waiting().filter(user=officer).select_related("role", "organisation").order_by("proposed_at")),
        phone=mask_number(contact.phone) if contact else "",
        factors=tuple(Authenticator.objects.filter(user=officer, type__in=FACTORS).order_by("created_at").values_list("type", flat=True)),
        sessions=SignIn.objects.filter(user=officer).open(now=now).count(),
    )


def with_posts(officers: list[User]) -> list[User]:
    """Return the officers with ``posts`` (held now) and ``has_factor``: two queries for all of them."""
    grants = Grant.objects.live().filter(user__in=officers).select_related("role", "organisation").order_by("granted_at", "pk")
    posts: dict[int, list[Grant]] = {}
    for grant in grants:
        posts.setdefault(grant.user_id, []).append(grant)
    secured = set(Authenticator.objects.filter(user__in=officers, type__in=FACTORS).values_list("user_id", flat=True))
    for officer in officers:
        officer.posts = posts.get(officer.pk, [])  # type: ignore[attr-defined]
        officer.has_factor = officer.pk in secured  # type: ignore[attr-defined]
    return officers


def factor_in_words(kind: str) -> str:
    """Return what people call a kind of second factor."""
    return {Authenticator.Type.TOTP.value: _("Authenticator app"), Authenticator.Type.WEBAUTHN.value: _("Passkey")}[kind]
