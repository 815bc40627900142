"""What accounts add to the desk and to own pages."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.queries import proposals_for
from foundation.accounts.rights import CONTACT, GRANT, READ
from foundation.faces import desk, my
from foundation.faces.desk import Desk, Item, Section

MOST_COUNTED = 100


def register() -> None:
    """Tell both frames."""
    desk.register(_sections, order=80)
    desk.register(_counter, order=45)
    my.register("account_sessions", _("Where I am signed in"), order=90)


def _counter(at: Desk) -> Iterator[Section]:
    if at.actor.paths_for(CONTACT):
        line = Item(label=_("Phone numbers of people"), href=reverse("counter:find"), is_current=at.current == "people")
        yield Section(title=_("How people are reached"), items=(line,))


def _waiting(at: Desk) -> Iterator[Item]:
    if at.actor.paths_for(GRANT):
        number = proposals_for(at.actor)[:MOST_COUNTED].count()
        href = reverse("officers:waiting")
        yield Item(label=_("Posts that wait"), href=href, count=str(number), is_attention=number > 0, is_current=at.current == "waiting")


def _sections(at: Desk) -> Iterator[Section]:
    if at.actor.paths_for(READ):
        yield Section(
            title=_("Officers and posts"),
            items=(
                Item(label=_("Officers"), href=reverse("officers:list"), is_current=at.current == "officers"),
                *_waiting(at),
                Item(label=_("Posts and what they allow"), href=reverse("officers:posts"), is_current=at.current == "posts"),
            ),
        )
    yield Section(
        title=_("Your account"),
        is_personal=True,
        items=(
            Item(label=_("Your sign-in"), href=reverse("mfa_index")),
            Item(label=_("Where you are signed in"), href=reverse("account_sessions"), is_current=at.current == "account_sessions"),
        ),
    )
