"""A proof is a file that a stranger can check; anything else is refused with a reason."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.merkle import inclusion_proof
from foundation.transparency.notes import Signer
from foundation.transparency.proofs import NotGenuine, Proof, check_proof
from foundation.transparency.records import FIRST, BadRecord, Record
from foundation.transparency.tiles import GrowingTree, Tile, TiledTree, bundle, split_bundle, tiles_between

SIGNER = Signer(name="hall.example.gov/log", seed=bytes(range(32)))
KEYS = [SIGNER.verifier]


def chain(count):
    records, previous = [], FIRST
    for position in range(1, count + 1):
        record = Record(kind="case", bureau="310000", position=position, previous=previous, commitment=f"{position:064x}")
        records.append(record)
        previous = record.hash.hex()
    return records


def grown(records):
    tree = GrowingTree()
    tree.add([bytes(each) for each in records], [each.hash for each in records])
    return tree, tree.fresh | tree.partial()


def proof_for(records, index):
    tree, tiles = grown(records)
    checkpoint = Checkpoint(origin=SIGNER.name, size=len(records), root=tree.root()).signed(SIGNER)
    path = inclusion_proof(index, len(records), TiledTree(len(records), tiles.__getitem__).perfect)
    return Proof(extra=bytes(records[index]), index=index, path=tuple(path), checkpoint=checkpoint)


PROOF = proof_for(chain(300), 123)


def test_a_proof_says_what_was_written_where():
    found = check_proof(PROOF.text.encode(), KEYS)

    assert (found.record.bureau, found.record.position, found.index, found.checkpoint.size) == ("310000", 124, 123, 300)
    assert Proof.parse(PROOF.text.encode()) == PROOF


def test_a_proof_is_written_as_the_specification_says():
    first, extra, index, *rest = PROOF.text.split("\n")
    gap = rest.index("")

    assert first == "c2sp.org/tlog-proof@v1"
    assert base64.b64decode(extra.removeprefix("extra ")) == PROOF.extra
    assert index == "index 123"
    assert [base64.b64decode(line) for line in rest[:gap]] == list(PROOF.path)
    assert "\n".join(rest[gap + 1 :]).encode() == PROOF.checkpoint


def test_a_record_of_another_place_is_not_included():
    other = Proof(extra=bytes(chain(300)[5]), index=PROOF.index, path=PROOF.path, checkpoint=PROOF.checkpoint)
    with pytest.raises(NotGenuine) as refusal:
        check_proof(other.text.encode(), KEYS)
    assert refusal.value.code == "not_included"


def test_a_proof_of_another_hall_is_not_signed():
    with pytest.raises(NotGenuine) as refusal:
        check_proof(PROOF.text.encode(), [Signer(name=SIGNER.name, seed=bytes(32)).verifier])
    assert refusal.value.code == "not_signed"


@given(st.integers(0, len(PROOF.text.encode()) - 1), st.integers(1, 255))
def test_a_single_changed_byte_is_never_genuine(place, change):
    data = bytearray(PROOF.text.encode())
    data[place] ^= change
    with pytest.raises(NotGenuine):
        check_proof(bytes(data), KEYS)


@given(st.integers(0, len(PROOF.text.encode()) - 1))
def test_a_cut_proof_is_never_genuine(place):
    with pytest.raises(NotGenuine):
        check_proof(PROOF.text.encode()[:place], KEYS)


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_no_input_brings_the_checker_down(data):
    for hostile in (data, b"c2sp.org/tlog-proof@v1\n" + data, data + b"\n\n" + PROOF.checkpoint):
        with pytest.raises(NotGenuine):
            check_proof(hostile, KEYS)


@pytest.mark.parametrize(
    "line", ["index 0123", "index -1", "index 999999", "index 300", "index 1e2", "Index 123", "index  123", "index ١٢٣"]
)
def test_an_index_is_written_in_one_way(line):
    with pytest.raises(NotGenuine):
        check_proof(PROOF.text.replace("index 123", line).encode(), KEYS)


def test_a_huge_input_is_refused_unread():
    with pytest.raises(NotGenuine, match="too large"):
        check_proof(PROOF.text.encode() + b"x" * 100_000, KEYS)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"v1", b"v2"), (b"case", b"Case"), (b"310000", b"31000"), (b"\n7\n", b"\n07\n"), (b"\n7\n", b"\n0\n"), (FIRST[:4].encode(), b"000G")],
)
def test_a_record_is_written_in_one_way(old, new):
    record = bytes(Record(kind="case", bureau="310000", position=7, previous=FIRST, commitment="ab" * 32))
    assert Record.parse(record).position == 7
    with pytest.raises(BadRecord):
        Record.parse(record.replace(old, new, 1))
    with pytest.raises(BadRecord):
        Record.parse(record + b"\n")


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(level=0, index=1234067), "tile/0/x001/x234/067"),
        (Tile(level=1, index=0, width=17), "tile/1/000.p/17"),
        (Tile(level=None, index=273, width=112), "tile/entries/273.p/112"),
        (Tile(level=63, index=1000), "tile/63/x001/000"),
    ],
)
def test_tiles_stand_where_the_specification_says(tile, path):
    assert tile.path == path
    assert Tile.parse(path.removeprefix("tile/")) == tile


@pytest.mark.parametrize(
    "place",
    [
        "64/000",
        "00/000",
        "0/0",
        "0/1000",
        "0/x000/000",
        "0/x001/x000/0000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/05",
        "0/001/000",
        "0/../0",
        "entries/000.p/",
        "x/000",
        "0/x001",
        "0/٠٠٠",
        "",
        "0/000/",
        "0/" + "x999/" * 20 + "999",
    ],
)
def test_a_path_is_written_in_one_way(place):
    assert Tile.parse(place) is None


def test_a_tree_of_70000_entries_has_the_tiles_of_the_specifications_example():
    tiles = list(tiles_between(0, 70_000))

    assert len([tile for tile in tiles if tile.level == 0 and tile.width == 256]) == 273
    assert {tile.path for tile in tiles if tile.width < 256} == {
        "tile/0/273.p/112",
        "tile/entries/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    }
    assert {tile.path for tile in tiles_between(0, 256)} == {"tile/0/000", "tile/entries/000", "tile/1/000.p/1"}


@pytest.mark.parametrize("parts", [(1,), (255, 1, 1), (256, 256), (300, 1, 211), (1000,), (65_536, 10)])
def test_a_tree_that_grows_by_parts_is_the_tree_that_grew_at_once(parts):
    records = chain(sum(parts))
    at_once, tiles = grown(records)
    kept, size = {}, 0
    for part in parts:
        tree = GrowingTree.read(size, kept.__getitem__)
        fresh = records[size : size + part]
        tree.add([bytes(each) for each in fresh], [each.hash for each in fresh])
        new = tree.fresh | tree.partial()
        assert set(new) >= set(tiles_between(size, size + part))
        kept |= new
        size += part

    assert tree.root() == at_once.root()
    assert tiles.items() <= kept.items()


def test_a_bundle_gives_back_its_entries_and_a_cut_one_is_refused():
    entries = [b"", b"a", b"b" * 300]
    data = bundle(entries)

    assert split_bundle(data) == entries
    for end in (1, len(data) - 1, 3):
        with pytest.raises(ValueError, match="cut"):
            split_bundle(data[:end])
