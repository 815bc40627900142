"""No small number of closed cases can be worked out, not even by somebody who knows the rules by which they are withheld."""

from collections import defaultdict
from itertools import product

import pytest

from cases.domain.small_counts import THRESHOLD, tell, tell_parts


def test_nought_and_three_are_told_and_what_lies_between_is_not():
    assert [tell(count) for count in range(5)] == [0, None, None, 3, 4]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((0, 5, 9), (0, 5, 9)),
        ((1, 5, 9), (None, None, 9)),
        ((1, 5, 5, 9), (None, None, None, 9)),
        ((1, 0, 5), (None, 0, None)),
        ((1, 2, 0), (None, None, None)),
    ],
)
def test_beside_a_small_part_the_smallest_other_is_withheld_too(parts, told):
    assert tell_parts(parts) == told


@pytest.mark.parametrize("count", [2, 3, 4])
def test_every_withheld_part_has_another_value_in_a_world_that_looks_the_same(count):
    worlds = defaultdict(list)
    for parts in product(range(8), repeat=count):
        if tell(sum(parts)) is not None:
            worlds[sum(parts), tell_parts(parts)].append(parts)

    for (_whole, told), alike in worlds.items():
        for place, part in enumerate(told):
            if part is None:
                assert len({parts[place] for parts in alike}) > 1


@pytest.mark.parametrize("count", [2, 3, 4])
def test_what_is_withheld_never_adds_up_to_a_small_number(count):
    for parts in product(range(8), repeat=count):
        if tell(sum(parts)) is None:
            continue
        withheld = sum(part for part, told in zip(parts, tell_parts(parts), strict=True) if told is None)
        assert withheld == 0 or withheld >= THRESHOLD
