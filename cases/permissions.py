"""Who may do what with a case. Whether it may be done at all is in :mod:`cases.domain`."""

from __future__ import annotations

from cases.models import Case, Complaint, Party
from foundation.accounts.actors import Actor
from foundation.errors import Hidden, NotAllowed
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


def party_of(actor: Actor, case: Case) -> Party:
    """Return the part that a signed-in resident has in a case; raise ``Hidden`` if none, or if the case is dark to all remote ways."""
    if actor.id_number_index is None or not case.is_open_to_inquiry:
        raise Hidden
    party = case.parties.filter(id_number_index=actor.id_number_index, removed_at__isnull=True).order_by("added_at").first()
    if party is None:
        raise Hidden
    return party
