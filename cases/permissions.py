"""Who may do what with a case. Whether it may be done at all is in :mod:`cases.domain`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Complaint, Party
from foundation.accounts.actors import Actor
from foundation.audit.models import AccessEntry
from foundation.audit.rights import FOR_ANOTHER, OWN
from foundation.errors import Hidden, NotAllowed
from foundation.mandates.mandate import Mandate, matter_key
from foundation.mandates.queries import excluded_matters, mandates_of, row_of
from foundation.mandates.scopes import Scope
from foundation.organisations.models import Organisation

READ = "case.read"
REGISTER = "case.register"
PUBLISH = "case.publish"
WITHHOLD = "case.withhold"
CODE = "case.code"
MESSAGE = "case.message"
PARTIES = "case.parties"
PROPERTY = "case.property"
TRANSFER = "case.transfer"
EXTEND = "case.extend"
COMPLAINT = "case.complaint"
EXCHANGE = "case.exchange"
RELEASE_FEED = "case.release_feed"
MANAGE_FEED = "feed.manage"
IMPORT = "case.import"
AUDIT = "audit.read"

# What a post must allow so that it handles cases: whoever only reads, audits or answers complaints does not.
_HANDLING = frozenset({REGISTER, PUBLISH, WITHHOLD, CODE, MESSAGE, PARTIES, PROPERTY, TRANSFER, EXTEND})


def check_may(actor: Actor, capability: str, case: Case) -> None:
    """Let the actor pass, or raise: ``Hidden`` if they may not even know of the case, else ``NotAllowed``."""
    if actor.can(capability, case.unit):
        return
    raise NotAllowed(capability=capability) if actor.can(READ, case.unit) else Hidden(capability=capability)


def handles(actor: Actor, unit: Organisation) -> bool:
    """Whether a post at this very unit lets the actor act there: who only reads, or stands above, supervises."""
    return any(path == unit.path and capability in _HANDLING for capability, path in actor.scopes)


def check_may_at(actor: Actor, capability: str, unit: Organisation) -> None:
    """Let the actor pass who holds the capability at the unit, or raise ``NotAllowed``."""
    if not actor.can(capability, unit):
        raise NotAllowed(capability=capability)


def check_may_answer(actor: Actor, complaint: Complaint) -> None:
    """Let pass who answers complaints at the unit it is addressed to. The unit complained of never answers itself."""
    if not actor.can(COMPLAINT, complaint.addressed_to):
        raise Hidden(capability=COMPLAINT)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """In whose name somebody follows a case: ``actor`` says for whom, ``party`` is whose part it is, ``mandate`` None for their own."""

    actor: Actor
    party: Party
    mandate: Mandate | None = None

    @property
    def reason(self) -> AccessEntry.Reason:
        """Why they look, for the log."""
        return AccessEntry.Reason(self.mandate.basis) if self.mandate else AccessEntry.Reason.OWN_MATTER

    @property
    def right(self) -> str:
        """By what right they act, for the log."""
        return FOR_ANOTHER if self.mandate else OWN


def standing_of(actor: Actor, case: Case, *, now: datetime, scope: Scope = Scope.FOLLOW_CASES, under: str = "") -> Standing:
    """Return in whose name a signed-in resident may do what ``scope`` names in a case: their own, else that of one they act for.

    ``under`` chooses a mandate by its reference. Raises ``Hidden`` for a case that is none of theirs, or dark to all remote ways, or
    from which they are kept; ``NotAllowed`` with ``scope_missing`` for more than they were given, and with ``mandate_ended`` where they
    acted until their mandate ended. One query for a party; five for who acts for one.
    """
    if actor.id_number_index is None or not case.is_open_to_inquiry:
        raise Hidden
    own = None if under else _parties(case).filter(id_number_index=actor.id_number_index).first()
    if own is not None:
        return Standing(actor=actor, party=own)
    key = matter_key(kind=case.kind_of_matter, reference=case.reference)
    if key in excluded_matters(actor):
        raise Hidden
    represented = _represented(actor, case, now=now, under=under)
    for mandate, party in represented:
        if scope in mandate.scopes:
            return Standing(actor=mandate.acting(actor), party=party, mandate=mandate)
    if represented:
        raise NotAllowed(_("You may follow this case, but not act in it: that was not given to you."), code="scope_missing")
    _tell_if_ended(actor, case, now=now)
    raise Hidden


def _parties(case: Case) -> QuerySet[Party]:
    return case.parties.filter(removed_at__isnull=True).order_by("added_at", "id")


def _represented(actor: Actor, case: Case, *, now: datetime, under: str) -> list[tuple[Mandate, Party]]:
    """Return the parties of a case for whom the actor may act, each with the mandate, those by law first."""
    mandates = [
        mandate
        for mandate in mandates_of(actor, now=now)
        if under in {"", mandate.reference} and mandate.covers(kind=case.kind_of_matter, reference=case.reference)
    ]
    parties = list(_parties(case)) if mandates else []
    return [(mandate, party) for mandate in mandates for party in parties if is_represented(mandate, party)]


def is_represented(mandate: Mandate, party: Party) -> bool:
    """Whether a party of a case is the one for whom a mandate lets act."""
    if mandate.credit_code:
        return party.credit_code == mandate.credit_code
    return party.id_number_index is not None and party.id_number_index == mandate.id_number_index


def _tell_if_ended(actor: Actor, case: Case, *, now: datetime) -> None:
    """Say so to who saw this very case under a mandate that is over: to anybody else its number must not tell that it exists."""
    seen = AccessEntry.objects.filter(
        viewer_reference=actor.reference, subject_kind=case.kind_of_matter, subject_reference=case.reference
    ).exclude(mandate="")
    reference = seen.order_by("-at", "-pk").values_list("mandate", flat=True).first()
    row = row_of(reference) if reference else None
    if row is not None and row.is_over(now):
        raise NotAllowed(_("You no longer act for this person: what let you has ended. Nothing was changed."), code="mandate_ended")
