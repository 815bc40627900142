"""Where the deed at hand comes from: carried beside the call like the trace id, so that no operation has to be told."""

from __future__ import annotations

from contextvars import ContextVar, Token
from dataclasses import dataclass

from foundation.audit.models import Channel

# The actors that are known by their own kind of channel rather than by the address they speak to.
_OWN_CHANNEL = {"feed": Channel.FEED, "kiosk": Channel.KIOSK}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A channel, and the client's address as :func:`foundation.web.client_address.client_address` tells it; empty outside a request."""

    channel: Channel
    address: str = ""


ON_THE_MACHINE = Source(channel=Channel.COMMAND)
_source: ContextVar[Source] = ContextVar("audit_source", default=ON_THE_MACHINE)


def current_source() -> Source:
    """Return the source of the request or task at hand; outside both it is a command on the machine itself."""
    return _source.get()


def set_source(source: Source) -> Token[Source]:
    """Remember the source for what follows; give the token to :func:`forget_source`."""
    return _source.set(source)


def forget_source(token: Token[Source]) -> None:
    """Return to the source that held before."""
    _source.reset(token)


def channel_of(actor_kind: str) -> Channel:
    """Return the channel by which an actor of that kind acts at this moment."""
    channel = current_source().channel
    return _OWN_CHANNEL.get(actor_kind, channel) if channel in {Channel.API, Channel.PAGE} else channel
