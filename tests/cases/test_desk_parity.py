"""Pages and API are two faces of one behaviour: what one refuses to somebody, the other refuses too."""

from __future__ import annotations

import pytest

from cases.models import Case
from cases.operations.keep_property import take_item

PEOPLE = ("desk_clerk", "handling_officer", "head_of_unit", "head_of_branch", "auditor", "foreign_officer", "resident")
STEP = {"progress-action": "file", "progress-phrase": "standard"}
AGENT = {"role": "agent", "name": "演示代理"}
MOMENT = "2026-03-02T10:00"

# One deed a line: the page's address and form, the route's name and document. None is the case itself, to be read.
DEEDS = {
    "read": ("", None, "", None),
    "publish": ("publish/", STEP, "file/", {}),
    "tell news": ("publish/", {"progress-phrase": "work-goes-on"}, "news/", {"phrase": "work-goes-on"}),
    "correct": ("entries/1/correct/", {"detail": "Rather so."}, "correct-entry/", {"sequence": 1, "detail": "Rather so."}),
    "withhold": ("entries/1/withhold/", {"ground": "privacy"}, "withhold-entry/", {"sequence": 1, "ground": "privacy"}),
    "release": ("entries/1/release/", {}, "release-entry/", {"sequence": 1}),
    "set publication": (
        "publication/",
        {"publication": "closed", "ground": "minor"},
        "set-publication/",
        {"publication": "closed", "ground": "minor"},
    ),
    "take": ("take/", {}, "take/", {}),
    "stop the clock": ("stop-clock/", {}, "stop-clock/", {}),
    "extend": ("extend/", {"days": "7", "reason": "Clues."}, "extend/", {"days": 7, "reason": "Clues."}),
    "transfer": ("transfer/", {"unit": "310101000002"}, "transfer/", {"unit": "310101000002"}),
    "add a person": ("people/add/", AGENT, "add-party/", AGENT),
    "take a thing": (
        "property/add/",
        {"description": "A bicycle", "taken_at": MOMENT},
        "take-item/",
        {"description": "A bicycle", "taken_at": f"{MOMENT}:00+08:00"},
    ),
    "answer": ("answer/", {"text": "Soon."}, "answer/", {"text": "Soon."}),
}


def in_three(status):
    """Pages answer a done deed with a redirect and the API with the case."""
    return "done" if status < 400 else {403: "not allowed", 404: "not there"}[status]


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("deed", DEEDS)
def test_both_faces_let_the_same_people_do_the_same(deed, who, register, other_station, sign_in, request):
    from django.utils import timezone

    browser = sign_in(request.getfixturevalue(who))
    moment = timezone.now()
    one, other = (register(reported_at=moment, now=moment) for _ in range(2))
    page, form, route, document = DEEDS[deed]
    on_page, on_route = f"/desk/cases/{one.reference}/{page}", f"/api/v1/cases/{other.reference}/{route}"

    if form is None:
        answers = browser.get(on_page), browser.get(on_route)
    else:
        headers = {"idempotency-key": "once"}
        answers = browser.post(on_page, form), browser.post(on_route, document, content_type="application/json", headers=headers)

    assert in_three(answers[0].status_code) == in_three(answers[1].status_code)
    for case in (one, other):
        case.refresh_from_db()
    assert (one.status, one.publication, one.unit_id, one.progress_length) == (
        other.status,
        other.publication,
        other.unit_id,
        other.progress_length,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_both_faces_let_the_same_people_register(who, station, theft, sign_in, request):
    browser = sign_in(request.getfixturevalue(who))
    form = {"key": "k" * 20, "unit": station.code, "category": theft.code, "reported_at": MOMENT, "people-TOTAL_FORMS": "1"}
    form |= {"people-INITIAL_FORMS": "0", "people-0-name": "演示来人", "people-0-role": "reporter"}
    document = {"unit": station.code, "category": theft.code, "reported_at": f"{MOMENT}:00+08:00", "parties": [AGENT]}

    on_page = browser.post("/desk/register/", form)
    on_route = browser.post("/api/v1/cases/", document, content_type="application/json", headers={"idempotency-key": "once"})

    # A page offers no unit at which somebody has no post, so naming one there is a wrong choice and not a refused right.
    assert (on_page.status_code < 400) == (on_route.status_code < 400)
    assert Case.objects.count() in {0, 2}


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_both_faces_show_the_same_people_the_same_lists(who, case, station, sign_in, request):
    browser = sign_in(request.getfixturevalue(who))

    on_page = browser.get(f"/desk/units/{station.code}/all/")
    on_route = browser.get("/api/v1/cases/", {"unit": station.code, "list": "all"})

    assert in_three(on_page.status_code) == in_three(on_route.status_code)
    if on_page.status_code == 200:
        assert [each.reference for each in on_page.context["cases"]] == [row["reference"] for row in on_route.json()["results"]]


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_both_faces_let_the_same_people_move_a_thing(who, case, handling_officer, sign_in, now, request):
    items = [take_item(actor=handling_officer, reference=case.reference, description="A thing", taken_at=now, now=now) for _ in range(2)]
    browser = sign_in(request.getfixturevalue(who))

    on_page = browser.post(f"/desk/cases/{case.reference}/property/{items[0].reference}/move/", {"status": "kept"})
    document = {"item": items[1].reference, "place": "kept"}
    on_route = browser.post(f"/api/v1/cases/{case.reference}/move-item/", document, content_type="application/json")

    assert in_three(on_page.status_code) == in_three(on_route.status_code)
    for item in items:
        item.refresh_from_db()
    assert items[0].status == items[1].status
