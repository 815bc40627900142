"""Transition tables: what may follow what, by whom, said once and consulted everywhere.

Buttons, the API's ``available_actions``, the exchange feed, the test matrix and the diagrams in ``docs/`` are all derived
from a :class:`Workflow`; no other code compares statuses to decide what may happen next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One edge of a table: from any of ``sources`` to ``target``, by the action ``name``."""

    name: str
    sources: frozenset[str]
    target: str
    label: str | Promise
    owner: str


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """The statuses of one kind of thing and every way between them."""

    kind: str
    initial: str
    transitions: tuple[Transition, ...]
    _edges: dict[tuple[str, str], Transition] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for transition in self.transitions:
            for source in transition.sources:
                edge = (source, transition.target)
                if edge in self._edges:
                    raise ValueError(f"{self.kind}: {source} leads to {transition.target} twice")
                self._edges[edge] = transition

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status, in the order in which the table first names it."""
        names = [self.initial]
        for transition in self.transitions:
            names += [*sorted(transition.sources), transition.target]
        return tuple(dict.fromkeys(names))

    @property
    def final(self) -> frozenset[str]:
        """Statuses that nothing leads out of."""
        return frozenset(self.statuses) - {source for source, _target in self._edges}

    def available(self, status: str) -> tuple[Transition, ...]:
        """Return what may happen next, in the table's order."""
        return tuple(transition for transition in self.transitions if status in transition.sources)

    def between(self, source: str, target: str) -> Transition:
        """Return the edge from one status to another; raise ``Conflict(code="transition_not_possible")`` if there is none."""
        try:
            return self._edges[(source, target)]
        except KeyError:
            raise Conflict(_("This step cannot follow the present status."), code="transition_not_possible") from None

    def named(self, name: str, source: str) -> Transition:
        """Return the edge of an action from a status; raise ``Conflict(code="transition_not_possible")`` if there is none."""
        for transition in self.available(source):
            if transition.name == name:
                return transition
        raise Conflict(_("This step cannot follow the present status."), code="transition_not_possible")


def edge(name: str, sources: str | Iterable[str], target: str, label: str | Promise, *, owner: str) -> Transition:
    """Write one line of a transition table."""
    names = sources.split() if isinstance(sources, str) else sources
    return Transition(name=name, sources=frozenset(names), target=target, label=label, owner=owner)
