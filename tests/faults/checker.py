"""What must be true when the dust has settled. One line for each thing that is not; none if nothing was lost, doubled or left half done."""

from __future__ import annotations

import json
import re
from collections import Counter

from django.db import connection

STUCK = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%' AND now() - xact_start > interval '5 seconds'"


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def one(sql, *values):
    return rows(sql, *values)[0][0]


def waiting():
    """Return how much is still on its way: events, and rows that are not sealed or not published."""
    return {
        "events": one("SELECT count(*) FROM outbox_event WHERE done_at IS NULL AND dead_at IS NULL"),
        "rows to seal": one("SELECT count(*) FROM transparency_pending"),
        "checkpoints to publish": one(
            "SELECT count(*) FROM transparency_sealedcheckpoint WHERE size > coalesce((SELECT max(size) FROM transparency_publication), 0)"
        ),
    }


def check(hall, load):
    """Yield what is wrong."""
    told = load.told
    for found in (clients(told), asked(told), answers(load), events(), leases(), figures(load.world), record(), database(hall)):
        yield from found


def clients(told):
    """Nobody was answered what no fault explains."""
    for problem in told.problems:
        yield f"a client met with what no fault explains: {problem}"


def asked(told):
    """Whatever was answered is there, once; whatever is there was asked for."""
    steps = rows("SELECT message_id FROM cases_exchangemessage WHERE source_sequence = 2 AND state = 'applied'")
    news = rows("SELECT reference FROM cases_case c JOIN cases_progressentry e ON e.case_id = c.id WHERE e.detail <> ''")
    reports = rows("SELECT reference FROM cases_case WHERE registered_by LIKE 'officer:%%'")
    yield from compare("step of the feed", told.steps, (each for (each,) in steps))
    yield from compare("news", told.news, (each for (each,) in news))
    yield from compare(
        "report", (json.loads(answer)["reference"] for _body, answer in told.reports.values()), (each for (each,) in reports)
    )


def compare(what, wanted, found):
    """Yield what is missing of one, and what is too much in the other."""
    wanted, found = Counter(wanted), Counter(found)
    if lost := wanted - found:
        yield f"lost: {lost.total()} x {what}, such as {next(iter(lost))}"
    if extra := found - wanted:
        yield f"doubled, or never asked for: {extra.total()} x {what}, such as {next(iter(extra))}"


def answers(load):
    """A key that comes again gets the answer that was stored, to the byte."""
    for key in list(load.told.reports)[:40]:
        if load.repeat_report(key) != load.told.reports[key][1]:
            yield f"another answer to the same Idempotency-Key: {key}"


def events():
    """Every entry of a timeline was told of once, and every event was handled; its effect is looked at by itself."""
    untold = one(
        "SELECT count(*) FROM cases_progressentry e JOIN cases_case c ON c.id = e.case_id WHERE (SELECT count(*) FROM outbox_event o WHERE"
        " o.name = 'case.progressed' AND o.payload->>'reference' = c.reference AND (o.payload->>'sequence')::int = e.sequence) <> 1"
    )
    if untold:
        yield f"{untold} entries without their one event"
    for name, count in rows("SELECT name, count(*) FROM outbox_event WHERE done_at IS NULL GROUP BY name"):
        yield f"lost: {count} events {name} were never handled"


def leases():
    """Nothing is held by somebody who is gone."""
    held = one("SELECT count(*) FROM outbox_event WHERE leased_until IS NOT NULL")
    if held:
        yield f"{held} events are held by nobody"


def figures(world):
    """What handlers make of events is what one gets by counting."""
    from cases.models import Case, MonthlyFigure

    counted = sum(MonthlyFigure.objects.filter(unit=world.station, category=world.category).values_list("cases", flat=True))
    cases = Case.objects.filter(unit=world.station, category=world.category).count()
    if counted != cases:
        yield f"open data counts {counted} cases of {cases}"


def record():
    """Chains, tree, checkpoints and what was published agree, and with every row."""
    from foundation import clock
    from foundation.transparency import log
    from foundation.transparency.verification.whole import check_everything

    for found in check_everything(now=clock.now(), folder=log.folder()):
        if not isinstance(found, int):
            yield f"the record: {found}"


def database(hall):
    """PostgreSQL forgets its counters when it is killed, so what it said is read instead."""
    said = hall.log.read_text(errors="replace")
    deadlocks = len(re.findall("deadlock detected", said))
    if deadlocks:
        yield f"{deadlocks} deadlocks"
    if stuck := one(STUCK):
        yield f"{stuck} connections idle in transaction"
    for crash in sorted(set(re.findall(r"PANIC: .*", said))):
        yield f"PostgreSQL: {crash}"
