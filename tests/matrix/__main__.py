"""``python -m tests.matrix``: write ``docs/permissions.md`` from the rule."""

from tests.matrix.document import PAGE, render

PAGE.write_text(render(), encoding="utf-8")
