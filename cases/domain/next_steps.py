"""What happens next in a case, in words for the person who waits: one sentence a stage, the remedy named where there is one."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.domain.statuses import Kind, Status

_CLOSED = _("Nothing more will follow. If you think that something was missed, ask the unit or complain to the unit above it.")
_TRANSFERRED = _("The authority that now has the case will contact you. Ask the unit for its name and number.")

NEXT_STEPS: dict[tuple[str, str], str | Promise] = {
    (Kind.CRIMINAL, Status.REGISTERED): _("The unit checks whether to file your report as a criminal case."),
    (Kind.CRIMINAL, Status.UNDER_FILING_REVIEW): _("The unit decides whether to file your report as a criminal case and tells you."),
    (Kind.CRIMINAL, Status.TRANSFERRED): _TRANSFERRED,
    (Kind.CRIMINAL, Status.FILED): _("The investigation begins. You will see here when it makes a step."),
    (Kind.CRIMINAL, Status.NOT_FILED): _(
        "You get a written notice. You can ask for reconsideration within 7 days, or ask the procuratorate to supervise."
    ),
    (Kind.CRIMINAL, Status.INVESTIGATING): _("The unit goes on investigating. You can send it what you remember or find."),
    (Kind.CRIMINAL, Status.SUSPECT_MEASURE): _("The unit prepares the case for the procuratorate, or goes on investigating."),
    (Kind.CRIMINAL, Status.SOLVED): _("The unit prepares the case for the procuratorate. Ask it about property of yours."),
    (Kind.CRIMINAL, Status.SENT_FOR_PROSECUTION): _(
        "The procuratorate decides on the charge. It tells victims their rights within three days."
    ),
    (Kind.CRIMINAL, Status.WITHDRAWN): _("You are told why within three days. You can ask the procuratorate to supervise."),
    (Kind.CRIMINAL, Status.ENDED): _("The case is taken up again if something new is found. Tell the unit what you learn."),
    (Kind.CRIMINAL, Status.CLOSED): _CLOSED,
    (Kind.PUBLIC_ORDER, Status.REGISTERED): _("The unit decides whether to accept the case and tells you."),
    (Kind.PUBLIC_ORDER, Status.ACCEPTED): _("The unit hears those involved and collects evidence."),
    (Kind.PUBLIC_ORDER, Status.NOT_ACCEPTED): _("You get the reasons. You can ask for administrative reconsideration within 60 days."),
    (Kind.PUBLIC_ORDER, Status.TRANSFERRED): _TRANSFERRED,
    (Kind.PUBLIC_ORDER, Status.INVESTIGATING): _("The unit hears those involved, then decides or offers mediation."),
    (Kind.PUBLIC_ORDER, Status.MEDIATION): _("Come to the mediation that the unit invites you to. If it fails, the unit decides."),
    (Kind.PUBLIC_ORDER, Status.PENALTY_DECIDED): _(
        "The decision is served on those involved. You can ask for administrative reconsideration within 60 days."
    ),
    (Kind.PUBLIC_ORDER, Status.NO_PENALTY): _(
        "The decision is served on those involved. You can ask for administrative reconsideration within 60 days."
    ),
    (Kind.PUBLIC_ORDER, Status.MEDIATED): _("Those involved keep what they agreed. If somebody does not, tell the unit."),
    (Kind.PUBLIC_ORDER, Status.CONVERTED): _("The case goes on as a criminal case. You will be told its new number."),
    (Kind.PUBLIC_ORDER, Status.CLOSED): _CLOSED,
    (Kind.TRAFFIC_ACCIDENT, Status.REGISTERED): _("Officers examine the scene and hear those involved."),
    (Kind.TRAFFIC_ACCIDENT, Status.INVESTIGATING): _("The unit determines who is responsible and serves the paper on those involved."),
    (Kind.TRAFFIC_ACCIDENT, Status.DETERMINATION_MADE): _(
        "You can ask the unit above for a review within three days of receiving the paper."
    ),
    (Kind.TRAFFIC_ACCIDENT, Status.UNDER_REVIEW): _("The unit above decides whether the determination stands."),
    (Kind.TRAFFIC_ACCIDENT, Status.COMPENSATION_MEDIATION): _(
        "Come to the mediation that the unit invites you to. If it fails, the court decides on compensation."
    ),
    (Kind.TRAFFIC_ACCIDENT, Status.CLOSED): _CLOSED,
    (Kind.ALERT, Status.RECEIVED): _("Officers are being sent."),
    (Kind.ALERT, Status.DISPATCHED): _("Officers are on their way or on the spot."),
    (Kind.ALERT, Status.HANDLED): _("Nothing more will follow, unless the unit registers a case; then you get a receipt of its own."),
}


# Cases of published archives stand under the law of another country and end with the archive.
ARCHIVES = frozenset({"police-uk"})
_OF_AN_ARCHIVE = _("This case comes from a published archive. What came after the last step shown is not in it.")


def next_step(*, kind: str, status: str, source: str = "") -> str | Promise:
    """Return what happens next in a stage; ``source`` is the system that the case came from, empty for the hall's own."""
    return _OF_AN_ARCHIVE if source in ARCHIVES else NEXT_STEPS[(kind, status)]
