"""The four transition tables of cases.

Criminal: PSB Criminal Procedure Provisions 2020, arts. 171-189 and 283-296. Public order: PSB Administrative Procedure
Provisions, arts. 60-61, 165, 178-186. Traffic: Road Accident Procedure 2018, arts. 62, 71-78, 84-93.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.domain.statuses import Kind, Status
from foundation.workflow import Workflow, edge

UNIT = "unit"

CRIMINAL = Workflow(
    kind=Kind.CRIMINAL,
    initial=Status.REGISTERED,
    transitions=(
        edge("start-review", Status.REGISTERED, Status.UNDER_FILING_REVIEW, _("Start the filing review"), owner=UNIT),
        edge("transfer-out", "registered under_filing_review", Status.TRANSFERRED, _("Pass to another authority"), owner=UNIT),
        edge("file", "registered under_filing_review", Status.FILED, _("File the case"), owner=UNIT),
        edge("refuse-filing", "registered under_filing_review", Status.NOT_FILED, _("Decide not to file"), owner=UNIT),
        edge("file-after-review", "not_filed", Status.FILED, _("File after reconsideration"), owner=UNIT),
        edge("investigate", "filed", Status.INVESTIGATING, _("Start the investigation"), owner=UNIT),
        edge("take-measure", "filed investigating solved", Status.SUSPECT_MEASURE, _("Report a measure against a suspect"), owner=UNIT),
        edge("solve", "filed investigating suspect_measure", Status.SOLVED, _("Report the case solved"), owner=UNIT),
        edge(
            "send-for-prosecution",
            "investigating suspect_measure solved",
            Status.SENT_FOR_PROSECUTION,
            _("Send for prosecution"),
            owner=UNIT,
        ),
        edge("withdraw", "filed investigating suspect_measure solved", Status.WITHDRAWN, _("Withdraw the case"), owner=UNIT),
        edge("end", "filed investigating suspect_measure solved", Status.ENDED, _("End the investigation"), owner=UNIT),
        edge(
            "return-for-investigation",
            "sent_for_prosecution",
            Status.INVESTIGATING,
            _("Take back for further investigation"),
            owner=UNIT,
        ),
        edge("reopen", "ended withdrawn closed", Status.INVESTIGATING, _("Reopen the investigation"), owner=UNIT),
        edge("close", "transferred not_filed sent_for_prosecution withdrawn ended", Status.CLOSED, _("Close the case"), owner=UNIT),
    ),
)

PUBLIC_ORDER = Workflow(
    kind=Kind.PUBLIC_ORDER,
    initial=Status.REGISTERED,
    transitions=(
        edge("accept", Status.REGISTERED, Status.ACCEPTED, _("Accept the case"), owner=UNIT),
        edge("refuse", Status.REGISTERED, Status.NOT_ACCEPTED, _("Decide not to accept"), owner=UNIT),
        edge("transfer-out", "registered accepted", Status.TRANSFERRED, _("Pass to another authority"), owner=UNIT),
        edge("investigate", "accepted mediation", Status.INVESTIGATING, _("Start the investigation"), owner=UNIT),
        edge("mediate", "accepted investigating", Status.MEDIATION, _("Start mediation"), owner=UNIT),
        edge("settle", "mediation", Status.MEDIATED, _("Record the settlement"), owner=UNIT),
        edge("decide-penalty", "investigating mediation", Status.PENALTY_DECIDED, _("Decide a penalty"), owner=UNIT),
        edge("decide-no-penalty", "investigating mediation", Status.NO_PENALTY, _("Decide without penalty"), owner=UNIT),
        edge("convert", "accepted investigating", Status.CONVERTED, _("Continue as a criminal case"), owner=UNIT),
        edge("reopen", "mediated", Status.INVESTIGATING, _("Reopen: the settlement was not kept"), owner=UNIT),
        edge(
            "close",
            "not_accepted transferred penalty_decided no_penalty mediated converted",
            Status.CLOSED,
            _("Close the case"),
            owner=UNIT,
        ),
    ),
)

TRAFFIC_ACCIDENT = Workflow(
    kind=Kind.TRAFFIC_ACCIDENT,
    initial=Status.REGISTERED,
    transitions=(
        edge("investigate", Status.REGISTERED, Status.INVESTIGATING, _("Start the investigation"), owner=UNIT),
        edge("determine", "registered investigating", Status.DETERMINATION_MADE, _("Determine responsibility"), owner=UNIT),
        edge("review", "determination_made", Status.UNDER_REVIEW, _("Start the review"), owner=UNIT),
        edge("determine-again", "under_review", Status.DETERMINATION_MADE, _("Announce the review's result"), owner=UNIT),
        edge("investigate-again", "under_review", Status.INVESTIGATING, _("Investigate again after the review"), owner=UNIT),
        edge("mediate", "determination_made", Status.COMPENSATION_MEDIATION, _("Start mediation of compensation"), owner=UNIT),
        edge("close", "determination_made compensation_mediation", Status.CLOSED, _("Close the case"), owner=UNIT),
    ),
)

ALERT = Workflow(
    kind=Kind.ALERT,
    initial=Status.RECEIVED,
    transitions=(
        edge("dispatch", Status.RECEIVED, Status.DISPATCHED, _("Send officers"), owner=UNIT),
        edge("handle", "received dispatched", Status.HANDLED, _("Record how it was handled"), owner=UNIT),
    ),
)

WORKFLOWS: dict[str, Workflow] = {table.kind: table for table in (CRIMINAL, PUBLIC_ORDER, TRAFFIC_ACCIDENT, ALERT)}
