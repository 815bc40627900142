"""The tables of machines. Feeds stand in :mod:`foundation.accounts.models`, beside what else may act."""

from foundation.devices.models.enrolment_code import EnrolmentCode
from foundation.devices.models.history import MachineEvent
from foundation.devices.models.kiosk import Kiosk

__all__ = ["EnrolmentCode", "Kiosk", "MachineEvent"]
