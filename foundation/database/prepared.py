"""Queries and inserts whose SQL Django writes once.

Naming columns and joins costs Django several times what PostgreSQL needs to answer by an index, and it does so anew for each
call. On the hall's busiest path, the look-up by a code, that work is done at the first call and kept. The query stays a
QuerySet: columns, joins and conditions follow the models, and no SQL is written by hand.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery


class Prepared:
    """A query by a few values: ``Prepared(lambda: Case.objects.filter(reference="").values_list(...))``.

    The values that the QuerySet is built with stand for the ones to come, in the order in which they occur in its SQL.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._sql = ""

    def rows(self, *values: Any) -> list[Any]:
        """Return the rows as tuples with the columns' names; a join's column ``unit__name_en`` is ``unit_name_en``."""
        if not self._sql:
            self._compile()
        if len(values) != self._count:
            raise TypeError(f"this query takes {self._count} values, not {len(values)}")
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return [self._row(*row) for row in cursor.fetchall()]

    def row(self, *values: Any) -> Any | None:
        """Return the first row, or ``None``."""
        return next(iter(self.rows(*values)), None)

    def _compile(self) -> None:
        query = self._build().query
        names = [name.replace("__", "_") for name in query.values_select]
        sql, parameters = query.sql_with_params()
        self._row = namedtuple("Row", names)  # type: ignore[misc]
        self._count = len(parameters)
        self._sql = sql


class PreparedInsert:
    """An insert of one row at a time: ``PreparedInsert(AccessEntry, "at", "reason", ...)``; the other columns take their defaults."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self._model, self._names = model, names
        self._sql = ""

    def __call__(self, **values: Any) -> None:
        """Insert a row; every named column needs its value."""
        if not self._sql:
            self._compile()
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [values[name] for name in self._names])

    def _compile(self) -> None:
        fields = [field for name in self._names for field in self._model._meta.local_fields if field.name == name]
        query = InsertQuery(self._model)
        query.insert_values(fields, [self._model()], raw=True)
        (self._sql, _parameters), *_ = query.get_compiler(connection=connection).as_sql()
