"""Whatever the order, repetition and grouping in which rows of the archive arrive, the cases end alike."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.imports.archive_table import read_table
from cases.imports.histories import BEFORE_ALL, CaseFacts, CaseHistory, PastStep
from cases.imports.police_uk import RECORDED, month_start, place_teller, step_key
from cases.models import Category, ProgressEntry
from cases.operations.import_histories import import_histories
from cases.permissions import IMPORT
from foundation.accounts.actors import command_actor
from tests.cases.importing import prepare_london, told, verify
from tests.cases.test_import_police_uk import TABLE
from tests.plugins.people import NOW

TABLE_OF_STEPS = read_table(TABLE)
STEPS = st.tuples(st.sampled_from(["2016-07", "2016-08", "2016-09"]), st.integers(0, len(TABLE_OF_STEPS.steps) - 1), st.integers(1, 2))


def past_step(month, meaning, occurrence):
    known = TABLE_OF_STEPS.steps[meaning]
    at = month_start(month)
    key = step_key(month=month, code=known.code, occurrence=occurrence)
    return PastStep(key=key, at=at, place=(at, meaning), status=known.status, closes=known.closes)


def recorded():
    known, at = TABLE_OF_STEPS.recorded, month_start("2016-08")
    return PastStep(key=RECORDED, at=at, place=BEFORE_ALL, status=known.status)


class AnyOrder(TestCase):
    """Each example runs in a transaction of its own."""

    def setUp(self):
        self.unit = prepare_london()
        self.category = Category.objects.get(code="theft")

    def arrive(self, case_id, steps, *, is_crime_known=True):
        facts = CaseFacts(unit=self.unit, category=self.category, reported_at=month_start("2016-08"), publication="open", ground="")
        ordered = sorted((past_step(*step) for step in set(steps)), key=lambda step: step.place)
        history = CaseHistory(
            source_case_id=case_id,
            facts=facts if is_crime_known else None,
            steps=tuple([recorded(), *ordered] if is_crime_known else ordered),
        )
        actor = command_actor("test", bureau=self.unit, capabilities=frozenset({IMPORT}))
        import_histories(
            actor=actor, unit=self.unit, source="police-uk", histories=[history], place_of=place_teller(TABLE_OF_STEPS), now=NOW
        )

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(groups=st.lists(st.lists(STEPS, max_size=4), min_size=1, max_size=5))
    def test_any_order_ends_like_all_at_once(self, groups):
        self.arrive("at-once", [step for group in groups for step in group])
        self.arrive("by-and-by", [])
        for group in groups:
            self.arrive("by-and-by", group, is_crime_known=False)
            self.arrive("by-and-by", group)

        ends = told()
        assert ends["at-once"] == ends["by-and-by"]
        assert not ProgressEntry.objects.filter(case__source_case_id="at-once", is_late=True).exists()
        assert verify()


@pytest.mark.parametrize("code", ["recorded", "2016-08/charged/1", "2016-08/of-a-table-to-come/1", "made elsewhere"])
def test_every_stored_key_has_a_place(code):
    place = place_teller(TABLE_OF_STEPS)(code, month_start("2016-08"))

    assert place == BEFORE_ALL if code == "recorded" else place[0] == month_start("2016-08")
