"""The desk's worklist of a unit with 200,000 cases against one with 2,000."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from allauth.account.internal.flows.login import record_authentication
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from foundation.organisations.models import Organisation
from tests.bench.figures import Figure, interleaved
from tests.bench.world import World

FEW, MANY = 2_000, 200_000
ROUNDS = 40


def figures(world: World) -> Iterator[Figure]:
    """Yield the time of each worklist's page as a ratio."""
    world.fill(world.station, FEW)
    world.fill(world.other_station, MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = _officer(world)
    for name in ("new", "due", "overdue", "waiting", "no-code", "all"):
        few, many = interleaved(_page(client, world.station, name), _page(client, world.other_station, name), rounds=ROUNDS)
        yield Figure(
            name=f"worklist “{name}”, {MANY:,} cases / {FEW:,} cases",
            value=many / few,
            at_most=1.2,
            detail=f"{many * 1000:.1f} ms against {few * 1000:.1f} ms",
        )


def _officer(world: World) -> Client:
    client, request = Client(), HttpRequest()
    client.force_login(world.user)
    request.session = client.session
    record_authentication(request, world.user, method="mfa", type="totp")
    request.session.save()
    return client


def _page(client: Client, unit: Organisation, name: str) -> Callable[[], None]:
    address = f"/desk/units/{unit.code}/{name}/"

    def load() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    load()
    return load
