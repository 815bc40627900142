"""What the look-up answers and what the OpenAPI document says of it are one thing."""

from __future__ import annotations

from datetime import UTC, datetime

from foundation.inquiries.matters import Handler, Matter, NextStep, Status, Step
from foundation.inquiries.rest.serializers import MatterSerializer, matter_document

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
STEP = Step(sequence=1, at=AT, status="registered", label="Registered", text="Registered", text_language="en", hash="ab")
MATTER = Matter(
    kind="case",
    reference="C-0",
    title="Report",
    status=Status(code="registered", text="Registered"),
    handled_by=Handler(name="Station", phone="1", address="Road"),
    next_step=NextStep(text="Wait", by=AT, explanation=("one",)),
    progress=(STEP,),
)


def test_the_answer_is_what_the_document_says():
    assert matter_document(MATTER) == MatterSerializer(MATTER).data


def test_the_answer_about_a_unit_alone_is_too():
    matter = Matter(kind="case", reference="C-0", title="Report", status=None, handled_by=MATTER.handled_by, next_step=None, progress=())

    assert matter_document(matter) == MatterSerializer(matter).data
