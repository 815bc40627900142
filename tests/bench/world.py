"""What the bench measures in: a station with an officer, and as many cases as a figure needs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from cases.models import Case, Category
from cases.operations.append_entry import Words
from cases.operations.hand_over_code import hand_over_code
from cases.operations.publish_progress import publish_progress
from cases.operations.register_report import NewParty, register_report
from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.models import Role, User
from foundation.accounts.operations.grant_role import grant_role
from foundation.organisations.models import Organisation

STATION, OTHER_STATION = "310105510000", "310105520000"
BATCH = 5000
# However many cases, they are spread over the same time, so that each list holds the same share of them.
SPREAD = timedelta(days=200)


class World:
    """The hall with its seeds and one officer who may do everything at two stations."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.station = Organisation.objects.get(code=STATION)
        self.other_station = Organisation.objects.get(code=OTHER_STATION)
        self.category = Category.objects.get(code="theft")
        self.user = User.objects.create_user(
            username="bench", password="bench-bench-bench", kind="officer", display_name="Bench", badge_number="B"
        )
        for place in (self.station, self.other_station):
            grant_role(user=self.user, role=Role.objects.get(code="supervisor"), organisation=place, granted_by="bench", now=self.now)

    @property
    def actor(self) -> Actor:
        return actor_of_user(self.user)

    def issue_code(self) -> tuple[str, str]:
        """Register a case with a timeline of six steps and return the token and the typed code of its receipt."""
        code = hand_over_code(actor=self.actor, reference=self.register_case().reference, now=self.now).code
        return code.token, code.typed

    def register_case(self) -> Case:
        """Register a case with a timeline of six steps."""
        at = self.now - timedelta(days=2)
        case = register_report(
            actor=self.actor,
            unit=self.station,
            category=self.category,
            parties=[NewParty(role="reporter", name="演示居民")],
            reported_at=at,
            now=at,
        )
        for hour, action in enumerate(("start-review", "file", "investigate", "solve", "send-for-prosecution"), start=1):
            words = Words(text_en=f"Step {hour}.", text_zh=f"第{hour}步。")
            publish_progress(actor=self.actor, reference=case.reference, action=action, words=words, now=at + timedelta(hours=hour))
        return case

    def fill(self, unit: Organisation, count: int) -> None:
        """Give a unit ``count`` cases in every stage a worklist asks for."""
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            Case.objects.bulk_create(self._case(unit, number, at=self.now - SPREAD * number / count) for number in numbers)

    def _case(self, unit: Organisation, number: int, *, at: datetime) -> Case:
        return Case(
            bureau_code=unit.bureau_code,
            unit=unit,
            kind="criminal",
            category=self.category,
            status="registered",
            status_since=at,
            stage_since=at,
            reported_at=at,
            registered_at=at,
            registered_by="command:bench",
            officer=self.user if number % 3 else None,
            due_at=at + timedelta(days=3),
            waiting_since=at if number % 50 == 0 else None,
            code_issued_at=at if number % 2 else None,
        )
