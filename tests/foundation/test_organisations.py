"""The tree of offices: its constraints, its reach, its questions and its loader."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import translation

from foundation.accounts.actors import command_actor
from foundation.audit.models import AuditEntry
from foundation.errors import NotFound
from foundation.organisations.models import Organisation, path_range
from foundation.organisations.operations.load_organisations import load_organisations
from foundation.organisations.queries import bureaus, city, organisation_by_code, search
from foundation.seed_files import BrokenSeed

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind
NOW = datetime.datetime(2026, 1, 5, 1, 0, tzinfo=datetime.UTC)
HEAD = 'bureau_code: "310000"\nsources: {gazette: A gazette}\norganisations:\n'
BUREAU = '  - {code: "310000000000", kind: bureau, name_zh: 市局, name_en: Bureau, confidence: medium}\n'
BRANCH = '  - {code: "310105000000", kind: branch, name_zh: 长宁分局, name_en: Changning Branch, confidence: medium}\n'
OTHER_BRANCH = '  - {code: "310106000000", kind: branch, name_zh: 静安分局, name_en: Jing\'an Branch, confidence: medium}\n'
STATION = '  - {code: "310105510000", kind: station, name_zh: 虹桥路派出所, name_en: Hongqiao Road Police Station, confidence: medium}\n'
RAILWAY = (
    '  - {code: "310000090000", kind: special_unit, name_zh: 铁路公安处, name_en: Railway Police, confidence: low, is_outside: true}\n'
)
CITY = HEAD + BUREAU + BRANCH + OTHER_BRANCH + STATION + RAILWAY


def make(code, kind, parent=None, **fields):
    fields = {"bureau_code": "310000", "name_zh": f"单位{code}", "name_en": f"Unit {code}", **fields}
    return Organisation.objects.create(code=code, kind=kind, parent=parent, **fields)


@pytest.fixture
def bureau():
    return make("310000000000", Kind.BUREAU, name_zh="上海市公安局", name_en="Shanghai Bureau")


@pytest.fixture
def branch(bureau):
    return make("310105000000", Kind.BRANCH, bureau, name_zh="长宁分局", name_en="Changning Branch")


@pytest.fixture
def station(branch):
    return make("310105510000", Kind.STATION, branch, name_zh="虹桥路派出所", name_en="Hongqiao Road Police Station")


@pytest.fixture
def railway():
    return make("310000090000", Kind.SPECIAL_UNIT, is_outside=True)


@pytest.fixture
def load(tmp_path):
    def load(*texts, now=NOW):
        paths = [tmp_path / f"city{number}.yaml" for number, _text in enumerate(texts)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return load_organisations(actor=command_actor("test"), now=now, paths=paths)

    return load


class TestConstraints:
    @pytest.mark.parametrize("code", ["31010500000", "3101050000000", "31010500000X", "010105000000"])
    def test_a_code_has_twelve_digits_and_begins_with_none_of_zero(self, bureau, code):
        with pytest.raises((IntegrityError, DataError), match=r"organisations_|value too long"), transaction.atomic():
            make(code, Kind.STATION, bureau)

    def test_a_code_belongs_to_one_organisation(self, branch, bureau):
        with pytest.raises(IntegrityError, match="code"), transaction.atomic():
            make(branch.code, Kind.BRANCH, bureau)

    def test_a_bureau_has_nothing_above_it(self, bureau):
        with pytest.raises(IntegrityError, match="organisations_place_fits_kind"), transaction.atomic():
            make("440300000000", Kind.BUREAU, bureau)

    def test_a_bureau_carries_its_own_six_digits(self):
        with pytest.raises(IntegrityError, match="organisations_place_fits_kind"), transaction.atomic():
            make("440300000000", Kind.BUREAU, bureau_code="310000")

    def test_a_station_hangs_below_a_branch(self, bureau):
        with pytest.raises(IntegrityError, match="organisations_place_fits_kind"), transaction.atomic():
            make("310105510000", Kind.STATION, bureau)

    def test_nothing_hangs_below_a_station(self, station):
        with pytest.raises(DataError, match="value too long"), transaction.atomic():
            make("310105520000", Kind.STATION, station)

    def test_only_a_special_unit_may_stand_outside(self):
        with pytest.raises(IntegrityError, match="organisations_place_fits_kind"), transaction.atomic():
            make("310105000000", Kind.BRANCH, is_outside=True)

    def test_a_path_ends_in_its_own_code(self, branch):
        with pytest.raises(IntegrityError, match="organisations_path_ends_in_code"), transaction.atomic():
            Organisation.objects.filter(pk=branch.pk).update(path="310000000000/310106000000/")

    def test_an_address_says_how_sure_it_is(self, bureau):
        with pytest.raises(IntegrityError, match="organisations_contact_has_confidence"), transaction.atomic():
            make("310105000000", Kind.BRANCH, bureau, address_zh="威宁路201号")

    def test_an_organisation_does_not_end_before_it_begins(self, bureau):
        begun, ended = datetime.date(2020, 1, 1), datetime.date(2019, 12, 31)
        with pytest.raises(IntegrityError, match="organisations_valid_in_order"), transaction.atomic():
            make("310105000000", Kind.BRANCH, bureau, valid_from=begun, valid_until=ended)

    def test_an_organisation_with_others_below_it_cannot_be_deleted(self, branch, station):
        with pytest.raises(ProtectedError):
            branch.delete()


class TestReach:
    def test_rights_are_valid_downwards(self, bureau, branch, station):
        assert set(Organisation.objects.within(branch)) == {branch, station}
        assert set(Organisation.objects.within(bureau)) == {bureau, branch, station}

    def test_rights_do_not_reach_upwards_or_sideways(self, bureau, branch, station):
        neighbour = make("310106000000", Kind.BRANCH, bureau)

        assert set(Organisation.objects.within(station)) == {station}
        assert neighbour not in Organisation.objects.within(branch)

    def test_rights_at_two_places_add_up(self, bureau, branch, station):
        neighbour = make("310106000000", Kind.BRANCH, bureau)

        assert set(Organisation.objects.within(neighbour, station)) == {neighbour, station}

    def test_no_organisation_gives_no_rights(self, bureau):
        assert not Organisation.objects.within().exists()

    def test_the_bureau_has_no_rights_over_a_unit_outside_its_tree(self, bureau, railway):
        assert railway not in Organisation.objects.within(bureau)
        assert railway in Organisation.objects.in_bureau("310000")

    def test_two_cities_stand_side_by_side(self, bureau, branch):
        other = make("440300000000", Kind.BUREAU, bureau_code="440300")

        assert set(Organisation.objects.within(other)) == {other}
        assert set(Organisation.objects.in_bureau("310000")) == {bureau, branch}

    def test_the_ancestors_are_told_from_the_bureau_down(self, bureau, branch, station):
        assert list(Organisation.objects.ancestors_of(station)) == [bureau, branch]

    def test_a_subtree_is_one_range_of_an_index(self, branch):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            plan = Organisation.objects.within(branch).explain()

        assert "Index" in plan and "organisations_path_once" in plan and "Filter" not in plan

    def test_the_empty_path_stands_above_every_city(self, bureau, railway):
        assert Organisation.objects.filter(path_range("")).count() == 2

    def test_an_organisation_is_active_between_its_first_and_last_day(self, bureau):
        unit = make(
            "310000010000", Kind.SPECIAL_UNIT, bureau, valid_from=datetime.date(2019, 1, 1), valid_until=datetime.date(2019, 12, 31)
        )

        assert unit in Organisation.objects.active(on=datetime.date(2019, 1, 1))
        assert unit in Organisation.objects.active(on=datetime.date(2019, 12, 31))
        assert unit not in Organisation.objects.active(on=datetime.date(2020, 1, 1))
        assert unit not in Organisation.objects.active(on=datetime.date(2018, 12, 31))


class TestQuestions:
    def test_a_city_costs_one_query_however_many_stations_it_has(self, bureau, branch, station, railway, django_assert_num_queries):
        with django_assert_num_queries(1):
            city(bureau_code="310000")
        for serial in range(52, 60):
            make(f"310105{serial}0000", Kind.STATION, branch)
        with django_assert_num_queries(1):
            found = city(bureau_code="310000")
        assert len(found.tree.children[0].children) == 9

    def test_a_city_shows_its_tree_what_stands_beside_it_and_what_is_over(self, bureau, branch, station, railway):
        former = make("310000040000", Kind.SPECIAL_UNIT, bureau, is_active=False)

        found = city(bureau_code="310000")

        assert found.tree.organisation == bureau
        assert [each.organisation for each in found.tree.children] == [branch]
        assert [each.organisation for each in found.tree.children[0].children] == [station]
        assert (found.outside, found.former) == ((railway,), (former,))

    def test_branches_come_before_special_units(self, bureau):
        unit = make("310000010000", Kind.SPECIAL_UNIT, bureau)
        branch = make("310151000000", Kind.BRANCH, bureau)

        assert [each.organisation for each in city(bureau_code="310000").tree.children] == [branch, unit]

    def test_an_unknown_city_is_not_found(self):
        with pytest.raises(NotFound) as refusal:
            city(bureau_code="999999")
        assert refusal.value.code == "organisation_not_found"

    def test_an_unknown_code_is_not_found(self):
        with pytest.raises(NotFound) as refusal:
            organisation_by_code(code="310105510000")
        assert refusal.value.code == "organisation_not_found"

    def test_bureaus_are_listed_once_a_city(self, bureau, branch, railway):
        assert list(bureaus()) == [bureau]

    @pytest.mark.parametrize("text", ["虹桥", "hongqiao", "HONGQIAO  station", "ｈｏｎｇｑｉａｏ", " 虹桥路\t", "310105510000", "31010551"])
    def test_an_organisation_is_found_by_either_name_or_code(self, station, text):
        assert list(search(text=text)) == [station]

    @pytest.mark.parametrize("text", ["", " ", "%", "_", "\x00", "虹桥 changning", "'; --"])
    def test_what_no_name_holds_finds_nothing(self, station, text):
        assert not search(text=text).exists()

    def test_a_very_long_search_is_cut(self, station):
        assert list(search(text="虹桥" + " " * 100 + "x" * 10_000_000)) == [station]

    def test_a_search_can_stay_in_one_city(self, station):
        assert not search(text="虹桥", bureau_code="440300").exists()

    def test_former_organisations_are_not_found(self, station):
        Organisation.objects.update(is_active=False)

        assert not search(text="虹桥").exists()

    def test_a_name_is_told_in_the_language_of_the_page(self, station):
        with translation.override("zh-hans"):
            assert station.name == "虹桥路派出所"
        with translation.override("en"):
            assert station.name == "Hongqiao Road Police Station"


class TestLoading:
    def test_a_city_is_loaded_with_its_places(self, load):
        (report,) = load(CITY)

        assert len(report.new) == 5
        assert organisation_by_code(code="310105510000").path == "310000000000/310105000000/310105510000/"
        assert organisation_by_code(code="310000090000").path == "310000090000/"

    def test_a_second_load_changes_nothing(self, load):
        load(CITY)
        before = list(Organisation.objects.order_by("pk").values())

        (report,) = load(CITY)

        assert (report.new, report.updated, len(report.unchanged), report.deactivated) == ([], [], 5, [])
        assert list(Organisation.objects.order_by("pk").values()) == before
        assert AuditEntry.objects.count() == 1

    def test_a_changed_name_is_updated_in_place(self, load):
        load(CITY)
        key = organisation_by_code(code="310105510000").pk

        (report,) = load(CITY.replace("Hongqiao Road", "Red Bridge Road"))

        assert report.updated == ["310105510000"]
        assert Organisation.objects.get(pk=key).name_en == "Red Bridge Road Police Station"

    def test_what_the_file_no_longer_holds_is_kept_and_deactivated(self, load):
        load(CITY)

        (report,) = load(CITY.replace(STATION, ""))

        assert report.deactivated == ["310105510000"]
        assert not organisation_by_code(code="310105510000").is_active

    def test_what_comes_back_is_active_again(self, load):
        load(CITY)
        load(CITY.replace(STATION, ""))

        (report,) = load(CITY)

        assert report.updated == ["310105510000"]
        assert organisation_by_code(code="310105510000").is_active

    def test_a_station_can_move_to_another_branch_and_keep_its_code(self, load):
        load(CITY)

        load(CITY.replace("kind: station,", 'kind: station, parent: "310106000000",'))

        moved = organisation_by_code(code="310105510000")
        assert moved.parent.code == "310106000000"
        assert moved.path == "310000000000/310106000000/310105510000/"

    def test_an_organisation_is_a_former_one_from_the_day_after_its_last(self, load):
        text = CITY.replace("kind: station,", "kind: station, valid_until: 2026-01-05,")
        load(text)
        assert organisation_by_code(code="310105510000").is_active

        load(text, now=NOW + datetime.timedelta(days=1))

        assert not organisation_by_code(code="310105510000").is_active

    def test_loading_one_city_leaves_the_others_alone(self, load):
        load(CITY)

        load('bureau_code: "440300"\nsources: {}\norganisations:\n' + BUREAU.replace("310000", "440300"))

        assert Organisation.objects.active().count() == 6

    def test_loading_costs_as_many_queries_for_many_stations_as_for_one(self, load, django_assert_max_num_queries):
        many = "".join(STATION.replace("310105510000", f"310105{serial}0000") for serial in range(52, 92))
        with django_assert_max_num_queries(16):
            load(CITY + many)

    def test_who_loaded_what_is_in_the_audit_log(self, load):
        load(CITY)

        entry = AuditEntry.objects.get()
        assert (entry.actor_reference, entry.action, entry.subject_reference) == ("test", "organisation.load", "310000000000")
        assert "310105510000" in entry.changes["new"][1]


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            (HEAD + BUREAU + BRANCH + BRANCH, 6, "twice"),
            (HEAD + BUREAU + STATION, 5, "above it"),
            (HEAD + BRANCH + BUREAU, 4, "above it"),
            (HEAD + BRANCH, 4, "above it"),
            (HEAD + BUREAU + BUREAU.replace("310000000000", "310105000000"), 5, "six zeros"),
            (HEAD + BUREAU + BRANCH.replace("310105000000", "310105510000"), 5, "six zeros"),
            (HEAD + BUREAU + BRANCH + STATION.replace("310105510000", "31010551000"), 6, "12 digits"),
            (HEAD + BUREAU + BRANCH + STATION.replace('"310105510000"', "310105510000"), 6, "in quotes"),
            (HEAD + BUREAU + BRANCH.replace("name_en", "name_eng"), 5, "name_eng"),
            (HEAD + BUREAU + BRANCH.replace("name_en: Changning Branch, ", ""), 5, "missing"),
            (HEAD + BUREAU + BRANCH.replace("Changning Branch", '" "'), 5, "visible"),
            (HEAD + BUREAU + BRANCH.replace("Changning Branch", "x" * 121), 5, "120"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: office"), 5, "one of"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: [branch]"), 5, "one of"),
            (HEAD + BUREAU + BRANCH.replace("confidence: medium", "confidence: high"), 5, "source"),
            (HEAD + BUREAU + BRANCH.replace("confidence: medium", "confidence: high, source: rumour"), 5, "one of"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", 'kind: branch, phone: "110"'), 5, "contact_confidence"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: branch, is_outside: true"), 5, "special unit"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: branch, is_outside: maybe"), 5, "true or false"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: branch, valid_until: soon"), 5, "2019-12-31"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: branch, valid_from: 2020-01-02, valid_until: 2020-01-01"), 5, "before"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: branch, valid_until: 2020-01-01") + STATION, 6, "outlive"),
            (HEAD + BUREAU + BRANCH.replace("kind: branch", "kind: branch, kind: branch"), 5, "twice"),
            (HEAD + BUREAU + "  - just words\n", 1, "list of entries"),
            (HEAD + BUREAU + "  - {code: \n", 6, ""),
            (HEAD + BUREAU + "\t- tab\n", 5, ""),
            (HEAD + BUREAU + "  - {code: \x07}\n", 5, "control"),
            ("- a list\n", 1, "names and values"),
            ("", 1, "names and values"),
        ],
    )
    def test_a_slip_is_told_with_file_and_line_and_changes_nothing(self, load, text, line, words):
        load(CITY)
        before = list(Organisation.objects.order_by("pk").values())

        with pytest.raises(BrokenSeed) as refusal:
            load(text)

        assert (refusal.value.path.name, refusal.value.line) == ("city0.yaml", line)
        assert f"city0.yaml, line {line}: " in str(refusal.value) and words in str(refusal.value)
        assert list(Organisation.objects.order_by("pk").values()) == before

    def test_one_broken_file_keeps_the_good_ones_out_too(self, load):
        with pytest.raises(BrokenSeed):
            load(CITY, "broken: true\n")

        assert not Organisation.objects.exists()

    def test_a_code_in_two_files_is_refused(self, load):
        with pytest.raises(BrokenSeed, match="another file"):
            load(CITY, CITY)

    def test_a_city_cannot_take_a_code_of_another(self, load):
        load(CITY)
        other = BUREAU.replace("310000", "440300") + RAILWAY

        with pytest.raises(BrokenSeed) as refusal:
            load('bureau_code: "440300"\nsources: {}\norganisations:\n' + other)

        assert refusal.value.line == 5 and "another city" in str(refusal.value)

    def test_a_file_in_another_encoding_is_refused_with_its_line(self, tmp_path):
        path = tmp_path / "gbk.yaml"
        path.write_bytes(CITY.encode("gb18030"))

        with pytest.raises(BrokenSeed) as refusal:
            load_organisations(actor=command_actor("test"), now=NOW, paths=[path])
        assert refusal.value.line == 4 and "UTF-8" in str(refusal.value)

    def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(self, tmp_path):
        path = tmp_path / "windows.yaml"
        path.write_bytes(b"\xef\xbb\xbf" + CITY.replace("\n", "\r\n").encode())

        (report,) = load_organisations(actor=command_actor("test"), now=NOW, paths=[path])
        assert len(report.new) == 5


class TestCommand:
    def test_the_command_loads_all_cities_of_the_project(self):
        out = StringIO()

        call_command("load_organisations", stdout=out)

        assert "Shanghai Municipal Public Security Bureau: 222 new, 0 updated, 0 unchanged, 0 deactivated" in out.getvalue()
        assert set(bureaus().values_list("code", flat=True)) == {"310000000000", "440300000000", "982601000000"}

    def test_the_command_says_which_line_is_broken(self, tmp_path):
        path = tmp_path / "broken.yaml"
        path.write_text(HEAD + BUREAU + BRANCH + BRANCH, encoding="utf-8")

        with pytest.raises(CommandError, match=r"broken.yaml, line 6"):
            call_command("load_organisations", path)

    def test_the_command_says_that_a_file_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            call_command("load_organisations", tmp_path / "missing.yaml")
