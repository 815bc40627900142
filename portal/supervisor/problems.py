"""What may go wrong on a machine we have never seen, in words that its owner can act on."""

from __future__ import annotations


class Problem(Exception):
    """Something that a person has to mend. ``str(problem)`` is one line: what is wrong, then the mend."""

    def __init__(self, what: str, *, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend
