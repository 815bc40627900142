"""The name of a feed has to fit the column in which the audit log keeps what was acted on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Shorten it before there is one."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.AlterField(model_name="feed", name="code", field=models.SlugField(max_length=40, unique=True))]
