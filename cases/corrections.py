"""What people may ask to have put right in their cases, and how it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.copies import told_cases
from cases.domain.policies import check_detail
from cases.domain.timeline import shown_entries
from cases.models import Case, Party
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import Words, append_entry
from cases.operations.locking import check_live, lock_case
from cases.operations.publish_progress import party_names
from cases.queries import timeline
from foundation.accounts.actors import Actor
from foundation.errors import Conflict
from foundation.identifiers import normalise_phone
from foundation.organisations.models import Organisation
from foundation.privacy import correctables
from foundation.privacy.correctables import LONGEST_NAME, Correctable, Place, save_value
from foundation.privacy.holders import Holder
from foundation.privacy.operations import hold

_OWN_WORDS = frozenset({EntryKind.STATUS, EntryKind.NOTE, EntryKind.CORRECTION})


def register() -> None:
    """Tell the foundation."""
    for each in (NameOfParty(), PhoneOfParty(), WordsOfEntry()):
        correctables.register(each)
    hold.register("case", _unit_of)


def _unit_of(reference: str) -> Organisation | None:
    case = Case.objects.select_related("unit").filter(reference=reference).first()
    return case.unit if case else None


class _OfParty(Correctable):
    name: str

    def places(self, holder: Holder) -> Iterable[Place]:
        """Return the value of each part that the person has in a case they can read of."""
        parts = Party.objects.filter(id_number_index=holder.id_number, removed_at__isnull=True, case__in=told_cases(holder))
        for party in parts.select_related("case__unit").order_by("added_at", "pk"):
            yield Place(
                target=self.target,
                key=str(party.pk),
                present=getattr(party, self.name),
                where=_("Case %(reference)s") % {"reference": party.case.reference},
                unit=party.case.unit,
                matter_reference=party.case.reference,
            )

    def apply(self, *, key: str, value: str, actor: Actor, now: datetime) -> tuple[str, str]:
        """Write it into the row of the party."""
        party = Party.objects.select_for_update(of=("self",)).filter(pk=key, removed_at__isnull=True).first()
        if party is None:
            raise Conflict(_("This person is no longer entered in the case."), code="party_removed")
        return save_value(party, self.name, value)


class NameOfParty(_OfParty):
    """The name that stands in a case."""

    target = "cases.Party.name"
    name = "name"
    longest = LONGEST_NAME


class PhoneOfParty(_OfParty):
    """The phone that stands in a case."""

    target = "cases.Party.phone"
    name = "phone"

    def clean(self, value: str, *, field: str) -> str:
        """Return the number in one way of writing."""
        return normalise_phone(super().clean(value, field=field), field=field)


class WordsOfEntry(Correctable):
    """What an officer wrote in a step. The step stays as it is; what is right stands beside it in a step of its own."""

    target = "cases.ProgressEntry.detail"

    def clean(self, value: str, *, field: str) -> str:
        """Return the words; refuse numbers of people in them, as every timeline does."""
        value = super().clean(value, field=field)
        check_detail(value, names=())
        return value

    def places(self, holder: Holder) -> Iterable[Place]:
        """Return the steps with words of an officer that the person can read and nobody has corrected."""
        for case in told_cases(holder):
            for step in shown_entries(timeline(case), with_detail=True):
                if step.detail and step.kind in _OWN_WORDS and step.corrected_by is None and case.merged_into_id is None:
                    yield Place(
                        target=self.target,
                        key=f"{case.reference}/{step.sequence}",
                        present=step.detail,
                        where=_("Case %(reference)s, step %(number)s") % {"reference": case.reference, "number": step.sequence},
                        unit=case.unit,
                        matter_reference=case.reference,
                    )

    def apply(self, *, key: str, value: str, actor: Actor, now: datetime) -> tuple[str, str]:
        """Publish what is right as a correction; what was published before is never changed."""
        reference, _slash, sequence = key.partition("/")
        case = lock_case(reference)
        check_live(case)
        check_detail(value, names=party_names(case))
        entry = append_entry(case=case, kind=EntryKind.CORRECTION, actor=actor, now=now, words=Words(detail=value), refers_to=int(sequence))
        return sequence, str(entry.sequence)
