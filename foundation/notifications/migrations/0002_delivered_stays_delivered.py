"""What reached somebody is never undone, whoever writes: a report that comes late or twice, a slip, a defect."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION hall_delivered_stays_delivered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Delivery % was delivered and stays so.', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER delivered_stays_delivered BEFORE UPDATE ON notifications_delivery FOR EACH ROW
    WHEN (OLD.state = 'delivered' AND (NEW.state <> 'delivered' OR NEW.delivered_at IS DISTINCT FROM OLD.delivered_at))
    EXECUTE FUNCTION hall_delivered_stays_delivered();
"""
BACKWARDS = """
DROP TRIGGER delivered_stays_delivered ON notifications_delivery;
DROP FUNCTION hall_delivered_stays_delivered();
"""


class Migration(migrations.Migration):
    """Guard the last state."""

    dependencies = [("notifications", "0001_initial"), ("database", "0001_roles")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
