"""The owner of the database changes the record: eight kinds of tampering at a hundred places each, and all eight hundred are found.

Seven are found by the verifier with the database alone. The eighth rewrites rows, commitments, chains, tree and checkpoints, consistently
and signed with the hall's own key: only a checkpoint that was kept elsewhere tells, and the verifier that forgets to ask it finds nothing.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import zeal
from django.conf import settings as the_settings
from django.db import connection, transaction
from django.test import override_settings

from cases.models import Case, Category, ProgressEntry
from foundation.audit.models import AuditEntry
from foundation.database.roles import owner
from foundation.organisations.models import Organisation
from foundation.progress.chain import GENESIS
from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.folder import Folder
from foundation.transparency.log import signer
from foundation.transparency.merkle import leaf_hash, node_hash, root
from foundation.transparency.models import Leaf, SealedCheckpoint
from foundation.transparency.operations.publish import publish
from foundation.transparency.operations.seal import seal
from foundation.transparency.records import FIRST, written
from foundation.transparency.sources import sources
from foundation.transparency.verification import walk
from foundation.transparency.verification.rows import Part, check_source
from foundation.transparency.verification.whole import check_everything, check_tree
from tests.foundation.transparency.timelines import STEPS, write_deeds, write_timelines

pytestmark = pytest.mark.django_db
ENTRIES, DEEDS, PLACES = 2400, 600, 100
LEAVES, SEALS = ENTRIES + DEEDS, 6
COLUMNS = [field for field in ProgressEntry._meta.concrete_fields if not field.primary_key]
BUREAUS = ("310000", "440300", "982601", "110000")


NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """A log of three thousand rows of four bureaus with several checkpoints, sealed once for all tests of this file."""
    folder = tmp_path_factory.mktemp("log")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(LOG_FOLDER=folder):
        units = [
            Organisation.objects.create(code=f"{code}000000", kind="bureau", bureau_code=code, name_zh="市局", name_en="Bureau")
            for code in BUREAUS
        ]
        theft = Category.objects.create(code="test-theft", kind="criminal", name_en="Theft", name_zh="盗窃")
        for _again in range(SEALS):
            write_timelines(units=units, category=theft, entries=ENTRIES // SEALS, now=NOW)
            write_deeds(count=DEEDS // SEALS, now=NOW, bureaus=BUREAUS)
            seal(now=NOW)
        publish()
        assert Leaf.objects.count() == LEAVES
        assert SealedCheckpoint.objects.count() == SEALS
        yield SimpleNamespace(now=NOW, folder=Folder(folder), kept=Folder(folder).checkpoint())
        transaction.set_rollback(True)


@pytest.fixture
def sealed(city):
    """The same, with the same chances for each test."""
    return SimpleNamespace(**vars(city), chance=random.Random(20260302))


@contextmanager
def tampering():
    """Be a superuser whom no trigger stops; everything is as before at the end."""
    with transaction.atomic(), zeal.zeal_ignore():
        with owner(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
        transaction.set_rollback(True)


def found(sealed, source, part):
    return [str(each) for each in check_source(sources()[source], now=sealed.now, part=part) if not isinstance(each, int)]


def consistently(case_id, change):
    """Change a timeline and seal it anew as the hall would have: every hash, the matter's length and its head."""
    case = Case.objects.get(pk=case_id)
    entries = change(list(case.entries.order_by("sequence")))
    ProgressEntry.objects.filter(case=case).delete()
    case.progress_head = GENESIS
    for number, entry in enumerate(entries, start=1):
        entry.sequence = number
        case.progress_head = entry.seal(matter_reference=case.reference, previous=bytes(case.progress_head))
    case.progress_length = len(entries)
    ProgressEntry.objects.bulk_create(entries)
    case.save()


def copy_of(entry):
    return ProgressEntry(
        **{each.attname: getattr(entry, each.attname) for each in ProgressEntry._meta.concrete_fields if not each.primary_key}
    )


def in_timeline(kind, cursor, case_id, place, chance):
    """Tamper with the entry number ``place`` of a case, half of the time so that the timeline alone shows nothing."""
    other = place % STEPS + 1
    if kind == "insert" or (kind != "update hash" and chance.random() < 0.5):
        consistently(case_id, lambda entries: CAREFULLY[kind](entries, place, other))
    elif kind == "swap":
        for old, new in ((place, 99), (other, place), (99, other)):
            cursor.execute("UPDATE cases_progressentry SET sequence = %s WHERE case_id = %s AND sequence = %s", [new, case_id, old])
    else:
        cursor.execute(PLAINLY[kind], [case_id, place])


def changed(entries, place, **values):
    for name, value in values.items():
        setattr(entries[place - 1], name, value)
    return entries


CAREFULLY = {
    "update body": lambda entries, place, _other: changed(entries, place, detail="没有发生。"),
    "delete middle": lambda entries, place, _other: entries[: place - 1] + entries[place:],
    "delete tail": lambda entries, place, _other: entries[:place],
    "insert": lambda entries, place, _other: [*entries[:place], copy_of(entries[place - 1]), *entries[place:]],
    "swap": lambda entries, place, other: swapped(entries, place - 1, other - 1),
    "change time": lambda entries, place, _other: changed(entries, place, at=entries[place - 1].at - timedelta(days=1)),
}
PLAINLY = {
    "update body": "UPDATE cases_progressentry SET detail = 'Nothing.' WHERE case_id = %s AND sequence = %s",
    "update hash": "UPDATE cases_progressentry SET hash = sha256(hash) WHERE case_id = %s AND sequence = %s",
    "delete middle": "DELETE FROM cases_progressentry WHERE case_id = %s AND sequence = %s",
    "delete tail": "DELETE FROM cases_progressentry WHERE case_id = %s AND sequence > %s",
    "change time": "UPDATE cases_progressentry SET recorded_at = recorded_at - interval '1 day' WHERE case_id = %s AND sequence = %s",
}


def swapped(entries, one, other):
    entries[one], entries[other] = entries[other], entries[one]
    return entries


DEED_TAMPERINGS = {
    "update body": 'UPDATE audit_auditentry SET changes = \'{"a": [1, "二"]}\' WHERE id = %s',
    "update hash": "UPDATE audit_auditentry SET seal_salt = gen_random_uuid() WHERE id = %s",
    "delete middle": "DELETE FROM audit_auditentry WHERE id = %s",
    "delete tail": "DELETE FROM audit_auditentry WHERE id >= %s",
    "insert": """
        INSERT INTO audit_auditentry (at, actor_kind, actor_reference, action, capability, subject_kind, subject_reference, bureau_code,
            changes, mandate, channel, address, trace_id)
        SELECT at, actor_kind, actor_reference, 'slipped in', capability, subject_kind, subject_reference, bureau_code,
            changes, mandate, channel, address, trace_id FROM audit_auditentry WHERE id = %s
    """,
    "swap": """
        UPDATE audit_auditentry deed SET action = other.action, seal_salt = other.seal_salt FROM audit_auditentry other
        WHERE (deed.id, other.id) IN ((%(id)s, %(id)s + 1), (%(id)s + 1, %(id)s))
    """,
    "change time": "UPDATE audit_auditentry SET at = at - interval '1 second' WHERE id = %s",
}


@pytest.mark.parametrize("kind", DEED_TAMPERINGS)
def test_seven_kinds_of_tampering_are_found_at_each_of_a_hundred_places(kind, sealed):
    cases = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    rows = dict(ProgressEntry.objects.filter(sequence=1).values_list("case_id", "pk"))
    deeds = list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))
    missed = []
    for number in range(PLACES):
        with tampering() as cursor:
            if number % 4 == 0:
                deed = sealed.chance.choice(deeds[1:-1])
                cursor.execute(DEED_TAMPERINGS[kind], {"id": deed} if "%(id)" in DEED_TAMPERINGS[kind] else [deed])
                place, told = deed, found(sealed, "deed", Part(rows=range(deed - 2, deeds[-1] + 1000 if kind == "insert" else deed + 3)))
            else:
                case_id, step = sealed.chance.choice(cases), sealed.chance.randint(1, STEPS - 1)
                in_timeline(kind, cursor, case_id, step, sealed.chance)
                first = rows[case_id]
                part = Part(rows=range(first, first + STEPS), matters=range(case_id, case_id + 1))
                place, told = (case_id, step), found(sealed, "case", part)
            if not told:
                missed.append(place)

    assert missed == []


def rewrite(cursor, leaves, index):
    """Change the row of a leaf and everything that tells of it, signed anew with the hall's own key."""
    entry = ProgressEntry.objects.get(pk=leaves[index].row_id)

    def edited(entries):
        next(each for each in entries if each.pk == entry.pk).detail = "Rewritten."
        return entries

    consistently(entry.case_id, edited)
    after = {pk: bytes(digest).hex() for pk, digest in ProgressEntry.objects.filter(case=entry.case_id).values_list("pk", "hash")}
    heads, changed, hashes = {}, [], []
    for leaf in leaves:
        previous = heads.get(leaf.bureau, FIRST)
        commitment = after.get(leaf.row_id, leaf.commitment) if leaf.kind == "case" else leaf.commitment
        digest = leaf.hash
        if (commitment, previous) != (leaf.commitment, leaf.previous):
            changed.append((leaf.index, previous, commitment))
            digest = leaf_hash(written(leaf.kind, leaf.bureau, leaf.position, previous, commitment))
        hashes.append(digest)
        heads[leaf.bureau] = digest.hex()
    cursor.execute(
        "UPDATE transparency_leaf leaf SET previous = decode(new.previous, 'hex'), commitment = decode(new.commitment, 'hex') "
        "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (index, previous, commitment) WHERE leaf.index = new.index",
        [list(column) for column in zip(*changed, strict=True)],
    )
    sign_anew(hashes)


def sign_anew(hashes):
    """Give every checkpoint the root that these leaves have, signed by the hall."""

    levels = [hashes]
    while len(levels[-1]) > 1:
        pairs = iter(levels[-1])
        levels.append([node_hash(left, right) for left, right in zip(pairs, pairs, strict=False)])
    key = signer(the_settings.LOG_ORIGIN)
    for size in list(SealedCheckpoint.objects.values_list("pk", flat=True)):
        tree = root(size, lambda height, place: levels[height][place])
        note = Checkpoint(origin=key.name, size=size, root=tree).signed(key)
        SealedCheckpoint.objects.filter(pk=size).update(root=tree, note=note.decode())


@pytest.fixture
def leaves(sealed):
    """The leaves as plain values, in order."""
    return [
        SimpleNamespace(index=leaf.index, row_id=leaf.row_id, **vars(leaf.record), hash=leaf.record.hash)
        for leaf in Leaf.objects.order_by("index")
    ]


def test_who_rewrites_everything_contradicts_a_checkpoint_kept_outside_at_each_of_a_hundred_places(sealed, leaves):
    indexes = [leaf.index for leaf in leaves if leaf.kind == "case"]
    missed = []
    for number in range(PLACES):
        index = sealed.chance.choice(indexes)
        with tampering() as cursor:
            rewrite(cursor, leaves, index)
            if not [str(each) for each in check_tree(outside=[sealed.kept])]:
                missed.append(index)
            if number < 2:
                # The broken variant: a verifier that asks nobody outside believes every word of it.
                assert [each for each in check_everything(now=sealed.now, folder=None) if not isinstance(each, int)] == []

    assert missed == []


def test_a_verifier_that_does_not_walk_the_chain_misses_a_record_of_another_chain(sealed, monkeypatch):
    """The chain is what tells a bureau's log by itself: with tree and checkpoints made anew, a broken link is found by it alone."""
    with tampering() as cursor:
        cursor.execute("UPDATE transparency_leaf SET previous = sha256(previous) WHERE index = %s", [LEAVES - 1])
        hashes = [leaf.record.hash for leaf in Leaf.objects.order_by("index")]
        sign_anew(hashes)

        assert [each.where for each in check_tree(outside=[])] == [f"leaf {LEAVES - 1}"]
        monkeypatch.setattr(walk.Walk, "_follows", lambda self, *parts: True)
        assert list(check_tree(outside=[])) == []


LOG_TAMPERINGS = {
    "a leaf deleted in the middle": "DELETE FROM transparency_leaf WHERE index = 1500",
    "leaves deleted at the end": "DELETE FROM transparency_leaf WHERE index > 2990",
    "a leaf changed": "UPDATE transparency_leaf SET commitment = sha256(commitment) WHERE index = 77",
    "leaves swapped": """
        UPDATE transparency_leaf SET index = 20000 WHERE index = 10;
        UPDATE transparency_leaf SET index = 10 WHERE index = 11;
        UPDATE transparency_leaf SET index = 11 WHERE index = 20000
    """,
    "a leaf added": "INSERT INTO transparency_leaf SELECT index + 1, kind, 999999, bureau_code, position + 1, previous, sha256(commitment) "
    "FROM transparency_leaf WHERE index = 2999",
    "a checkpoint forged": "UPDATE transparency_sealedcheckpoint SET note = replace(note, 'A', 'B')",
    "the newest checkpoint made unreadable": "UPDATE transparency_sealedcheckpoint SET note = 'nothing' WHERE size > 2990",
    "the newest checkpoint's root made no hash": """
        UPDATE transparency_sealedcheckpoint SET note = replace(note, '=', 'B=') WHERE size > 2990
    """,
    "every checkpoint made unreadable": "UPDATE transparency_sealedcheckpoint SET note = 'nothing'",
    "a root changed": "UPDATE transparency_sealedcheckpoint SET root = sha256(root)",
    "checkpoints deleted": "DELETE FROM transparency_sealedcheckpoint WHERE size > 1500",
    "a kind renamed": "UPDATE transparency_leaf SET kind = 'other' WHERE index = 3",
}


@pytest.mark.parametrize("kind", LOG_TAMPERINGS)
def test_the_log_itself_cannot_be_changed_either(kind, sealed):
    with tampering() as cursor:
        cursor.execute(LOG_TAMPERINGS[kind])
        told = [each for each in check_everything(now=sealed.now, folder=None) if not isinstance(each, int)]
    assert told


def test_an_untouched_log_has_no_findings(sealed):
    told = list(check_everything(now=sealed.now, folder=sealed.folder, kept=[sealed.kept]))

    assert [str(each) for each in told if not isinstance(each, int)] == []
    assert sum(told) == ENTRIES + DEEDS
