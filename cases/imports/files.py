"""Finding the files of an archive: folders, single files, and ZIP files as they are downloaded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO


class Unreadable(Exception):
    """A file cannot be read at all; the message says why and, where there is a way, how to mend it."""


@dataclass(frozen=True, kw_only=True)
class ArchiveFile:
    """One file to read. ``size`` is in bytes, unpacked."""

    name: str
    size: int
    path: Path
    member: str = ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open it for reading; raise :class:`Unreadable`."""
        try:
            if not self.member:
                with self.path.open("rb") as stream:
                    yield stream
                return
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                yield stream
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise Unreadable(_why(error)) from error


def find_files(paths: Iterable[Path], *, suffix: str) -> tuple[list[ArchiveFile], list[tuple[str, str]]]:
    """Return the files behind the paths, and what cannot be read as pairs of name and problem.

    A folder gives every file below it that ends in ``suffix``, a ZIP file every such member, in the order of their names; a file
    named outright is taken whatever it is called. One file reached by two paths is taken once.
    """
    found: dict[tuple[Path, str], ArchiveFile] = {}
    problems: list[tuple[str, str]] = []
    for path in paths:
        try:
            for file in _files_of(path, suffix):
                found.setdefault((file.path.resolve(), file.member), file)
        except Unreadable as problem:
            problems.append((str(path), str(problem)))
        except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
            problems.append((str(path), _why(error)))
    return list(found.values()), problems


def _files_of(path: Path, suffix: str) -> list[ArchiveFile]:
    if path.is_dir():
        inside = sorted(each for each in path.rglob(f"*{suffix}") if each.is_file())
        if not inside:
            raise Unreadable(f"there is no file *{suffix} in this folder")
        return [ArchiveFile(name=str(each), size=each.stat().st_size, path=each) for each in inside]
    size = path.stat().st_size
    if path.suffix.lower() != ".zip":
        return [ArchiveFile(name=str(path), size=size, path=path)]
    with zipfile.ZipFile(path) as archive:
        members = sorted((each for each in archive.infolist() if each.filename.endswith(suffix)), key=lambda each: each.filename)
    if not members:
        raise Unreadable(f"there is no file *{suffix} in this ZIP file")
    return [ArchiveFile(name=f"{path}/{each.filename}", size=each.file_size, path=path, member=each.filename) for each in members]


def _why(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile | EOFError):
        return "this ZIP file is damaged or not complete; download it again"
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error)
