"""Who acts for whom in the demo: a child with a parent, a company with an agent, a delegation with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from stdnum.iso7064 import mod_11_2

from cases.models import Category
from cases.operations.register_report import NewParty, register_report
from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.models import User
from foundation.clock import city_date
from foundation.mandates.models import Guardianship
from foundation.mandates.operations.answer_offer import accept_offer
from foundation.mandates.operations.appoint_agent import appoint_agent
from foundation.mandates.operations.enter_person import Named
from foundation.mandates.operations.offer_delegation import Offer, offer_delegation
from foundation.mandates.operations.record_guardianship import record_guardianship
from foundation.mandates.operations.register_company import register_company
from foundation.mandates.scopes import Scope
from foundation.organisations.models import Organisation
from portal.demo.people import STATION
from portal.demo.residents import RESIDENTS, DemoResident

_CHILD = "演示儿童"
_COMPANY = ("91310000MA1FL0000N", "演示商贸有限公司")
_CATEGORY = "bicycle-theft"
_PAPER = "演示材料 Demo paper 0001"


@dataclass(frozen=True, kw_only=True)
class _Cast:
    clerk: Actor
    one: DemoResident
    other: DemoResident
    station: Organisation


def make_mandates(*, now: datetime) -> bool:
    """Record them, once; return whether anything was recorded."""
    if Guardianship.objects.exists():
        return False
    one, other = RESIDENTS[:2]
    clerk = actor_of_user(User.objects.get(username="clerk"))
    cast = _Cast(clerk=clerk, one=one, other=other, station=Organisation.objects.get(code=STATION))
    _guardian(cast, now)
    _company(cast, now)
    _delegation(cast, now)
    return True


def _guardian(cast: _Cast, now: datetime) -> None:
    child = Named(part="child", name=_CHILD, id_number=child_number(now))
    guardian = Named(part="guardian", name=cast.one.name, id_number=cast.one.id_number)
    record_guardianship(actor=cast.clerk, unit=cast.station, child=child, guardian=guardian, kind="parent", evidence=_PAPER, now=now)
    _report(cast, NewParty(role="victim", name=child.name, id_number=child.id_number), now)


def _report(cast: _Cast, party: NewParty, now: datetime) -> None:
    """Let the one who is acted for have a case, for whoever acts for them to follow."""
    category = Category.objects.get(code=_CATEGORY)
    at = now - timedelta(hours=3)
    register_report(actor=cast.clerk, unit=cast.station, category=category, parties=[party], reported_at=at, now=at)


def child_number(now: datetime) -> str:
    """Return the ID number of a child of ten, with the order number that is given to nobody."""
    body = f"310105{city_date(now).year - 10}0101000"
    return body + str(mod_11_2.calc_check_digit(body))


def _company(cast: _Cast, now: datetime) -> None:
    code, name = _COMPANY
    company = register_company(actor=cast.clerk, unit=cast.station, credit_code=code, name=name, now=now)
    _report(cast, NewParty(role="reporter", name=name, credit_code=code), now)
    appoint_agent(
        actor=cast.clerk,
        unit=cast.station,
        company=company.reference,
        agent=Named(part="agent", name=cast.other.name, id_number=cast.other.id_number),
        is_legal_representative=False,
        scopes=[Scope.FOLLOW_CASES, Scope.ACT_IN_CASES],
        evidence=_PAPER,
        until_on=city_date(now) + timedelta(days=180),
        now=now,
    )


def _delegation(cast: _Cast, now: datetime) -> None:
    one, other = (actor_of_user(User.objects.get(username=each.username)) for each in (cast.one, cast.other))
    agent = Named(part="agent", name=cast.other.name, id_number=cast.other.id_number)
    offer = Offer(agent=agent, scopes=[Scope.FOLLOW_CASES], until_on=city_date(now) + timedelta(days=90))
    made = offer_delegation(actor=one, offer=offer, now=now)
    accept_offer(actor=other, reference=made.reference, now=now)
