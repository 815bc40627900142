"""The demo's told stories, played through the same operations that officers and parties use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import yaml
from django.conf import settings

from cases.models import Case, Category
from cases.operations.keep_property import move_item, take_item
from cases.operations.publish_progress import publish_progress
from cases.operations.register_report import NewParty, register_report
from cases.operations.send_message import answer_party, ask_unit
from cases.phrases import words_for
from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.models import User
from foundation.organisations.models import Organisation
from portal.demo.people import STATION
from portal.demo.residents import RESIDENTS

FILE = "demo/stories.yaml"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays: actors by their demo user name, and the station."""

    actors: dict[str, Actor]
    station: Organisation


def tell_stories(*, now: datetime) -> int:
    """Play every story, once: return how many were told, none if the station has cases already."""
    station = Organisation.objects.get(code=STATION)
    if Case.objects.of_unit(station).exists():
        return 0
    cast = Cast(
        actors={user.username: actor_of_user(user) for user in User.objects.select_related("person").filter(kind__isnull=False)},
        station=station,
    )
    stories: list[dict[str, Any]] = yaml.safe_load((settings.SEEDS / FILE).read_text(encoding="utf-8"))["stories"]
    for story in sorted(stories, key=lambda story: -story["ago"]):
        _tell(story, cast=cast, now=now)
    return len(stories)


def _tell(story: dict[str, Any], *, cast: Cast, now: datetime) -> None:
    reported_at = now - timedelta(days=story["ago"], hours=1)
    resident = next(each for each in RESIDENTS if each.username == story["party"])
    case = register_report(
        actor=cast.actors["clerk"],
        unit=cast.station,
        category=Category.objects.get(code=story["category"]),
        parties=[NewParty(role="reporter", name=resident.name, id_number=resident.id_number, phone=resident.phone)],
        reported_at=reported_at,
        now=reported_at + timedelta(minutes=20),
        detail=story.get("detail", ""),
    )
    for step in story["steps"]:
        _play(step, case=case, actor=cast.actors["officer"], at=reported_at + timedelta(hours=step["after"]))
    if thing := story.get("property"):
        item = take_item(
            actor=cast.actors["officer"], reference=case.reference, description=thing["description"], taken_at=reported_at, now=now
        )
        if thing.get("kept"):
            move_item(actor=cast.actors["officer"], item_reference=item.reference, status="kept", now=now)
    _talk(story, case=case, cast=cast, reported_at=reported_at)


def _play(step: dict[str, Any], *, case: Case, actor: Actor, at: datetime) -> None:
    case.refresh_from_db()
    action = step.get("action", "")
    words = words_for(kind=case.kind, action=action, phrase=step.get("phrase"), detail=step.get("detail", ""))
    publish_progress(actor=actor, reference=case.reference, action=action, words=words, now=at)


def _talk(story: dict[str, Any], *, case: Case, cast: Cast, reported_at: datetime) -> None:
    if asked := story.get("asks"):
        at = reported_at + timedelta(hours=asked["after"])
        ask_unit(actor=cast.actors[story["party"]], reference=case.reference, text=asked["text"], now=at)
    if answered := story.get("answers"):
        at = reported_at + timedelta(hours=answered["after"])
        answer_party(actor=cast.actors["officer"], reference=case.reference, text=answered["text"], now=at)
