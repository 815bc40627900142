"""The permission matrix: every address, every method, every kind of caller, own and others' things, asked of the real site.

``docs/permissions/*.yaml`` is the rule, written by hand; ``docs/permissions.md`` is written from it by ``python -m tests.matrix``.
"""
