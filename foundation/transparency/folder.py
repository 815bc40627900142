"""The published log: a folder of files that anybody may copy and a plain web server could serve. The database cannot reach it.

``checkpoint`` is the newest signed checkpoint, ``tile/`` holds tiles and bundles, ``checkpoints/`` one file a day with every checkpoint
that was ever published, a line each. Files are written whole or not at all, and the checkpoint after everything that it speaks of.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from foundation.failpoints import failpoint
from foundation.transparency.tiles import WIDTH, Tile

# How every line in the list of checkpoints begins.
_BEGINNING = b'{"at": "'
_WIDTH = re.compile(r"[1-9][0-9]{0,2}")
# Beyond so many files one call that brings everything to the disk is faster than one for each.
_MANY = 64
_libc = ctypes.CDLL(None, use_errno=True)


class Folder:
    """The files of one log."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one who publishes here; a process that was killed holds nothing."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def checkpoint(self) -> bytes | None:
        """Return the newest checkpoint, or ``None`` when nothing was published."""
        try:
            return (self.path / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None

    def tile(self, tile: Tile) -> bytes | None:
        """Return a tile or bundle of the right shape. A partial one is also cut from a wider one; ``None`` when there is neither."""
        for candidate in self._wider(tile):
            try:
                data = (self.path / candidate.path).read_bytes()
            except OSError:
                continue
            if candidate.is_shape_of(data):
                return data if candidate == tile else tile.cut_from(data)
        return None

    def _wider(self, tile: Tile) -> Iterator[Tile]:
        yield tile
        if tile.width == WIDTH:
            return
        full = Tile(level=tile.level, index=tile.index)
        yield full
        with suppress(OSError):
            names = [each.name for each in (self.path / f"{full.path}.p").iterdir()]
            widths = sorted(int(name) for name in names if _WIDTH.fullmatch(name))
            yield from (Tile(level=tile.level, index=tile.index, width=width) for width in widths if tile.width < width < WIDTH)

    def write(self, tiles: Mapping[Tile, bytes]) -> None:
        """Write tiles and bundles, down to the disk; partial ones that a full one replaces are removed."""
        for tile, data in tiles.items():
            self._write(self.path / tile.path, data, is_synced=len(tiles) <= _MANY)
        if len(tiles) > _MANY:
            self._sync()
        for tile in tiles:
            if tile.width == WIDTH:
                shutil.rmtree(self.path / f"{tile.path}.p", ignore_errors=True)

    def publish(self, note: bytes, *, at: datetime) -> None:
        """Add a checkpoint to the list of the day and make it the newest."""
        line = json.dumps({"at": at.astimezone(UTC).isoformat(), "note": note.decode()}, ensure_ascii=False) + "\n"
        path = self.path / "checkpoints" / f"{at.astimezone(UTC):%Y-%m-%d}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            # Killed after this line and before the next step, the publisher comes back with the same checkpoint.
            file.seek(max(file.tell() - 2 * len(line.encode()), 0))
            before = file.read()
            if not before.endswith(line.encode()):
                file.write(("" if not before or before.endswith(b"\n") else "\n").encode() + line.encode())
                file.flush()
                os.fsync(file.fileno())
        failpoint("log.listed")
        self._write(self.path / "checkpoint", note, is_synced=True)

    def published(self) -> Iterator[bytes]:
        """Yield every checkpoint that was ever published, the oldest first, and as it is each line that is none.

        A publisher that is killed while it writes a line leaves a part of it; the next one writes the same line whole behind it.
        """
        for path in sorted((self.path / "checkpoints").glob("*.jsonl")):
            part = b""
            for line in _lines(path):
                note = _note_in(line)
                if part and not (note and line.startswith(part)):
                    yield part
                part = b"" if note else line.removesuffix(b"\n")
                if note:
                    yield note
            if part and not _is_beginning(part):
                yield part

    def _sync(self) -> None:
        """Bring everything of this file system to the disk, and no other's."""
        place = os.open(self.path, os.O_RDONLY)
        try:
            if _libc.syncfs(place):
                raise OSError(ctypes.get_errno(), "the published files cannot be brought to the disk", str(self.path))
        finally:
            os.close(place)

    @staticmethod
    def _write(path: Path, data: bytes, *, is_synced: bool) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            file = draft.open("wb")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = draft.open("wb")
        with file:
            file.write(data)
            if is_synced:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file; of one that cannot be read, its name, which is no checkpoint."""
    try:
        with path.open("rb") as lines:
            yield from lines
    except OSError:
        yield path.name.encode() + b"\n"


def _note_in(line: bytes) -> bytes | None:
    """Return the checkpoint that a line holds, or ``None``."""
    try:
        return bytes(json.loads(line)["note"].encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_beginning(part: bytes) -> bool:
    """Whether the last line of a file could be one that is being written or was cut: it begins as every line does."""
    return part.startswith(_BEGINNING[: len(part)]) and not part.endswith(b"}")
