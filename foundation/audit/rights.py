"""By what right something is done where no capability of a post is asked for. Each stands in an audit row where a capability would."""

from __future__ import annotations

from typing import Final

# A signed-in person acts in what is theirs: a case of which they are a party, their own account.
OWN: Final = "own"
# A signed-in person acts for somebody else, within a mandate, which the row names.
FOR_ANOTHER: Final = "for_another"
# Whoever holds a receipt's code, or a code or key that was handed out.
HOLDER: Final = "holder"
# Whoever may run a command already holds the machine.
MACHINE: Final = "machine"
# The hall itself does it, for a rule or a time says so.
HALL: Final = "hall"
