"""The site's role exists before any table does, so that no table is ever created without its grants."""

from django.db import migrations

ROLE = """
DO $$
BEGIN
    -- A city's database administrator may have made it: then the owner needs no right to make roles.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hall_app') THEN
        CREATE ROLE hall_app NOLOGIN;
        GRANT hall_app TO CURRENT_USER;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- roles belong to the whole cluster: another database of it was migrated before
END $$;
GRANT USAGE ON SCHEMA public TO hall_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hall_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO hall_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hall_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO hall_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM hall_app;

CREATE FUNCTION hall_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed; write a new one that says so.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

NO_ROLE = """
DROP FUNCTION hall_refuse_change();
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM hall_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM hall_app;
"""


class Migration(migrations.Migration):
    """Create ``hall_app`` and the guard of append-only tables."""

    initial = True
    run_before = [("contenttypes", "0001_initial"), ("organisations", "0001_initial")]
    operations = [migrations.RunSQL(ROLE, NO_ROLE)]
