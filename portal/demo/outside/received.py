"""``/received/``: the phones, accounts and mailboxes of the demo's people, as they would look at them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import flask

from portal.demo.outside.post import Post, Received
from portal.demo.residents import EVERYBODY

CITY: Final = ZoneInfo("Asia/Shanghai")
MOST_SHOWN: Final = 30
REFRESHED_AFTER: Final = "2"


@dataclass(frozen=True, kw_only=True)
class Box:
    """What one recipient got over one channel, the newest first."""

    channel: str
    to: str
    owner: str
    messages: list[Received]
    more: int


def _owners() -> dict[str, str]:
    names = {}
    for each in EVERYBODY:
        names[f"+86{each.phone}"] = each.name
        if each.wechat:
            names[f"o-{each.wechat}"] = each.name
    return names


def _boxes(post: Post) -> list[Box]:
    by_recipient: dict[tuple[str, str], list[Received]] = defaultdict(list)
    for each in post.received():
        by_recipient[each.channel, each.to].insert(0, each)
    owners = _owners()
    boxes = [
        Box(channel=channel, to=to, owner=owners.get(to, ""), messages=found[:MOST_SHOWN], more=max(0, len(found) - MOST_SHOWN))
        for (channel, to), found in by_recipient.items()
    ]
    return sorted(boxes, key=lambda box: box.messages[0].at, reverse=True)


def application(post: Post) -> flask.Flask:
    """Return the page."""
    app = flask.Flask(__name__)
    app.jinja_env.filters["clock"] = lambda at: at.astimezone(CITY).strftime("%m-%d %H:%M:%S")

    @app.get("/")
    def show() -> flask.Response:
        moods = {channel: each.mode for channel, each in post.moods.all().items() if each.mode != "well"}
        page = flask.make_response(flask.render_template("received.html", boxes=_boxes(post), moods=moods))
        page.headers["Refresh"] = REFRESHED_AFTER
        return page

    return app
