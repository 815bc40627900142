"""The log of looks keeps three years: older rows may go, by one function of the database."""

from django.db import migrations

from foundation.database.operations import ForgetsOld


class Migration(migrations.Migration):
    """Open the one way."""

    dependencies = [("audit", "0003_acting_for_somebody_else")]
    operations = [ForgetsOld("accessentry", moment="at", years=3)]
