"""The same rows by COPY: a twin of the database, made before the rows were, takes them as fast as PostgreSQL can."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection, connections

NAME = "twin"


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A copy of the database as it was, and what each table held then."""

    counts: dict[str, int]

    def copy(self, tables: Sequence[str]) -> tuple[int, float]:
        """Copy what came into ``tables`` since, in their order; return rows and seconds, reading not counted."""
        rows, seconds = 0, 0.0
        with _raw(NAME) as twin, connection.cursor() as cursor:
            for table in tables:
                with tempfile.TemporaryFile() as file:
                    cursor.copy_expert(f"COPY (SELECT * FROM {table} OFFSET {self.counts[table]}) TO STDOUT", file)
                    file.seek(0)
                    began = time.perf_counter()
                    with twin.cursor() as into:
                        into.copy_expert(f"COPY {table} FROM STDIN", file)
                        rows += into.rowcount
                    twin.commit()
                    seconds += time.perf_counter() - began
        return rows, seconds


@contextmanager
def twin_of_now(tables: Sequence[str]) -> Iterator[Twin]:
    """Make the twin, and drop it at the end."""
    with connection.cursor() as cursor:
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    connections.close_all()
    _administer(f'CREATE DATABASE {NAME} TEMPLATE "{connection.settings_dict["NAME"]}"')
    try:
        yield Twin(counts=counts)
    finally:
        _administer(f"DROP DATABASE {NAME} WITH (FORCE)")


def _raw(name: str) -> Any:
    given = connection.settings_dict
    return psycopg2.connect(host=given["HOST"], user=given["USER"], dbname=name)


def _administer(sql: str) -> None:
    administrator = _raw("postgres")
    administrator.autocommit = True
    with administrator.cursor() as cursor:
        cursor.execute(sql)
    administrator.close()
