"""Leave room in the pages of cases: each step writes its case anew, and beside itself in one page it needs no entry in an index."""

from django.db import migrations


class Migration(migrations.Migration):
    """Fill pages to 70 %. Measured with batches of a feed: the update takes half the time; the table grows by three tenths."""

    dependencies = [("cases", "0005_codes_of_linked_cases")]
    operations = [
        migrations.RunSQL("ALTER TABLE cases_case SET (fillfactor = 70)", reverse_sql="ALTER TABLE cases_case RESET (fillfactor)"),
    ]
