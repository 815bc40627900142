"""The Merkle tree of RFC 6962, section 2.1 (RFC 9162 keeps it): hashes, proofs, and checking them. Pure arithmetic.

A tree is asked for its perfect subtrees only: ``perfect(height, index)`` is the hash over the ``2**height`` leaves from
``index * 2**height`` on. Whoever can answer that, from a list or from tiles, can prove anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
# 2**63 leaves are more than anybody writes; a longer proof is none.
LONGEST_PROOF = 63

Perfect = Callable[[int, int], bytes]


class BadProof(Exception):
    """The hashes do not lead from what is claimed to the root."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf: ``SHA-256(0x00 || entry)``."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node: ``SHA-256(0x01 || left || right)``."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_up(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a perfect subtree over a power of two of hashes."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def peaks(size: int) -> list[tuple[int, int]]:
    """Return the perfect subtrees that a tree of ``size`` leaves falls into, left to right, as ``(height, index)``."""
    found, start = [], 0
    for height in range(size.bit_length() - 1, -1, -1):
        if size >> height & 1:
            found.append((height, start >> height))
            start += 1 << height
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of a tree's peaks, given left to right; without any, that of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root(size: int, perfect: Perfect) -> bytes:
    """Return the root of the tree of the first ``size`` leaves."""
    return fold([perfect(height, index) for height, index in peaks(size)])


def subtree(start: int, end: int, perfect: Perfect) -> bytes:
    """Return ``MTH(D[start:end])``, where ``start`` is where such a subtree can begin."""
    parts = []
    for height, index in peaks(end - start):
        parts.append(perfect(height, (start >> height) + index))
    return fold(parts)


def inclusion_proof(index: int, size: int, perfect: Perfect) -> list[bytes]:
    """Return ``PATH(index, D[size])``, from the leaf's sibling up; raise ``ValueError`` for a leaf that the tree does not have."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree(middle, end, perfect))
            end = middle
        else:
            path.append(subtree(start, middle, perfect))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, perfect: Perfect) -> list[bytes]:
    """Return ``PROOF(old, D[new])``: empty for an empty or an equal old tree; raise ``ValueError`` for an old tree that is larger."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves cannot go on from {old}")
    path: list[bytes] = []
    start, end, is_whole = 0, new, True
    if old in (0, new):
        return path
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(subtree(middle, end, perfect))
            end = middle
        else:
            path.append(subtree(start, middle, perfect))
            start, is_whole = middle, False
    if not is_whole:
        path.append(subtree(start, end, perfect))
    return path[::-1]


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def root_from_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root that a proof leads to (RFC 9162, section 2.1.3.2); raise :class:`BadProof` where it leads nowhere."""
    if not 0 <= index < size:
        raise BadProof("the tree has no such leaf")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return found


def check_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise :class:`BadProof` unless the leaf stands at ``index`` of the tree with that size and root."""
    if root_from_inclusion(leaf=leaf, index=index, size=size, proof=proof) != root:
        raise BadProof("the proof does not lead to the root")


def check_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise :class:`BadProof` unless the new tree continues the old one (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old <= new:
        raise BadProof("the new tree is smaller")
    if old in (0, new):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof("two trees of one size, or a proof from nothing, need no hashes and the same root")
        return
    if _roots_from_consistency(old, new, [old_root, *proof] if old & (old - 1) == 0 else proof) != (old_root, new_root):
        raise BadProof("the new tree does not continue the old one")


def _roots_from_consistency(old: int, new: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return both roots that a proof leads to; the first hash is that of the largest subtree that both trees share."""
    if not hashes:
        raise BadProof("the proof is too short")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return found_old, found_new
