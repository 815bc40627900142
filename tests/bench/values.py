"""What a value costs: sealing it, opening it, finding it by its index; and indexing rows anew while people search."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from uuid import uuid4

from django.conf import settings
from django.test import override_settings

from cases.models import Case, Party
from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.encryption.rotation import index_anew
from tests.bench.figures import Figure
from tests.bench.world import World

TIMES = 20_000
ROWS = 2_000
ID_NUMBER = "11010519491231002X"


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of values."""
    name, index = Party._meta.get_field("name"), Party._meta.get_field("id_number_index")
    if not isinstance(name, EncryptedTextField) or not isinstance(index, BlindIndexField):
        raise TypeError("parties are kept in another way by now")
    key = uuid4()
    sealed = name.seal("演示居民", key)
    yield Figure(name="encrypting a name, µs", value=_each(lambda: name.seal("演示居民", key)), at_most=50)
    yield Figure(name="decrypting a name, µs", value=_each(lambda: name.unseal(sealed, key)), at_most=50)
    yield Figure(name="blind index of an ID number, µs", value=_each(lambda: index.digest(ID_NUMBER)), at_most=100)
    yield from _reindexing(world, index)


def _each(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        do()
    return (time.perf_counter() - began) / TIMES * 1e6


def _reindexing(world: World, index: BlindIndexField) -> Iterator[Figure]:
    """Index parties with a new key, and look one up after each batch."""
    world.fill(world.station, 1)
    case = Case.objects.order_by("-pk")[0]
    numbers = [f"3101011990{number:08d}" for number in range(ROWS)]
    parties = (
        Party(case=case, role="reporter", name="演示", id_number=each, added_at=world.now, added_by="command:bench") for each in numbers
    )
    Party.objects.bulk_create(parties, batch_size=1000)
    searches, missed, done = [], 0, 0
    began = time.perf_counter()
    with override_settings(BLIND_INDEX_KEYS=(b"n" * 32, settings.INDEX_KEY)):
        for rows in index_anew(index):
            done += rows
            start = time.perf_counter()
            missed += sum(not Party.objects.filter(id_number_index__of=each).exists() for each in (numbers[0], numbers[-1]))  # type: ignore[misc]
            searches.append((time.perf_counter() - start) / 2)
    seconds = time.perf_counter() - began
    yield Figure(name="rows indexed with a new key, a second", value=done / seconds, at_least=200, detail=f"{done:,} rows, {seconds:.1f} s")
    yield Figure(name="searches that found nobody meanwhile", value=missed, at_most=0, detail=f"{max(searches) * 1000:.1f} ms the slowest")
