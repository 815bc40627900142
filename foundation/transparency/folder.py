"""The published log: a folder of files that anybody may copy and a plain web server could serve. The database cannot reach it.

``checkpoint`` is the newest signed checkpoint, ``tile/`` holds tiles and bundles, ``checkpoints/`` one file a day with every checkpoint
that was ever published, a line each. Files are written whole or not at all, and the checkpoint after everything that it speaks of.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from foundation.failpoints import failpoint
from foundation.transparency.merkle import HASH_BYTES
from foundation.transparency.tiles import WIDTH, Tile, bundle, split_bundle

# Beyond so many files one call that brings everything to the disk is faster than one for each.
_MANY = 64


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
        """Return a tile or bundle. A partial one is also cut from a wider one; ``None`` when there is neither."""
        for candidate in self._wider(tile):
            try:
                data = (self.path / candidate.path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            if candidate == tile:
                return data
            return data[: tile.width * HASH_BYTES] if tile.level is not None else bundle(split_bundle(data)[: tile.width])
        return None

    def _wider(self, tile: Tile) -> Iterator[Tile]:
        yield tile
        if tile.width == WIDTH:
            return
        full = Tile(level=tile.level, index=tile.index)
        yield full
        folder = self.path / f"{full.path}.p"
        names = [int(each.name) for each in folder.iterdir() if each.name.isdecimal()] if folder.is_dir() else []
        for width in sorted(names):
            if width > tile.width:
                yield Tile(level=tile.level, index=tile.index, width=width)

    def write(self, tiles: Mapping[Tile, bytes]) -> None:
        """Write tiles and bundles, down to the disk; partial ones that a full one replaces are removed."""
        for tile, data in tiles.items():
            self._write(self.path / tile.path, data, is_synced=len(tiles) <= _MANY)
        if len(tiles) > _MANY:
            os.sync()
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
        """Yield every checkpoint that was ever published, the oldest first; a line that was cut by a crash is passed over."""
        for path in sorted((self.path / "checkpoints").glob("*.jsonl")):
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    try:
                        yield json.loads(line)["note"].encode()
                    except (ValueError, KeyError, TypeError, AttributeError):
                        if line.endswith("}\n"):
                            raise

    @staticmethod
    def _write(path: Path, data: bytes, *, is_synced: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with draft.open("wb") as file:
            file.write(data)
            if is_synced:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
