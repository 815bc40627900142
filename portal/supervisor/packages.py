"""The virtual environment and its locked packages. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from portal.supervisor.problems import Problem
from portal.supervisor.progress import run_long, say

LOCKED = "requirements.txt"
MEND = "Check the network and the proxy settings (PIP_INDEX_URL, HTTPS_PROXY), then start again: what is done is kept."


def python_of(root: Path) -> Path:
    """Return the path of the virtual environment's Python."""
    return root / ".venv" / "bin" / "python"


def is_installed(root: Path, locked: str = LOCKED) -> bool:
    """Say whether the environment works and holds exactly what the file locks."""
    stamp = _stamp(root, locked)
    return stamp.exists() and stamp.read_text() == _digest(root / locked) and _works(root)


def install(root: Path, locked: str = LOCKED) -> None:
    """Make the environment where needed and install every package by its hash."""
    if not _works(root):
        _make_environment(root)
    count = (root / locked).read_text().count("==")
    title = f"Installing {count} Python packages" if count > 1 else f"Installing the package of {locked}"
    install_by_hash = ["install", "--require-hashes", "--no-deps", "-r", str(root / locked)]
    if not _with_uv(root, install_by_hash):
        pip: list[str | Path] = [python_of(root), "-m", "pip", "--disable-pip-version-check", *install_by_hash, "--progress-bar", "off"]
        run_long(pip, title=title, mend=MEND, environment={**os.environ, "PIP_USER": "0"})
    _stamp(root, locked).write_text(_digest(root / locked))


def _stamp(root: Path, locked: str) -> Path:
    return root / ".venv" / f"{locked}.installed"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _works(root: Path) -> bool:
    """Say whether the environment's Python starts: it may have been upgraded or removed since."""
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python_of(root), "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make_environment(root: Path) -> None:
    uv = _uv()
    if (
        uv
        and subprocess.run(
            [uv, "venv", "--clear", "--seed", "--python", sys.executable, root / ".venv"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise Problem(
            f"Python {sys.version_info.major}.{sys.version_info.minor} came without its venv module.",
            mend="Install it (Debian, Ubuntu: apt install python3-venv), then start again.",
        )
    run_long([sys.executable, "-m", "venv", "--clear", root / ".venv"], title="Making a virtual environment in .venv", mend=MEND)


def _uv() -> str | None:
    path = shutil.which("uv")
    works = path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    return path if works else None


def _with_uv(root: Path, arguments: list[str]) -> bool:
    """Install with uv where there is one. It reads other settings than pip, so its failure is not the end."""
    uv = _uv()
    if uv is None:
        return False
    try:
        run_long(
            [uv, "pip", arguments[0], "--python", python_of(root), *arguments[1:]], title="Installing Python packages with uv", mend=MEND
        )
    except Problem:
        say("  uv could not; trying pip")
        return False
    return True
