"""What was accepted, in a file that is only appended to and is on the disk before anybody is answered."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Ledger:
    """One JSON object a line. Without a path it keeps nothing beyond the process."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else None
        self._end_torn_line()

    def write(self, kind: str, *, channel: str, reference: str, message_id: str, fingerprint: str) -> None:
        """Append a line and wait until the disk has it."""
        entry = {"kind": kind, "channel": channel, "reference": reference, "message_id": message_id, "fingerprint": fingerprint}
        line = json.dumps({**entry, "at": datetime.now(UTC).isoformat()}).encode() + b"\n"
        if self._file is None:
            return
        with self._lock:
            os.write(self._file, line)
            os.fsync(self._file)

    def accepted(self) -> Iterator[dict[str, Any]]:
        """Yield what was accepted before this process; a line that a kill tore is no line: nobody was answered."""
        if self._path is None:
            return
        for line in self._path.read_bytes().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry["kind"] == "accepted":
                yield entry

    def _end_torn_line(self) -> None:
        if self._path and self._file is not None and (text := self._path.read_bytes()) and not text.endswith(b"\n"):
            os.write(self._file, b"\n")
