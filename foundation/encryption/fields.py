"""Model fields for personal data: encrypted text, and the blind index to find it by.

    class Party(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        id_number = EncryptedTextField()
        id_number_index = BlindIndexField(source="id_number", normalise=normalise_resident_id)

    Party.objects.filter(id_number_index__of="11010519491231002X")

A value is bound to table, column and primary key, so the key must be known before saving: models use UUIDs. It is opened
when the attribute is read, not when the row is loaded. ``values()`` cannot know the row: it hands out a :class:`Sealed`
that refuses to be text. ``update()`` and ``bulk_update()`` cannot know it either and refuse plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from django import forms
from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.lookups import Exact, IsNull
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import pre_save

from foundation.encryption import blind_index as index
from foundation.encryption.keys import blind_index_keys, key_ring
from foundation.encryption.sealing import KeyRing

if TYPE_CHECKING:
    # Django's fields take type arguments in the stubs only.
    TextBase = models.Field[str, str]
    DigestBase = models.Field[bytes | None, bytes | None]
    ExactBase = Exact[Any]
else:
    TextBase = DigestBase = models.Field
    ExactBase = Exact


class PlainTextRefused(TypeError):
    """Plain text was about to reach, or was asked of, a place that does not know its row."""


class Sealed:
    """A value as it lies in the database. It has no text of its own: read the attribute of a loaded instance."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<sealed>"

    def _refuse(self, *_: object) -> NoReturn:
        raise PlainTextRefused("An encrypted column read by values() stays sealed. Load instances and read the attribute.")

    __str__ = __format__ = __len__ = __iter__ = __bool__ = __eq__ = __lt__ = __add__ = _refuse
    __hash__ = object.__hash__


class _SealedAttribute(DeferredAttribute):
    """Opens a sealed value when it is read for the first time, with the primary key of the instance that it is read from."""

    field: EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.unseal(value, instance.pk)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        # Without a setter Python would prefer the instance's dictionary, where the sealed value lies.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(TextBase):
    """Text that only the application can read: ``bytea`` in the database. ``max_length`` counts characters of the text."""

    description = "Encrypted text"
    descriptor_class = _SealedAttribute

    _pyi_private_set_type: str
    _pyi_private_get_type: str
    _pyi_lookup_exact_type: None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def get_internal_type(self) -> str:
        """Be a ``bytea`` column."""
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Refuse what a random nonce makes pointless."""
        problems = list(super().check(**kwargs))
        if self.unique or getattr(self, "db_index", False) or self.primary_key:
            hint = "Index a BlindIndexField beside it instead."
            problems.append(checks.Error("An encrypted field cannot be unique, an index or a key.", hint=hint, obj=self, id="hall.E101"))
        if not isinstance(self.model._meta.pk, models.UUIDField):
            hint = "Give the model a UUIDField as primary key, with a default."
            problems.append(checks.Error("An encrypted field needs a key known before saving.", hint=hint, obj=self, id="hall.E102"))
        return problems

    @property
    def ring(self) -> KeyRing:
        """The keys of this column."""
        return key_ring(f"field/{self._place}")

    @property
    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def seal(self, text: str, pk: object) -> Sealed:
        """Return text sealed for the row with this primary key."""
        if pk is None:
            raise PlainTextRefused(f"{self._place} is bound to its row: set the primary key first.")
        return Sealed(self.ring.seal(text, context=f"{self._place}:{pk}"))

    def unseal(self, sealed: Sealed, pk: object) -> str:
        """Return the text of the row with this primary key; raise ``CannotOpen`` if it was sealed for another."""
        return self.ring.open(sealed.value, context=f"{self._place}:{pk}")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal what the instance holds. What nobody read goes back as it came, once it is known to belong to this row."""
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            self.unseal(value, model_instance.pk)
            return value
        text = self.to_python(getattr(model_instance, self.attname))
        return None if text is None else self.seal(text, model_instance.pk)

    def get_prep_value(self, value: Any) -> Any:
        """Let sealed bytes through and nothing else."""
        value = super().get_prep_value(value)
        if value is None or isinstance(value, Sealed):
            return value
        raise PlainTextRefused(f"Plain text cannot be written to {self._place} without its row: save instances.")

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Return the sealed bytes."""
        value = super().get_db_prep_value(value, connection, prepared)
        return value if value is None else value.value

    def from_db_value(self, value: Any, expression: Expression, connection: BaseDatabaseWrapper) -> Sealed | None:
        """Keep the value sealed until it is read."""
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        """Return text."""
        return value if value is None or isinstance(value, str) else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow ``isnull`` only: equal texts have different ciphertexts."""
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self._place} is encrypted and cannot be searched with {lookup_name!r}: use its blind index.")

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse to leave by ``dumpdata``."""
        raise PlainTextRefused(f"{self._place} does not leave the database by serialisation.")

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Return a text box."""
        return super().formfield(**{"form_class": forms.CharField, "max_length": self.max_length, **kwargs})


class BlindIndexField(DigestBase):
    """The blind index of an encrypted field of the same model, filled whenever the instance is saved.

    ``purpose`` (``source`` unless given) names what is compared with what: two columns with the same purpose and the same
    ``normalise`` hold the same index for the same value. An empty source has no index: ``null``.
    Look up with ``filter(<name>__of=text)``, or ``filter(<name>=digest)``.
    """

    description = "Blind index"
    empty_strings_allowed = False

    _pyi_private_set_type: bytes | None
    _pyi_private_get_type: bytes | None
    _pyi_lookup_exact_type: bytes

    def __init__(
        self, *args: Any, source: str, purpose: str | None = None, normalise: Callable[[str], str] | None = None, **kwargs: Any
    ) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)
        self.source = source
        self.purpose = purpose or source
        self.normalise = normalise

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Write source, purpose and normaliser into migrations, so that a migration that saves rows fills the index alike."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        kwargs |= {"source": self.source, "purpose": self.purpose}
        if self.normalise:
            kwargs["normalise"] = self.normalise
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Watch for saves that would leave the index behind."""
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract and cls.__module__ != "__fake__":  # a migration's model of the past lives for one migration
            pre_save.connect(self._refuse_half_saves, sender=cls, weak=False, dispatch_uid=f"blind-index.{cls._meta.label}.{name}")

    def get_internal_type(self) -> str:
        """Be a ``bytea`` column."""
        return "BinaryField"

    def digest(self, value: str) -> bytes:
        """Return the index of a value as this column would hold it."""
        return index.blind_index(self.purpose, self.normalise(value) if self.normalise else value)

    def indexed(self, value: str) -> index.IndexedValue:
        """Return what finds the rows of a value, whichever key has indexed them."""
        return index.IndexedValue.of(self.digests(value))

    def digests(self, value: str) -> tuple[bytes, ...]:
        """Return the index of a value under every key, the newest first."""
        return index.blind_indexes(self.purpose, self.normalise(value) if self.normalise else value)

    def indexed_in(self, row: models.Model) -> bytes | None:
        """Return what finds the rows that hold the same value as this row: what it holds, and under every key while keys are rotated."""
        stored: bytes | None = getattr(row, self.attname)
        if stored is None or len(blind_index_keys(self.purpose)) == 1:
            return stored
        return self.indexed(getattr(row, self.source))

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        """Compute the index from the source, under the key that has indexed this value elsewhere: all rows of it change keys together."""
        value = getattr(model_instance, self.source)
        digests = self.digests(value) if value else ()
        digest = key_in_use(self.purpose, digests) if len(digests) > 1 else digests[0] if digests else None
        setattr(model_instance, self.attname, digest)
        return digest

    def get_prep_value(self, value: Any) -> Any:
        """Accept digests only: text would silently find nothing."""
        value = super().get_prep_value(value)
        if isinstance(value, str):
            raise PlainTextRefused(f"{self.name} holds digests: look up with {self.name}__of=.")
        return value

    def from_db_value(self, value: Any, expression: Expression, connection: BaseDatabaseWrapper) -> bytes | None:
        """Return bytes, which can be compared and kept in sets, where the driver gives a view of memory."""
        return None if value is None else bytes(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse to leave by ``dumpdata``."""
        raise PlainTextRefused(f"{self.name} does not leave the database by serialisation.")

    def _refuse_half_saves(self, *, update_fields: frozenset[str] | None, **_: object) -> None:
        if update_fields is not None and self.source in update_fields and self.name not in update_fields:
            raise PlainTextRefused(f"Save {self.name} together with {self.source}, or it points to the old value.")


@BlindIndexField.register_lookup
class _Is(ExactBase):
    """``exact``, which of an :class:`IndexedValue` finds what any key has indexed."""

    lookup_name = "exact"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        """Compare as ``exact`` does, under whatever name."""
        return f"= {rhs}"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """Compare with one digest, or with those of every key while keys are rotated."""
        every = getattr(self.rhs, "every", ())
        if len(every) < 2:
            return super().as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({', '.join(['%s'] * len(every))})", [*params, *every]


@BlindIndexField.register_lookup
class _Of(_Is):
    """``__of``: the rows whose source holds this text."""

    lookup_name = "of"

    def get_prep_lookup(self) -> Any:
        """Turn text into the column's digest."""
        field = self.lhs.output_field
        return field.indexed(self.rhs)


def indexes_of(purpose: str) -> tuple[BlindIndexField, ...]:
    """Return the columns that are compared with each other, in one order for everybody who locks."""
    fields = (field for model in apps.get_models() for field in model._meta.local_fields if isinstance(field, BlindIndexField))
    return tuple(sorted((field for field in fields if field.purpose == purpose), key=lambda field: field.model._meta.db_table))


def lock_values(values: Iterable[Sequence[bytes]]) -> None:
    """Let nobody else index these values, given by their digests, or change the keys of their indexes, until the transaction ends."""
    # One order for all, so that two who lock several values cannot wait for each other.
    keys = sorted(min(digests).hex() for digests in values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s) AS key", [keys])


def key_in_use(purpose: str, digests: Sequence[bytes]) -> bytes:
    """Return the digest under which rows hold this value already, or the newest for a value that is new.

    Only asked while keys are rotated: were one value indexed under two keys at once, no constraint could see that it is there twice.
    """
    lock_values([digests])
    for digest in digests[1:]:
        if any(field.model._base_manager.filter(**{field.name: digest}).exists() for field in indexes_of(purpose)):
            return digest
    return digests[0]


def with_indexes(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Return the names of fields with those of the blind indexes that are made from them, to be saved together."""
    listed = list(names)
    return listed + [each.name for each in model._meta.local_fields if isinstance(each, BlindIndexField) and each.source in listed]
