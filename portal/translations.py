"""The one catalogue of the hall: ``python -m portal.translations extract|compile|check``.

Needs Babel only, no gettext programs. Messages are English in the source; ``portal/locale/zh_Hans`` holds their Chinese. The
compiled file is made where it is needed and never committed.

``extract`` brings the catalogue up to date with the source, ``compile`` makes the file that Django reads, and ``check`` says what
keeps the Chinese pages from being whole: messages without an entry, entries empty, fuzzy or no longer used, placeholders that
differ, half-width punctuation in Chinese text.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as extract_messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
SOURCES = ("foundation", "cases", "licensing", "appointments", "portal")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Simplified Chinese of the Sunshine Police Hall. Brought up to date with: python -m portal.translations extract"
RESTLESS = re.compile(rb'"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Report-Msgid-Bugs-To|Language-Team): .*\\n"\n')
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]?\d*(?:\.\d+)?[a-zA-Z]|%[sd]|\{\w*\}")
HAN = "\u3400-\u9fff\uf900-\ufaff"
HALF_WIDTH = re.compile(rf"[{HAN}][,;:?!]|[{HAN}]\.(?!\w)|[,;:?!][{HAN}]|[{HAN}]\(|\)[{HAN}]")


def half_width_punctuation(text: str) -> list[str]:
    """Return the places where Latin punctuation touches a Chinese character: ``，。：；？！（）`` belong there (GB/T 15834)."""
    return HALF_WIDTH.findall(text)


def source_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every Python file and template below the project's own folders, in a fixed order."""
    for folder in SOURCES:
        found = [*(root / folder).rglob("*.py")]
        for suffix in ("html", "txt", "xml"):
            found += (root / folder).glob(f"**/templates/**/*.{suffix}")
        yield from sorted(path for path in found if "migrations" not in path.parts)


def find_messages(path: Path) -> Iterator[tuple[int, Any, str | None]]:
    """Yield ``(line, message or (singular, plural), context)`` for one file; Django turns a template into Python first."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
    stream = io.BytesIO(text.encode())
    for line, message, _comments, context in extract_messages("python", stream, keywords=KEYWORDS, options={"encoding": "utf-8"}):
        yield line, message, context


def from_source(root: Path = ROOT) -> Catalog:
    """Return what the source asks for: every message once, with the files that use it."""
    wanted = Catalog(domain="django", charset="utf-8")
    for path in source_files(root):
        for _line, message, context in find_messages(path):
            # Files without lines: a moved line is no change of the catalogue.
            wanted.add(message, locations=[(path.relative_to(root).as_posix(), 1)], context=context)
    return wanted


def from_file(path: Path = CATALOGUE) -> Catalog:
    """Return the catalogue as it stands; an empty one if there is none."""
    if not path.exists():
        return Catalog(locale="zh_Hans", domain="django", charset="utf-8", project="Sunshine Police Hall", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale="zh_Hans", domain="django", charset="utf-8")


def extract(path: Path = CATALOGUE, root: Path = ROOT) -> Catalog:
    """Bring the catalogue file up to date: new messages come in empty, those no longer used go, translations stay."""
    catalogue = from_file(path)
    catalogue.update(from_source(root), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.header_comment = HEADER
    catalogue.fuzzy = False
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    write_po(stream, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    # The day of extraction would make every run a change.
    path.write_bytes(RESTLESS.sub(b"", stream.getvalue()))
    return catalogue


def compile_catalogues(path: Path = CATALOGUE) -> bool:
    """Make the file that Django reads, unless it is newer than the catalogue; say whether it was made.

    Processes may call this at the same time: each writes a draft of its own and puts it in place whole.
    """
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    draft = compiled.with_suffix(f".{os.getpid()}.draft")
    with draft.open("wb") as stream:
        write_mo(stream, from_file(path))
    draft.replace(compiled)
    return True


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list | tuple) else (str(value or ""),)


def _name(message: Message) -> str:
    return repr(_texts(message.id)[0])


def _problems(message: Message) -> Iterator[str]:
    english, chinese = _texts(message.id), _texts(message.string)
    if not all(text.strip() for text in chinese):
        yield "has no Chinese"
        return
    if message.fuzzy:
        yield "is marked fuzzy"
    asked = set(PLACEHOLDER.findall(" ".join(english)))
    for text in chinese:
        if set(PLACEHOLDER.findall(text)) != asked:
            yield f"has other placeholders in Chinese: {text!r}"
        if half_width_punctuation(text):
            yield f"has half-width punctuation in Chinese: {text!r}"


def check(path: Path = CATALOGUE, root: Path = ROOT) -> list[str]:
    """Return what is wrong with the catalogue, one line each; nothing if every Chinese page is whole."""
    catalogue, wanted = from_file(path), from_source(root)
    found = [
        f"{message.locations[0][0]}: {_name(message)} is not in the catalogue; run extract"
        for message in wanted
        if message.id and catalogue.get(_texts(message.id)[0], message.context) is None
    ]
    for message in filter(lambda message: message.id, catalogue):
        if wanted.get(_texts(message.id)[0], message.context) is None:
            found.append(f"{_name(message)} is no longer used; run extract")
        found += [f"{_name(message)} {problem}" for problem in _problems(message)]
    return found


def _check() -> int:
    problems = check()
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "The catalogue is whole.")
    return 1 if problems else 0


def _extract() -> int:
    catalogue = extract()
    print(f"{len(catalogue)} messages, {sum(1 for m in catalogue if m.id and not all(_texts(m.string)))} without Chinese")
    return 0


def _compile() -> int:
    print("compiled" if compile_catalogues() else "already up to date")
    return 0


def main(arguments: list[str]) -> int:
    """Run one of the three commands; return the exit code."""
    commands: dict[str, Callable[[], int]] = {"extract": _extract, "compile": _compile, "check": _check}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__)
        return 2
    return commands[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
