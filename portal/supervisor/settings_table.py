"""``docs/settings.md`` from the variables themselves: ``python -m portal.supervisor.settings_table [--check | --write]``."""

from __future__ import annotations

import sys

from portal.environment import ROOT, VARIABLES, Variable

PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Settings

Everything that a city may change is an environment variable. `make run` needs none of them. A wrong value stops the start
with one line that says how to mend it; with `HALL_MODE=production` so does a missing or an unsafe one.

This page is made from `portal/environment.py`: `.venv/bin/python -m portal.supervisor.settings_table --write`.

| variable | without it | in production | what it holds |
|---|---|---|---|
"""
TOOLS = """
## Your own PostgreSQL

The hall is tested on PostgreSQL 18. The administrator makes two logins and a database; the owner's login migrates, the site's owns nothing:

```sql
CREATE ROLE hall_owner LOGIN PASSWORD '...';
CREATE ROLE hall_app LOGIN PASSWORD '...';
GRANT hall_app TO hall_owner;
CREATE DATABASE hall OWNER hall_owner;
```

`DATABASE_OWNER_URL` names the first, `DATABASE_URL` the second. One login for both is enough to look around; production refuses it
(`manage.py check --deploy --database default`).

## For tests and tools

| variable | what it holds |
|---|---|
| `HALL_CHROMIUM` | The Chromium that browser tests start. Unset: the first in `PATH`, then Playwright's own. |
| `HALL_REQUIRE_BROWSER` | `1`: without a Chromium the browser tests fail, as in CI, instead of being skipped. |
| `PYTHON` | For `make`: the Python that makes the virtual environment. Unset: `python3`. |
| `FAULTS`, `MESSAGES`, `SEED` | For `make faults`: how many faults, over how many messages, and which ([faults.md](faults.md)). |
| `ARGS` | For `make`: what to hand on, like `make test ARGS='-k codes'` or `make check ARGS=types`. |
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(map(_row, VARIABLES)) + TOOLS


def _row(variable: Variable) -> str:
    default = (variable.default or "").replace(str(ROOT), "").lstrip("/")
    cells = [f"`{variable.name}`", f"`{default}`" if default else "-", "required" if variable.required_in_production else "optional"]
    return f"| {' | '.join(cells)} | {variable.help} |\n"


def main(arguments: list[str]) -> None:
    """Print the page, or compare it with the file, or write the file."""
    if "--write" in arguments:
        PAGE.write_text(page())
    elif "--check" in arguments:
        if not PAGE.exists() or PAGE.read_text() != page():
            sys.exit(f"{PAGE.relative_to(ROOT)} is not what portal/environment.py says; the page itself says how to make it again.")
    else:
        sys.stdout.write(page())


if __name__ == "__main__":
    main(sys.argv[1:])
