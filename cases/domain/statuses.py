"""The kinds of case, their statuses, and in whose hands a case of each status is."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The four kinds of report that the police take (MPS Opinions on acceptance and filing, 2015)."""

    CRIMINAL = "criminal", _("Criminal case")
    PUBLIC_ORDER = "public_order", _("Public-order case")
    TRAFFIC_ACCIDENT = "traffic_accident", _("Traffic accident")
    ALERT = "alert", _("Emergency call")


class Status(TextChoices):
    """Every status of every kind. The tables in :mod:`cases.domain.workflow` say which kind has which."""

    REGISTERED = "registered", _("Report registered")
    TRANSFERRED = "transferred", _("Passed to the competent authority")
    UNDER_FILING_REVIEW = "under_filing_review", _("Being reviewed for filing")
    FILED = "filed", _("Filed as a case")
    NOT_FILED = "not_filed", _("Not filed as a case")
    INVESTIGATING = "investigating", _("Under investigation")
    SUSPECT_MEASURE = "suspect_measure", _("Measure taken against a suspect")
    SOLVED = "solved", _("Solved")
    SENT_FOR_PROSECUTION = "sent_for_prosecution", _("Sent for prosecution")
    WITHDRAWN = "withdrawn", _("Case withdrawn")
    ENDED = "ended", _("Investigation ended")
    CLOSED = "closed", _("Closed")
    ACCEPTED = "accepted", _("Accepted")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    MEDIATION = "mediation", _("In mediation")
    PENALTY_DECIDED = "penalty_decided", _("Penalty decided")
    NO_PENALTY = "no_penalty", _("Decided without penalty")
    MEDIATED = "mediated", _("Settled by mediation")
    CONVERTED = "converted", _("Continued as a criminal case")
    DETERMINATION_MADE = "determination_made", _("Responsibility determined")
    UNDER_REVIEW = "under_review", _("Determination being reviewed")
    COMPENSATION_MEDIATION = "compensation_mediation", _("Mediation of compensation")
    RECEIVED = "received", _("Call received")
    DISPATCHED = "dispatched", _("Officers sent")
    HANDLED = "handled", _("Handled on the spot")


class Owner(TextChoices):
    """Who has to act while a case is in a status."""

    UNIT = "unit", _("The handling unit")
    OTHER_AUTHORITY = "other_authority", _("Another authority")
    NOBODY = "nobody", _("Nobody: it is finished")


_WITH_OTHERS = {Status.TRANSFERRED, Status.SENT_FOR_PROSECUTION, Status.CONVERTED}
_FINISHED = {Status.CLOSED, Status.HANDLED}

OWNERS: dict[str, Owner] = {
    status: Owner.OTHER_AUTHORITY if status in _WITH_OTHERS else Owner.NOBODY if status in _FINISHED else Owner.UNIT for status in Status
}

CLOSED_STATUSES = frozenset(_FINISHED)
