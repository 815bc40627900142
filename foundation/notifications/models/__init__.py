"""What is told to whom, over which ways, and how that went."""

from foundation.notifications.models.contact import Contact
from foundation.notifications.models.delivery import Attempt, Channel, Delivery, Outcome, State
from foundation.notifications.models.notice import Notice
from foundation.notifications.models.unreached import Unreached
from foundation.notifications.models.wish import Refusal, Wish

__all__ = ["Attempt", "Channel", "Contact", "Delivery", "Notice", "Outcome", "Refusal", "State", "Unreached", "Wish"]
