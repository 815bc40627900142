"""What can go wrong, and a seeded plan of it."""

from __future__ import annotations

import time

from foundation.failpoints import PLACES

# Longer than the lease of an event: who wakes up then has lost what it held.
FROZEN = 33.0
STILL = 8.0
OUT_OF_MEMORY = 3.0
ASLEEP = 12.0
HANGING = 2.5


def _full(hall, random):
    """Valkey takes nothing more for a while, as it must be set up: evicting would break Celery's bindings."""
    client = hall.valkey()
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    time.sleep(OUT_OF_MEMORY)
    client.config_set("maxmemory", "0")


def _forget(hall, random):
    hall.valkey().flushall()


def _twice_and_shuffled(hall, random):
    """Every message that waits comes twice and in any order, and so do some that were dealt with long ago."""
    from foundation.outbox.tasks import relay, relay_together

    client = hall.valkey()
    for key in client.scan_iter("*", _type="LIST"):
        waiting = client.lrange(key, 0, -1)
        again = random.sample(waiting, len(waiting))
        if again:
            client.rpush(key, *again)
    known = [str(pk) for pk in hall.some_events(60)]
    for event_id in random.sample(known, len(known)):
        relay.delay(event_id=event_id)
    relay_together.delay(event_ids=random.sample(known, len(known)))


def _senders_stand_still(hall, random):
    """Whoever sends stops in the middle of a call and wakes up when others have sent what it held."""
    hall.freeze("senders", seconds=STILL)
    time.sleep(1)
    hall.sql("UPDATE notifications_delivery SET leased_until = clock_timestamp() WHERE state = 'sending'")


def _provider(mode, *, seconds=0.0, **more):
    """The provider of texts behaves in a way for some messages, or until it is told otherwise."""

    def fault(hall, random):
        hall.tell_provider(mode, **more)
        if seconds:
            time.sleep(seconds)
            hall.tell_provider("well")

    return fault


FAULTS = {
    "valkey is killed": lambda hall, random: hall.kill("valkey"),
    "valkey forgets everything": _forget,
    "valkey is full": _full,
    "valkey hangs": lambda hall, random: hall.freeze("valkey", seconds=HANGING),
    "the database is killed": lambda hall, random: hall.kill_parent("db"),
    "the web is killed": lambda hall, random: hall.kill("web"),
    "the web's parent is killed": lambda hall, random: hall.kill_parent("web"),
    "a web process is killed": lambda hall, random: hall.kill_child("web", random),
    "the worker with threads is killed": lambda hall, random: hall.kill("worker"),
    "the worker with processes is killed": lambda hall, random: hall.kill("processes"),
    "a worker's parent is killed": lambda hall, random: hall.kill_parent("processes"),
    "a worker's process is killed": lambda hall, random: hall.kill_child("processes", random),
    "a worker stands still beyond its lease": lambda hall, random: hall.freeze("worker", seconds=FROZEN),
    "the senders are killed": lambda hall, random: hall.kill("senders"),
    "the senders stand still beyond their lease": _senders_stand_still,
    "the printers are killed": lambda hall, random: hall.kill("papers"),
    "the providers are killed": lambda hall, random: hall.kill("outside"),
    "texts are taken and the answer is lost": _provider("reset", times=12),
    "texts fail": _provider("fail", times=12),
    "texts are slow": _provider("slow", seconds=3.0, times=8),
    "texts hang": _provider("hang", seconds=7.0),
    "reports of texts come twice": _provider("twice", times=20),
    "reports of texts come in any order": _provider("disorder", times=20),
    "reports of texts are forged": _provider("forge", times=10),
    "texts are taken and dropped": _provider("lie", times=5),
    "a clock is killed": lambda hall, random: hall.kill("beat"),
    "both clocks stand still": lambda hall, random: [hall.freeze(name, seconds=ASLEEP) for name in ("beat", "beat2")],
    "messages come twice and in any order": _twice_and_shuffled,
}
DEATHS = {f"somebody dies at {place}": place for place in PLACES}


def plan(random, count):
    """Return ``count`` names: each fault and each place once, as far as they go, then any of them; in any order."""
    every = [*DEATHS, *FAULTS]
    chosen = random.sample(every, min(count, len(every)))
    chosen += random.choices(every, k=count - len(chosen))
    random.shuffle(chosen)
    return chosen


class NotReached(Exception):
    """Nobody came by an armed place: a test that proves nothing."""


def bring_about(name, hall, random, *, patience=120.0):
    """Let it happen. For a place, wait until somebody has died there; raise :class:`NotReached` if nobody does."""
    if name in FAULTS:
        FAULTS[name](hall, random)
        return
    place = DEATHS[name]
    hall.arm(place)
    deadline = time.monotonic() + patience
    while hall.is_armed(place):
        if time.monotonic() > deadline:
            (hall.failpoints / place).unlink(missing_ok=True)
            raise NotReached(place)
        time.sleep(0.02)
