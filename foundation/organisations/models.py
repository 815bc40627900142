"""The tree of offices, one root a city."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from foundation.languages import in_language

CODE_LENGTH = 12
SEPARATOR = "/"
MAXIMAL_DEPTH = 3


def path_range(path: str, *, field: str = "path") -> Q:
    """Return the condition that ``field`` holds ``path`` or a path below it: one range of an index.

    A comparison is used rather than LIKE, for a prepared LIKE cannot use the index. "0" is the character after "/". An empty path
    stands above every city.
    """
    if not path:
        return Q()
    return Q(**{f"{field}__gte": path, f"{field}__lt": path.removesuffix(SEPARATOR) + "0"})


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations by place in the tree and by validity."""

    def active(self, *, on: date | None = None) -> OrganisationQuerySet:
        """Organisations that exist now; with ``on``, those of them that exist on that day."""
        found = self.filter(is_active=True)
        if on is None:
            return found
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        not_over = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return found.filter(begun & not_over)

    def within(self, *organisations: Organisation) -> OrganisationQuerySet:
        """Keep the given organisations and all below them: rights are valid downwards. Nothing for no organisation."""
        condition = Q(pk__in=())
        for organisation in organisations:
            condition |= path_range(organisation.path)
        return self.filter(condition)

    def ancestors_of(self, organisation: Organisation) -> OrganisationQuerySet:
        """Organisations above the given one, the bureau first."""
        return self.filter(code__in=organisation.ancestor_codes).order_by("path")

    def in_bureau(self, bureau_code: str) -> OrganisationQuerySet:
        """Everything shown with one city, units outside its tree included. For rights use :meth:`within`."""
        return self.filter(bureau_code=bureau_code)


class Organisation(models.Model):
    """A bureau, branch, special unit or station. How its code is made stands in ``docs/decisions/0008-organisation-codes.md``.

    ``path`` is the codes from the root to this row, each closed by a slash, so that a subtree is one range of an index.
    Personal data: none; public facts about offices.
    """

    class Kind(models.TextChoices):
        """What an office is."""

        BUREAU = "bureau", _("Bureau")
        BRANCH = "branch", _("Branch")
        SPECIAL_UNIT = "special_unit", _("Special unit")
        STATION = "station", _("Police station")

    class Confidence(models.TextChoices):
        """How sure a fact is; a low one is shown as still to be confirmed."""

        HIGH = "high", _("From a source")
        MEDIUM = "medium", _("Generally known")
        LOW = "low", _("To be confirmed")

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    bureau_code = models.CharField(max_length=6)
    path = models.CharField(max_length=MAXIMAL_DEPTH * (CODE_LENGTH + 1), db_collation="C", editable=False)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    remit_zh = models.CharField(max_length=120, blank=True, default="")
    remit_en = models.CharField(max_length=200, blank=True, default="")
    address_zh = models.CharField(max_length=120, blank=True, default="")
    address_en = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    opening_hours_zh = models.CharField(max_length=120, blank=True, default="")
    opening_hours_en = models.CharField(max_length=120, blank=True, default="")
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.MEDIUM)
    contact_confidence = models.CharField(max_length=6, choices=Confidence, blank=True, default="")
    is_outside = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    objects = OrganisationQuerySet.as_manager()

    kind_of_matter: ClassVar[str] = "organisation"

    class Meta:
        indexes = (models.Index(fields=("bureau_code", "kind"), name="organisations_by_bureau"),)
        constraints = (
            models.UniqueConstraint(
                fields=("path",),
                name="organisations_path_once",
                violation_error_message=_("Another organisation has this place in the tree."),
            ),
            models.CheckConstraint(
                name="organisations_code_of_12_digits",
                condition=Q(code__regex=r"^[1-9][0-9]{11}$", bureau_code__regex=r"^[1-9][0-9]{5}$"),
                violation_error_message=_("An organisation's code has 12 digits and its bureau's 6."),
            ),
            models.CheckConstraint(
                name="organisations_path_ends_in_code",
                condition=Q(path__endswith=Concat(F("code"), Value(SEPARATOR))),
                violation_error_message=_("The path of an organisation ends in its own code."),
            ),
            models.CheckConstraint(
                name="organisations_place_fits_kind",
                condition=(
                    Q(kind="bureau", parent__isnull=True, is_outside=False, path__regex=r"^[0-9]{12}/$")
                    & Q(code=Concat(F("bureau_code"), Value("000000")))
                )
                | Q(kind="branch", parent__isnull=False, is_outside=False, path__regex=r"^([0-9]{12}/){2}$", code__endswith="000000")
                | Q(kind="station", parent__isnull=False, is_outside=False, path__regex=r"^([0-9]{12}/){3}$")
                | Q(kind="special_unit", parent__isnull=False, is_outside=False, path__regex=r"^([0-9]{12}/){2,3}$")
                | Q(kind="special_unit", parent__isnull=True, is_outside=True, path__regex=r"^[0-9]{12}/$"),
                violation_error_message=_("An organisation of this kind cannot have this place in the tree."),
            ),
            models.CheckConstraint(
                name="organisations_contact_has_confidence",
                condition=~Q(contact_confidence="") | Q(address_zh="", address_en="", phone="", opening_hours_zh="", opening_hours_en=""),
                violation_error_message=_("An address, a phone number or opening hours come with how sure they are."),
            ),
            models.CheckConstraint(
                name="organisations_valid_in_order",
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("An organisation cannot end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name_en}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save at the place that the parent gives. To move an office that has others below it, load it from its file."""
        self.place_below(self.parent)
        super().save(*args, **kwargs)

    def place_below(self, parent: Organisation | None) -> None:
        """Hang this row below ``parent``, or make it a root."""
        self.parent = parent
        self.path = f"{parent.path if parent else ''}{self.code}{SEPARATOR}"
        if parent:
            self.bureau_code = parent.bureau_code

    @property
    def reference(self) -> str:
        """The name under which logs remember it."""
        return self.code

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(zh=self.name_zh, en=self.name_en)

    @property
    def remit(self) -> str:
        """What a special unit looks after, in the language of the page; empty for the others."""
        return in_language(zh=self.remit_zh, en=self.remit_en)

    @property
    def address(self) -> str:
        """The address in the language of the page, or nothing."""
        return in_language(zh=self.address_zh, en=self.address_en)

    @property
    def opening_hours(self) -> str:
        """When it is open, in the language of the page, or nothing."""
        return in_language(zh=self.opening_hours_zh, en=self.opening_hours_en)

    @property
    def ancestor_codes(self) -> tuple[str, ...]:
        """Codes from the bureau down to the parent."""
        return tuple(self.path.split(SEPARATOR)[:-2])

    @property
    def is_to_be_confirmed(self) -> bool:
        """Whether the page has to say that the office itself is not certain."""
        return self.confidence == self.Confidence.LOW

    @property
    def is_contact_to_be_confirmed(self) -> bool:
        """Whether the page has to say that address, phone and hours are not certain."""
        return self.contact_confidence == self.Confidence.LOW
