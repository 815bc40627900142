"""The tree is that of RFC 6962: its published vectors, and a slow second opinion written from the text of the RFC."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.transparency.merkle import (
    EMPTY_ROOT,
    BadProof,
    check_consistency,
    check_inclusion,
    consistency_proof,
    hash_up,
    inclusion_proof,
    leaf_hash,
    root,
)

# The leaves and roots of the reference tests of Certificate Transparency.
LEAVES = [
    bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def slow_root(leaves):
    """MTH of RFC 6962, section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


def slow_path(m, leaves):
    """PATH of RFC 6962, section 2.1.1, word by word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*slow_path(m, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(m - k, leaves[k:]), slow_root(leaves[:k])]


def slow_proof(m, leaves, b=True):
    """SUBPROOF of RFC 6962, section 2.1.2, word by word."""
    if m == len(leaves):
        return [] if b else [slow_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*slow_proof(m, leaves[:k], b), slow_root(leaves[k:])]
    return [*slow_proof(m - k, leaves[k:], False), slow_root(leaves[:k])]


def perfect_of(leaves):
    hashes = [leaf_hash(leaf) for leaf in leaves]
    return lambda height, index: hash_up(hashes[index << height : index + 1 << height])


def numbered(count):
    return [number.to_bytes(4) for number in range(count)]


def test_the_vectors_of_certificate_transparency_hold():
    assert root(0, perfect_of([])) == EMPTY_ROOT == hashlib.sha256().digest()
    for size, expected in enumerate(ROOTS, start=1):
        assert root(size, perfect_of(LEAVES)).hex() == expected


def test_the_inclusion_paths_of_certificate_transparency_hold():
    paths = {
        (0, 8): "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 "
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e "
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        (5, 8): "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b "
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 "
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    }
    for (index, size), path in paths.items():
        assert [each.hex() for each in inclusion_proof(index, size, perfect_of(LEAVES))] == path.split()


def test_proofs_of_every_size_up_to_300_are_those_of_a_slow_recomputation():
    leaves = numbered(300)
    for size in range(1, 301):
        perfect, part = perfect_of(leaves[:size]), leaves[:size]
        tree = slow_root(part)
        assert root(size, perfect) == tree
        for index in {0, size // 3, size // 2, size - 1}:
            path = inclusion_proof(index, size, perfect)
            assert path == slow_path(index, part)
            check_inclusion(leaf=leaf_hash(leaves[index]), index=index, size=size, proof=path, root=tree)


def test_each_of_300_trees_continues_each_before_it():
    leaves = numbered(300)
    roots = [slow_root(leaves[:size]) for size in range(301)]
    for new in (1, 2, 3, 7, 8, 64, 65, 130, 255, 256, 257, 300):
        perfect = perfect_of(leaves[:new])
        for old in range(new + 1):
            proof = consistency_proof(old, new, perfect)
            assert proof == (slow_proof(old, leaves[:new]) if old else [])
            check_consistency(old=old, old_root=roots[old], new=new, new_root=roots[new], proof=proof)


@given(st.data())
def test_a_proof_with_anything_changed_proves_nothing(data):
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    path, tree = inclusion_proof(index, size, perfect_of(leaves)), root(size, perfect_of(leaves))
    broken = data.draw(st.sampled_from(["leaf", "index", "cut", "longer", "hash", "swapped"]))
    leaf = leaf_hash(leaves[index])
    if broken == "leaf":
        leaf = leaf_hash(b"another")
    elif broken == "index":
        index = data.draw(st.integers(-1, size + 1).filter(lambda other: other != index))
    elif broken == "cut":
        path = path[:-1]
    elif broken == "longer":
        path = [*path, bytes(32)]
    elif broken == "hash":
        place = data.draw(st.integers(0, len(path) - 1))
        path[place] = bytes(32)
    else:
        path = [*path[1:], path[0]] if len(path) > 1 else [bytes(32)]
    with pytest.raises(BadProof):
        check_inclusion(leaf=leaf, index=index, size=size, proof=path, root=tree)


@given(st.data())
def test_a_rewritten_tree_never_continues_the_old_one(data):
    new = data.draw(st.integers(2, 200))
    old = data.draw(st.integers(1, new - 1))
    place = data.draw(st.integers(0, old - 1))
    leaves = numbered(new)
    rewritten = [*leaves[:place], b"other", *leaves[place + 1 :]]
    proof = consistency_proof(old, new, perfect_of(rewritten))
    with pytest.raises(BadProof):
        check_consistency(old=old, old_root=slow_root(leaves[:old]), new=new, new_root=slow_root(rewritten), proof=proof)


def test_a_shorter_or_an_equal_tree_needs_the_same_root():
    for old, new, proof in ((3, 2, []), (2, 2, [bytes(32)]), (0, 2, [bytes(32)]), (1, 2, [])):
        with pytest.raises(BadProof):
            check_consistency(old=old, old_root=bytes(32), new=new, new_root=bytes(32), proof=proof)
