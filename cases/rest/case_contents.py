"""One route an action, continued: people, things and messages of a case."""

from __future__ import annotations

from cases.models import PropertyItem
from cases.operations.change_parties import add_party, remove_party
from cases.operations.keep_property import move_item, take_item
from cases.operations.register_report import NewParty
from cases.operations.send_message import answer_party
from cases.rest import serializers_reports as takes
from cases.rest.case_actions import CaseAction, Given, described
from foundation.errors import NotFound
from foundation.idempotency.decorators import idempotent


class OnceOnly(CaseAction):
    """An action that enters something new: repeated with its key, it enters nothing more."""

    post = idempotent(CaseAction.post)


@described("add_party", "Let one more person follow a case", takes.NewPartySerializer)
class AddParty(OnceOnly):
    """Enter a person."""

    takes = takes.NewPartySerializer
    asks_who_it_is = True

    def act(self, reference: str, given: Given) -> object:
        """Enter them."""
        return add_party(actor=self.actor, reference=reference, party=NewParty(**given), now=self.now)


@described("remove_party", "Stop a person from following a case", takes.RemovalSerializer)
class RemoveParty(CaseAction):
    """Remove a person."""

    takes = takes.RemovalSerializer
    asks_who_it_is = True

    def act(self, reference: str, given: Given) -> object:
        """Remove them."""
        return remove_party(actor=self.actor, reference=reference, party_id=given["party"], now=self.now)


@described("take_item", "Enter a thing that was taken", takes.NewItemSerializer)
class TakeItem(OnceOnly):
    """Enter a thing."""

    takes = takes.NewItemSerializer

    def act(self, reference: str, given: Given) -> object:
        """Enter it."""
        return take_item(actor=self.actor, reference=reference, now=self.now, **given)


@described("move_item", "Put a thing into the store, or give it back", takes.ItemMoveSerializer)
class MoveItem(CaseAction):
    """Say where a thing is."""

    takes = takes.ItemMoveSerializer

    def act(self, reference: str, given: Given) -> object:
        """Move it, if it is of this case."""
        if not PropertyItem.objects.filter(reference=given["item"], case__reference=reference).exists():
            raise NotFound
        return move_item(actor=self.actor, item_reference=given["item"], status=given["place"], now=self.now)


@described("answer_messages", "Answer the messages that wait in a case", takes.TextSerializer)
class Answer(OnceOnly):
    """Answer."""

    takes = takes.TextSerializer

    def act(self, reference: str, given: Given) -> object:
        """Send the answer."""
        return answer_party(actor=self.actor, reference=reference, text=given["text"], now=self.now)
