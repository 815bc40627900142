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


class ForgetsOld(Operation):
    """Let old rows of a table that only grows be deleted, by one function and no other way.

    ``hall_forget_<table>(ids)`` deletes those of the rows whose ``moment`` is older than ``years`` by the database's own clock, and
    returns how many. It runs with the owner's rights; the site's role may call it and still cannot delete by itself, and the trigger
    still stops the owner from deleting anything younger.
    """

    reversible = True
    reduces_to_sql = True
    category = OperationCategory.SQL

    def __init__(self, model_name: str, *, moment: str, years: int) -> None:
        self.model_name, self.moment, self.years = model_name, moment, years

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's models would know changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Open the one way."""
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(_FORGETS_OLD.format(table=table, moment=self.moment, years=self.years, site=SITE_ROLE), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Close it."""
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(_FORGETS_NOTHING.format(table=table), params=None)

    def describe(self) -> str:
        """Say it in the output of ``migrate``."""
        return f"Let {self.model_name} forget what is older than {self.years} years"

    @property
    def migration_name_fragment(self) -> str:
        """Name part for an automatic migration name."""
        return f"{self.model_name.lower()}_forgets_old"


_FORGETS_OLD = """
CREATE FUNCTION hall_refuse_change_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.{moment} < statement_timestamp() - interval '{years} years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Rows of % are never changed, and not removed before {years} years; write a new one that says so.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER append_only ON {table};
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION hall_refuse_change_{table}();
CREATE FUNCTION hall_forget_{table}(ids bigint[]) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM {table} WHERE id = ANY(ids) AND {moment} < statement_timestamp() - interval '{years} years' RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION hall_forget_{table}(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hall_forget_{table}(bigint[]) TO {site};
"""
_FORGETS_NOTHING = """
DROP FUNCTION hall_forget_{table}(bigint[]);
DROP TRIGGER append_only ON {table};
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION hall_refuse_change();
DROP FUNCTION hall_refuse_change_{table}();
"""
