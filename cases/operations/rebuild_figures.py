"""Count all monthly figures of open data anew from the cases."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from cases.domain.publication import Publication
from cases.models import MonthlyFigure
from foundation.clock import CITY_ZONE

# Counted by the database in one pass: the memory of this process does not grow with the cases.
_COUNT_ALL = """
INSERT INTO cases_monthlyfigure (unit_id, bureau_code, category_id, month, cases, open_cases, refreshed_at)
SELECT unit_id, max(bureau_code), category_id, date_trunc('month', reported_at AT TIME ZONE %(zone)s)::date,
       count(*), count(*) FILTER (WHERE publication <> %(closed)s AND NOT is_counter_only), %(now)s
FROM cases_case
GROUP BY unit_id, category_id, date_trunc('month', reported_at AT TIME ZONE %(zone)s)
"""


@transaction.atomic
def rebuild_figures(*, now: datetime) -> int:
    """Replace every figure by a fresh count and return how many there are. Readers see the old ones until all is done."""
    with connection.cursor() as cursor:
        # A single month that is counted at the same time waits here, and then counts again what was committed meanwhile.
        cursor.execute("LOCK TABLE cases_monthlyfigure IN SHARE ROW EXCLUSIVE MODE")
        MonthlyFigure.objects.all().delete()
        cursor.execute(_COUNT_ALL, {"zone": CITY_ZONE.key, "closed": Publication.CLOSED.value, "now": now})
        return int(cursor.rowcount)
