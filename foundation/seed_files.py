"""Reading reference data from YAML files, so that a slip is told with file and line.

A seed is one mapping. :func:`read_seed` gives it as a :class:`SeedRow`, which hands out checked values and says
``seeds/organisations/shanghai.yaml, line 40: "code" must be text in quotes.`` when one is not what it should be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from foundation.errors import RuleViolated, Text

ABSENT: Any = object()


class BrokenSeed(RuleViolated):
    """A seed file cannot be read as it stands; nothing of it was taken."""

    code = "broken_seed"

    def __init__(self, problem: Text, *, path: Path, line: int) -> None:
        self.path, self.line = path, line
        super().__init__(_("%(path)s, line %(line)s: %(problem)s") % {"path": path, "line": line, "problem": problem})


class _Lines(yaml.SafeLoader):
    """PyYAML's safe loader that remembers where each mapping begins and refuses a key given twice."""


class _Mapping(dict[str, Any]):
    line = 1


def _construct_mapping(loader: _Lines, node: yaml.MappingNode) -> _Mapping:
    found = _Mapping()
    found.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, "a name must be text", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"“{key}” is given twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


@dataclass(frozen=True, kw_only=True)
class SeedRow:
    """One mapping of a seed file and the line on which it begins."""

    path: Path
    line: int
    values: Mapping[str, Any]

    def broken(self, problem: Text) -> BrokenSeed:
        """Return the refusal that names this row."""
        return BrokenSeed(problem, path=self.path, line=self.line)

    def only(self, *names: str) -> None:
        """Refuse any name but these: a mistyped one must not be lost silently."""
        for name in self.values:
            if name not in names:
                raise self.broken(_("“%(name)s” is not known here.") % {"name": name})

    def text(self, name: str, *, longest: int, default: str = ABSENT) -> str:
        """Return a text of at most ``longest`` characters; refuse an absent one if there is no default."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self.broken(_("“%(name)s” must be text in quotes.") % {"name": name})
        if value is not default and (not value.strip() or not value.isprintable() or len(value) > longest):
            raise self.broken(_("“%(name)s” must have 1 to %(longest)s visible characters.") % {"name": name, "longest": longest})
        return value

    def choice(self, name: str, *, among: Sequence[str], default: str = ABSENT) -> str:
        """Return one of the given words."""
        value = self._value(name, default)
        if value != default and value not in among:
            raise self.broken(_("“%(name)s” must be one of: %(choices)s.") % {"name": name, "choices": ", ".join(among)})
        return str(value)

    def flag(self, name: str, *, default: bool = ABSENT) -> bool:
        """Return ``true`` or ``false``."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.broken(_("“%(name)s” must be true or false.") % {"name": name})
        return value

    def day(self, name: str) -> date | None:
        """Return a calendar day, or ``None`` if the file has none."""
        value = self._value(name, None)
        if value is not None and type(value) is not date:
            raise self.broken(_("“%(name)s” must be a day such as 2019-12-31.") % {"name": name})
        return value

    def rows(self, name: str) -> tuple[SeedRow, ...]:
        """Return the mappings of a list, in the order of the file."""
        value = self._value(name, ABSENT)
        if not isinstance(value, list) or not all(isinstance(each, _Mapping) for each in value):
            raise self.broken(_("“%(name)s” must be a list of entries with names and values.") % {"name": name})
        return tuple(SeedRow(path=self.path, line=each.line, values=each) for each in value)

    def row(self, name: str) -> SeedRow:
        """Return one mapping."""
        value = self._value(name, ABSENT)
        if not isinstance(value, _Mapping):
            raise self.broken(_("“%(name)s” must have names and values.") % {"name": name})
        return SeedRow(path=self.path, line=value.line, values=value)

    def _value(self, name: str, default: Any) -> Any:
        value = self.values.get(name, default)
        if value is ABSENT:
            raise self.broken(_("“%(name)s” is missing.") % {"name": name})
        return value


def read_seed(path: Path) -> SeedRow:
    """Read a seed file; raise :class:`BrokenSeed` if it is not UTF-8, not YAML or not one mapping, ``OSError`` if not there."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BrokenSeed(_("this is not UTF-8 text."), path=path, line=line) from None
    try:
        found = yaml.load(text, Loader=_Lines)  # noqa: S506 -- a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenSeed(error.problem or _("this is not YAML."), path=path, line=mark.line + 1 if mark else 1) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BrokenSeed(_("a control character does not belong here."), path=path, line=line) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BrokenSeed(_("this is not YAML."), path=path, line=1) from None
    if not isinstance(found, _Mapping):
        raise BrokenSeed(_("a seed file holds names and values."), path=path, line=1)
    return SeedRow(path=path, line=found.line, values=found)
