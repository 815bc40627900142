"""Send a notice again, because somebody at a desk says so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.alarm_models import is_of_a_bureau
from foundation.audit.log import record_action
from foundation.errors import Conflict, Hidden
from foundation.notifications.models import Channel, Delivery, Notice, State
from foundation.notifications.models.delivery import OPEN
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.notifications.operations.hand_on import open_delivery
from foundation.notifications.routes import route_of


@transaction.atomic
def resend(*, actor: Actor, delivery_id: UUID, now: datetime) -> Delivery:
    """Send the notice of a delivery once more over the same channel, as a message of its own; return the new delivery.

    Raises ``Hidden`` for a delivery of another unit, and ``Conflict`` while one is still under way, or where this way is not safe for
    the person. All limits hold: how often somebody's phone rings is not for a desk to decide.
    """
    delivery = Delivery.objects.select_related("notice__unit", "notice__person", "notice__officer").filter(pk=delivery_id).first()
    if delivery is None or not may_look_after(actor, delivery.notice):
        raise Hidden(capability=LOOK_AFTER)
    notice = Notice.objects.select_for_update(of=("self",)).select_related("unit", "person", "officer").get(pk=delivery.notice_id)
    channel = Channel(delivery.channel)
    earlier = Delivery.objects.filter(notice=notice, channel=channel)
    if channel == Channel.IN_APP:
        raise Conflict(_("This stands under the person's messages and stays there."), code="not_sent_anywhere")
    if earlier.filter(state__in=OPEN).exists():
        raise Conflict(_("This is being sent at the moment."), code="being_sent")
    allowed = route_of(notice.route).channels
    if allowed is not None and channel not in allowed:
        raise Conflict(_("This way is not safe for the person."), code="way_not_safe")
    again = open_delivery(notice=notice, channel=channel, now=now, round_number=earlier.count() + 1)
    record_action(
        actor=actor,
        action="delivery.resend",
        capability=LOOK_AFTER,
        subject=notice,
        now=now,
        changes={"channel": (None, channel.value), "round": (None, again.round)},
    )
    return again


def may_look_after(actor: Actor, notice: Notice) -> bool:
    """Whether the actor looks after people whom this unit could not reach; of no unit, whoever does for a whole bureau."""
    if notice.unit is not None:
        return actor.can(LOOK_AFTER, notice.unit)
    return any(is_of_a_bureau(path) for path in actor.paths_for(LOOK_AFTER))


def is_again_possible(delivery: Delivery) -> bool:
    """Whether a button to send it again has a point."""
    return delivery.channel != Channel.IN_APP and delivery.state not in {*OPEN, State.SKIPPED}
