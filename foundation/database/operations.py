"""Migration operations for rules that only the database can keep."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from foundation.database.roles import SITE_ROLE


class AppendOnly(Operation):
    """Make the table of a model one that only grows.

    The site's role loses UPDATE, DELETE and TRUNCATE. A trigger stops everybody else too, the owner included, so that a
    slip in psql is refused and a wilful change has to take the trigger away first.
    """

    reversible = True
    reduces_to_sql = True
    category = OperationCategory.SQL

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's models would know changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Revoke and guard."""
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {SITE_ROLE}")
        schema_editor.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION hall_refuse_change()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION hall_refuse_change()"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make it an ordinary table again."""
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        schema_editor.execute(f"DROP TRIGGER append_only ON {table}")
        schema_editor.execute(f"DROP TRIGGER append_only_truncate ON {table}")
        schema_editor.execute(f"GRANT UPDATE, DELETE ON {table} TO {SITE_ROLE}")

    def describe(self) -> str:
        """Say it in the output of ``migrate``."""
        return f"Let {self.model_name} only grow"

    @property
    def migration_name_fragment(self) -> str:
        """Name part for an automatic migration name."""
        return f"{self.model_name.lower()}_append_only"
