"""The migration operation that puts a table under seal."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

# Names of tables and kinds come from migrations, never from input.
_QUEUE = """
INSERT INTO transparency_pending (kind, row_ids)
SELECT '{kind}', array_agg(id ORDER BY id)
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 2000 AS part FROM {table}) AS rows
GROUP BY part ORDER BY part
"""


class SealRows(Operation):
    """Seal what is written into an append-only table: each statement that inserts tells the sealer which rows it wrote.

    ``kind`` is what the log calls such a row. Rows that were there before wait for their seal like new ones. A table whose rows carry no
    salt of their own gets one that the database draws, so that a commitment confirms no guess.
    """

    reversible = True
    reduces_to_sql = True
    category = OperationCategory.SQL

    def __init__(self, *, model: str, kind: str, draws_salt: bool = False) -> None:
        self.model, self.kind, self.draws_salt = model, kind, draws_salt

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's models would know changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the salt, the trigger, and what is there already."""
        name = to_state.apps.get_model(self.model)._meta.db_table
        table = schema_editor.quote_name(name)
        if self.draws_salt:
            schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN seal_salt uuid NOT NULL DEFAULT gen_random_uuid()")
        schema_editor.execute(
            f"CREATE TRIGGER await_seal AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh "
            f"FOR EACH STATEMENT EXECUTE FUNCTION hall_await_seal('{self.kind}')"
        )
        schema_editor.execute(_QUEUE.format(kind=self.kind, table=table))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Seal it no more."""
        table = schema_editor.quote_name(from_state.apps.get_model(self.model)._meta.db_table)
        schema_editor.execute(f"DROP TRIGGER await_seal ON {table}")
        schema_editor.execute("DELETE FROM transparency_pending WHERE kind = %s", [self.kind])
        if self.draws_salt:
            schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN seal_salt")

    def describe(self) -> str:
        """Say it in the output of ``migrate``."""
        return f"Seal what is written into {self.model}"

    @property
    def migration_name_fragment(self) -> str:
        """Name part for an automatic migration name."""
        return f"seal_{self.kind}"
