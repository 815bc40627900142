"""What must be true when the dust has settled. One line for each thing that is not; none if nothing was lost, doubled or left half done."""

from __future__ import annotations

import hashlib
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
        "deliveries": one(
            "SELECT count(*) FROM notifications_delivery WHERE state = 'sending'"
            " OR (state IN ('waiting', 'held') AND due_at <= clock_timestamp())"
        ),
        "papers": one("SELECT count(*) FROM documents_document WHERE state = 'due'"),
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
    for found in (notices(), deliveries(hall.ledger()), papers(told)):
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
    given = load.told.reports | load.told.papers
    for key in list(given)[:: max(len(given) // 40, 1)]:
        if load.repeat(key) != given[key][1]:
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
    sending = one("SELECT count(*) FROM notifications_delivery WHERE leased_until IS NOT NULL")
    if sending:
        yield f"{sending} deliveries are held by nobody"


def notices():
    """Whatever was to be told was written down for its reader, once."""
    untold = one(
        "SELECT count(*) FROM outbox_event o WHERE name = 'accounts.sign_in_changed'"
        " AND (SELECT count(*) FROM notifications_notice n WHERE n.occurrence = o.payload->>'reference') <> 1"
    )
    if untold:
        yield f"lost: {untold} events without their one notice"
    unsent = one(
        "SELECT count(*) FROM notifications_notice n WHERE NOT EXISTS (SELECT FROM notifications_delivery d WHERE d.notice_id = n.id)"
    )
    if unsent:
        yield f"lost: {unsent} notices that go no way"


def deliveries(ledger):
    """What the hall says was handed over is what the provider took, each once, whoever asked how often."""
    told = {each for (each,) in rows("SELECT id::text FROM notifications_delivery WHERE channel <> 'in-app' AND accepted_at IS NOT NULL")}
    # What is handed over again after a lost answer may have to wait: a number gets one text a minute. It is on its way.
    held = {each for (each,) in rows("SELECT id::text FROM notifications_delivery WHERE state = 'held' AND due_at > clock_timestamp()")}
    every = {each for (each,) in rows("SELECT id::text FROM notifications_delivery")}
    taken = Counter(entry["reference"] for entry in ledger if entry["kind"] == "accepted")
    yield from compare("delivery", told, (each for each in taken.elements() if each not in held))
    phantoms = {entry["reference"] for entry in ledger} - every
    if phantoms:
        yield f"the provider took {len(phantoms)} messages that nobody wrote, such as {next(iter(phantoms))}"
    stuck = rows(
        "SELECT state, reason, count(*) FROM notifications_delivery WHERE accepted_at IS NULL"
        " AND NOT (state = 'held' AND due_at > clock_timestamp())"
        # Told with the message that still waited, which is looked at by itself.
        " AND NOT (state = 'skipped' AND reason = 'told_together') GROUP BY 1, 2"
    )
    for state, reason, count in stuck:
        yield f"lost: {count} deliveries are {state} ({reason or 'no reason'})"


def papers(told):
    """Each paper that was asked for is there, whole, under a number of its own; no number is missing, and no file left over."""
    from foundation.documents import files
    from foundation.documents.models import Document, NumberSeries
    from foundation.documents.models.document import Edition

    issued = Document.objects.filter(created_by__startswith="officer:", supersedes=None).values_list("subject_reference", flat=True)
    known = {json.loads(answer)["reference"] for _body, answer in told.papers.values()}
    yield from compare("paper", known, (each for each in issued if each not in told.before))
    named = set()
    for edition in Edition.objects.select_related("document"):
        named.add(edition.file)
        if hashlib.sha256(files.load(edition.file)).digest() != bytes(edition.sha256):
            yield f"the file of {edition} is not what its row says"
    due = Document.objects.exclude(state=Document.State.SEALED).values_list("number", flat=True)
    if due:
        yield f"lost: {len(due)} papers that were never made, such as {due[0]}"
    for series in NumberSeries.objects.all():
        count = Document.objects.filter(kind=series.kind, bureau_code=series.bureau_code, issued_on__year=series.year).count()
        if count != series.last:
            yield f"{count} papers {series.kind} have numbers up to {series.last}"
    left_over = [name for name in _files(files.storage(), "") if name not in named]
    if left_over:
        yield f"{len(left_over)} files that no row names, such as {left_over[0]}"


def _files(storage, folder):
    folders, names = storage.listdir(folder)
    yield from (f"{folder}{name}" for name in names)
    for each in folders:
        yield from _files(storage, f"{folder}{each}/")


def figures(world):
    """What handlers make of events is what one gets by counting."""
    from cases.models import Case, MonthlyFigure

    for unit in world.stations:
        counted = sum(MonthlyFigure.objects.filter(unit=unit, category=world.category).values_list("cases", flat=True))
        cases = Case.objects.filter(unit=unit, category=world.category).count()
        if counted != cases:
            yield f"open data counts {counted} cases of {cases} at {unit.code}"


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
