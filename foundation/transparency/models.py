"""What the sealer keeps: the leaves of the log and its checkpoints, which only grow, and the rows that wait for their seal."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Func

from foundation.transparency.records import Record


class DatabaseClock(Func):
    """``clock_timestamp()``: the moment by the database's clock, not that of a transaction's begin."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class Pending(models.Model):
    """Rows written by one statement and not sealed yet.

    A trigger of each sealed table writes it in the statement's own transaction, so that a row which is committed late is found when it
    is committed, and one that was rolled back never. Personal data: none; gone within seconds.
    """

    kind = models.CharField(max_length=12)
    row_ids = ArrayField(models.BigIntegerField())
    written_at = models.DateTimeField(db_default=DatabaseClock())

    def __str__(self) -> str:
        return f"{len(self.row_ids)} {self.kind}"


class Leaf(models.Model):
    """One record of the log, and the row it was made of. Personal data: none, a commitment is a salted hash; kept for ever."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12)
    row_id = models.BigIntegerField()
    bureau_code = models.CharField(max_length=6)
    position = models.BigIntegerField()
    previous = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "row_id"), name="transparency_leaf_row_once"),
            models.UniqueConstraint(fields=("bureau_code", "position"), name="transparency_leaf_one_chain"),
        )
        # Found by it, and once by the row: among random values a B-tree costs the sealer twice as much.
        indexes = (HashIndex(fields=("commitment",), name="transparency_leaf_commitment"),)

    def __str__(self) -> str:
        return f"{self.index} {self.kind} {self.bureau_code}/{self.position}"

    @property
    def record(self) -> Record:
        """The record as it stands in the log."""
        return Record(
            kind=self.kind,
            bureau=self.bureau_code,
            position=self.position,
            previous=bytes(self.previous).hex(),
            commitment=bytes(self.commitment).hex(),
        )


class SealedCheckpoint(models.Model):
    """A signed size and root of the log. One of each size: the log cannot fork here. ``at`` never runs back, whatever a clock does.

    Personal data: none; kept for ever.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()
    sealed_at = models.DateTimeField(db_default=DatabaseClock())

    def __str__(self) -> str:
        return f"{self.size}"


class Publication(models.Model):
    """That a checkpoint stands in the published files, with every tile it needs. Personal data: none; kept for ever."""

    size = models.BigIntegerField(primary_key=True)
    published_at = models.DateTimeField(db_default=DatabaseClock())

    def __str__(self) -> str:
        return f"{self.size}"
