"""Who PostgreSQL runs as. It refuses to run as root, and a fresh machine may have nobody else.

Root first tries a user namespace: nothing is created or changed on the machine, and files stay root's. Where
namespaces are forbidden (many containers), the process becomes ``nobody`` and the data folder is handed over;
it keeps the one capability to pass folders that are closed to others, such as ``/root``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.supervisor.problems import Problem


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How to start an unprivileged program, and which user and group its files belong to on disk."""

    prefix: tuple[str, ...] = ()
    uid: int
    gid: int

    @property
    def is_handed_over(self) -> bool:
        """Whether files must be given to another user first."""
        return self.uid != os.geteuid()

    def take_over(self, folder: Path) -> None:
        """Give a folder with all it holds to this identity; it may have been made under another one."""
        if folder.stat().st_uid == self.uid:
            return
        for place, _, files in os.walk(folder, topdown=False):
            for name in files:
                os.chown(Path(place) / name, self.uid, self.gid, follow_symlinks=False)
            os.chown(place, self.uid, self.gid)


def find_identity(probe: Path) -> Identity:
    """Return the first identity that can run ``probe --version``; raise :class:`Problem` when none can."""
    for identity in _candidates():
        try:
            done = subprocess.run([*identity.prefix, str(probe), "--version"], capture_output=True, timeout=20, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return identity
    raise Problem(
        f"PostgreSQL may not run as root, and no other user of this machine may run {probe}.",
        mend="Run as an ordinary user, or allow user namespaces, or set DATABASE_URL.",
    )


def _candidates() -> Iterator[Identity]:
    if os.geteuid() != 0:
        yield Identity(uid=os.geteuid(), gid=os.getegid())
        return
    nobody = _nobody()
    # initdb looks its user up, so the mapped id has to be one that this machine knows.
    namespace = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", "--")
    if shutil.which("unshare"):
        yield Identity(prefix=namespace, uid=0, gid=0)
    if shutil.which("setpriv"):
        become = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--pdeathsig=INT")
        one = "-all,+dac_override"
        # Without the last bit access(2) answers as if the capability were not there, and initdb asks it.
        keep = (f"--inh-caps={one}", f"--ambient-caps={one}", f"--bounding-set={one}", "--securebits=+no_setuid_fixup")
        yield Identity(prefix=(*become, *keep, "--"), uid=nobody.pw_uid, gid=nobody.pw_gid)
        yield Identity(prefix=(*become, "--"), uid=nobody.pw_uid, gid=nobody.pw_gid)


def _nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
        if not others:
            raise Problem("PostgreSQL may not run as root and this machine has no other user.", mend="Add one: useradd hall") from None
        return others[-1]
