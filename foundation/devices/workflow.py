"""What may become of a machine, and by what action. Pages, operations and tests read this one table."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Machine
from foundation.workflow import Workflow, edge

_S = Machine.State

# A lost machine does not simply go on: whoever had it may have copied its key. It is found, and brings a new one.
MACHINES: Final = Workflow(
    kind="machine",
    initial=_S.REGISTERED,
    transitions=(
        edge("enrol", _S.REGISTERED, _S.ACTIVE, _("Enrol"), owner="machine"),
        edge("suspend", _S.ACTIVE, _S.SUSPENDED, _("Suspend"), owner="desk"),
        edge("resume", _S.SUSPENDED, _S.ACTIVE, _("Resume"), owner="desk"),
        edge("lose", (_S.ACTIVE, _S.SUSPENDED), _S.LOST, _("Report as lost"), owner="desk"),
        edge("find", _S.LOST, _S.REGISTERED, _("It was found"), owner="desk"),
        edge("retire", (_S.REGISTERED, _S.ACTIVE, _S.SUSPENDED, _S.LOST), _S.RETIRED, _("Retire for good"), owner="desk"),
    ),
)
# States in which a machine may bring a key: its first, or a new one in the place of the old.
MAY_ENROL: Final = frozenset({_S.REGISTERED, _S.ACTIVE, _S.SUSPENDED})
