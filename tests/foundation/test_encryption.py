"""Personal data at rest can be read by the application, in its own row, and by nobody else."""

from __future__ import annotations

import io
import pickle
import uuid

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from foundation.database.roles import owner
from foundation.encryption import rotation
from foundation.encryption.blind_index import blind_index
from foundation.encryption.fields import BlindIndexField, EncryptedTextField, PlainTextRefused, Sealed
from foundation.encryption.keys import derive, index_key, key_ring
from foundation.encryption.sealing import CannotOpen, KeyRing
from foundation.identifiers import normalise_phone, normalise_resident_id

ID_NUMBER = "11010519491231002X"
OLD, NEW = b"o" * 32, b"n" * 32

with isolate_apps("foundation.encryption"):

    class Holder(models.Model):
        """Stands for any model with personal data."""

        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        name = EncryptedTextField(max_length=20)
        id_number = EncryptedTextField(null=True)
        id_number_index = BlindIndexField(source="id_number", normalise=normalise_resident_id, null=True, unique=True)
        phone = EncryptedTextField(blank=True, default="")
        phone_index = BlindIndexField(source="phone", purpose="telephone", normalise=normalise_phone, null=True, db_index=True)
        note = models.TextField(default="")

        class Meta:
            app_label = "encryption"

    class Numbered(models.Model):
        """Breaks the rules that the checks are there for."""

        name = EncryptedTextField(unique=True)

        class Meta:
            app_label = "encryption"


@pytest.fixture
def holders(db):
    with owner(), connection.schema_editor() as editor:
        editor.create_model(Holder)
    return Holder.objects


@pytest.fixture
def holder(holders):
    return holders.create(name="张三", id_number=ID_NUMBER, phone="138 1234 5678")


def stored(column, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM encryption_holder WHERE id = %s", [pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


# --- sealed values ----------------------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_what_was_sealed_opens_in_its_place(text, context):
    ring = KeyRing({"k1": NEW})
    assert ring.open(ring.seal(text, context=context), context=context) == text


def test_equal_texts_are_sealed_differently():
    ring = KeyRing({"k1": NEW})
    assert ring.seal("张三", context="a") != ring.seal("张三", context="a")


def test_a_sealed_resident_id_takes_fifty_bytes():
    assert len(KeyRing({"k1": NEW}).seal(ID_NUMBER, context="a")) == 50


def test_no_altered_bit_and_no_cut_opens():
    ring = KeyRing({"k1": NEW, "k2": OLD})
    sealed = ring.seal(ID_NUMBER, context="here")
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            ring.open(bytes(altered), context="here")
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            ring.open(sealed[:length], context="here")


def test_a_value_does_not_open_elsewhere():
    ring = KeyRing({"k1": NEW})
    with pytest.raises(CannotOpen, match="not sealed for there"):
        ring.open(ring.seal(ID_NUMBER, context="here"), context="there")


def test_each_key_of_the_ring_opens_what_it_sealed_and_the_first_seals():
    before, after = KeyRing({"old": OLD}), KeyRing({"new": NEW, "old": OLD})
    sealed = before.seal("text", context="a")
    assert after.open(sealed, context="a") == "text"
    assert not after.is_current(sealed)
    assert after.is_current(after.seal("text", context="a"))
    with pytest.raises(CannotOpen, match="not in HALL_DATA_KEYS"):
        KeyRing({"new": NEW}).open(sealed, context="a")


def test_a_later_layout_is_not_mistaken_for_this_one():
    ring = KeyRing({"k1": NEW})
    with pytest.raises(CannotOpen, match="not a sealed value"):
        ring.open(b"\x02" + ring.seal("text", context="a")[1:], context="a")


def test_each_column_has_a_key_of_its_own(holder):
    name, phone = (Holder._meta.get_field(field) for field in ("name", "phone"))
    place = f"encryption_holder.name:{holder.pk}"
    assert name.ring.open(stored("name", holder.pk), context=place) == "张三"
    with pytest.raises(CannotOpen):
        phone.ring.open(stored("name", holder.pk), context=place)


def test_a_ring_without_keys_is_refused():
    with pytest.raises(ValueError, match="needs a key"):
        KeyRing({})


def test_purposes_have_keys_of_their_own(settings):
    assert derive(NEW, "a") != derive(NEW, "b") != derive(OLD, "b")
    assert index_key("blind-index/phone") != settings.INDEX_KEY
    with pytest.raises(CannotOpen):
        key_ring("field/b").open(key_ring("field/a").seal("text", context="x"), context="x")


# --- blind indexes ----------------------------------------------------------------------------------------------------


def test_a_blind_index_is_the_same_for_the_same_value_however_written():
    assert blind_index("id-number", " 11010519491231002x ") == blind_index("id-number", "１１０１０５１９４９１２３１００２Ｘ")
    assert len(blind_index("id-number", ID_NUMBER)) == 16


def test_a_blind_index_differs_by_value_purpose_and_key(settings):
    here = blind_index("id-number", ID_NUMBER)
    assert here != blind_index("id-number", ID_NUMBER[:-1] + "1")
    assert here != blind_index("telephone", ID_NUMBER)
    settings.INDEX_KEY = b"x" * 32
    assert here != blind_index("id-number", ID_NUMBER)


# --- fields -----------------------------------------------------------------------------------------------------------


def test_the_database_holds_no_plain_text(holder):
    for column in ("name", "id_number", "phone"):
        value = stored(column, holder.pk)
        assert value.startswith(bytes([1, 2]) + b"k1")
        assert not any(text.encode() in value for text in ("张三", ID_NUMBER, "138"))
    assert stored("id_number_index", holder.pk) == blind_index("id_number", ID_NUMBER)


def test_the_application_reads_what_it_wrote(holder, holders):
    loaded = holders.get()
    assert (loaded.name, loaded.id_number, loaded.phone) == ("张三", ID_NUMBER, "138 1234 5678")
    assert loaded.phone_index == holder.phone_index == blind_index("telephone", "13812345678")


def test_a_value_is_opened_when_it_is_read_and_not_before(holder, holders):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE encryption_holder SET phone = 'garbage'")
    loaded = holders.get()
    assert loaded.name == "张三"
    with pytest.raises(CannotOpen):
        _ = loaded.phone


def test_a_value_moved_to_another_row_or_column_does_not_open(holder, holders):
    other = holders.create(name="李四")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE encryption_holder SET name = %s WHERE id = %s", [stored("name", holder.pk), other.pk])
        cursor.execute("UPDATE encryption_holder SET phone = id_number WHERE id = %s", [holder.pk])
    with pytest.raises(CannotOpen):
        _ = holders.get(pk=other.pk).name
    with pytest.raises(CannotOpen):
        _ = holders.get(pk=holder.pk).phone


def test_nothing_is_kept_as_nothing_and_has_no_index(holders):
    first, second = holders.create(name="甲"), holders.create(name="")
    assert stored("id_number", first.pk) is stored("id_number_index", first.pk) is stored("phone_index", second.pk) is None
    assert {each.pk: (each.name, each.id_number) for each in holders.all()} == {first.pk: ("甲", None), second.pk: ("", None)}


def test_rows_are_found_by_the_blind_index(holder, holders):
    assert holders.get(id_number_index__of="11010519491231002x") == holder
    assert holders.get(phone_index__of="+86 138-1234-5678") == holder
    assert holders.get(phone_index=holder.phone_index) == holder
    assert not holders.filter(id_number_index__of="110105194912310038").exists()


def test_a_blind_index_keeps_values_unique(holder, holders):
    with pytest.raises(IntegrityError):
        holders.create(name="李四", id_number=" 11010519491231002x")


def test_looking_up_the_index_by_plain_text_is_refused(holders):
    with pytest.raises(PlainTextRefused):
        list(holders.filter(id_number_index=ID_NUMBER))


@pytest.mark.parametrize("lookup", ["name", "name__contains", "name__in", "name__gt"])
def test_an_encrypted_field_cannot_be_searched(holders, lookup):
    with pytest.raises(FieldError, match="blind index"):
        holders.filter(**{lookup: "张三"})


def test_an_encrypted_field_can_be_asked_whether_it_is_empty(holder, holders):
    assert holders.get(id_number__isnull=False) == holder


def test_many_rows_are_created_at_once(holders):
    created = holders.bulk_create(Holder(name=f"人{number}", id_number=f"1101051949123100{number}") for number in range(10, 30))
    assert sorted(each.name for each in holders.all()) == [f"人{number}" for number in range(10, 30)]
    assert holders.get(id_number_index__of="110105194912310015").pk == created[5].pk


def test_an_instance_can_be_refreshed_deferred_and_saved_again(holder, holders):
    holders.filter(pk=holder.pk).update(note="later")
    holder.refresh_from_db()
    assert (holder.note, holder.name) == ("later", "张三")
    deferred = holders.defer("name").only("note").get()
    assert deferred.get_deferred_fields() >= {"name", "phone"}
    assert deferred.name == "张三"
    unread = holders.get()
    unread.note = "saved"
    unread.save()
    assert holders.get().name == "张三"


def test_what_nobody_read_goes_back_as_it_came(holder, holders):
    before = stored("name", holder.pk)
    holders.get().save()
    assert stored("name", holder.pk) == before


def test_a_row_copied_under_another_key_unread_is_refused(holder, holders):
    copy = holders.get()
    copy.pk = uuid.uuid4()
    with pytest.raises(CannotOpen):
        copy.save(force_insert=True)
    with pytest.raises(CannotOpen):
        Holder._meta.get_field("name").pre_save(copy, add=True)


def test_a_row_without_a_key_is_refused():
    with pytest.raises(PlainTextRefused, match="primary key"):
        Holder._meta.get_field("name").seal("张三", None)


def test_a_sealed_value_survives_a_cache():
    assert pickle.loads(pickle.dumps(Sealed(b"sealed"))).value == b"sealed"


def test_a_changed_value_moves_its_index(holder, holders):
    holder.phone = "13987654321"
    holder.save(update_fields=["phone", "phone_index"])
    assert holders.get(phone_index__of="139 8765 4321").phone == "13987654321"


def test_saving_a_value_without_its_index_is_refused(holder):
    holder.phone = "13987654321"
    with pytest.raises(PlainTextRefused, match="together"):
        holder.save(update_fields=["phone"])


def test_update_and_bulk_update_refuse_plain_text(holder, holders):
    with pytest.raises(PlainTextRefused), transaction.atomic():
        holders.update(name="李四")
    with pytest.raises(PlainTextRefused), transaction.atomic():
        holders.bulk_update([holder], ["name"])
    assert holders.update(id_number=None) == 1


@pytest.mark.parametrize("use", [str, len, list, bool, "{}".format, lambda sealed: sealed == "张三", lambda sealed: sealed + ""])
def test_values_hands_out_what_refuses_to_be_text(holder, holders, use):
    (sealed,) = holders.values_list("name", flat=True)
    assert isinstance(sealed, Sealed)
    assert repr(sealed) == "<sealed>"
    with pytest.raises(PlainTextRefused):
        use(sealed)


def test_personal_data_does_not_leave_by_dumpdata(holder):
    with pytest.raises(PlainTextRefused):
        serializers.serialize("json", [holder])


def test_the_text_is_validated_and_asked_for_as_text(holders):
    with pytest.raises(ValidationError) as refusal:
        Holder(name="张" * 21, id_number=ID_NUMBER, note="none").full_clean()
    assert set(refusal.value.message_dict) == {"name"}
    field = Holder._meta.get_field("name").formfield()
    assert (field.max_length, field.clean("张三")) == (20, "张三")


def test_the_checks_refuse_an_encrypted_key_and_a_model_numbered_by_the_database():
    assert {problem.id for problem in Numbered.check(databases=[])} == {"hall.E101", "hall.E102"}
    assert Holder.check(databases=[]) == []


def test_migrations_write_the_fields_down():
    _name, path, _args, kwargs = Holder._meta.get_field("phone_index").deconstruct()
    assert path == "foundation.encryption.fields.BlindIndexField"
    assert kwargs == {"source": "phone", "purpose": "telephone", "normalise": normalise_phone, "null": True, "db_index": True}
    assert Holder._meta.get_field("name").deconstruct()[3] == {"max_length": 20}


# --- rotation ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def rotated(holder, holders, settings, monkeypatch):
    holders.bulk_create(Holder(name=f"人{number}") for number in range(7))
    settings.DATA_KEYS = {"k2": NEW} | settings.DATA_KEYS
    monkeypatch.setattr(rotation.apps, "get_models", lambda **_: [Holder])
    return holder


def test_rotation_seals_everything_anew_and_changes_no_text(rotated, holders, settings):
    assert list(rotation.rotate(Holder, batch=3)) == [3, 3, 2]
    settings.DATA_KEYS = {"k2": NEW}
    assert holders.get(pk=rotated.pk).id_number == ID_NUMBER
    assert sorted(each.name for each in holders.all()) == sorted(["张三", *(f"人{number}" for number in range(7))])
    assert holders.get(id_number_index__of=ID_NUMBER) == rotated


def test_a_rotation_that_was_stopped_goes_on_where_it_was(rotated):
    run = rotation.rotate(Holder, batch=3)
    next(run)
    run.close()
    assert rotation.stale(Holder).count() == 5
    assert list(rotation.rotate(Holder, batch=3)) == [3, 2]
    assert list(rotation.rotate(Holder)) == []


def test_the_command_says_when_the_old_key_may_go(rotated):
    output = io.StringIO()
    with pytest.raises(CommandError, match="8 rows still need them"):
        call_command("rotate_keys", "--check", stdout=output)
    call_command("rotate_keys", stdout=output)
    call_command("rotate_keys", "--check", stdout=output)
    assert output.getvalue().splitlines()[-2:] == [
        "encryption.Holder: 0 rows need an older key",
        "Every value is sealed with the newest key; older keys may go.",
    ]


def test_the_command_names_a_value_that_it_cannot_open(rotated, holders):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE encryption_holder SET phone = 'garbage' WHERE id = %s", [rotated.pk])
    output, errors = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="rows still need them"):
        call_command("rotate_keys", stdout=output, stderr=errors)
    assert "encryption.Holder: stopped after" in errors.getvalue()


def test_the_command_names_a_table_that_only_grows(rotated):
    with owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE UPDATE ON encryption_holder FROM hall_app")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="8 rows still need them"):
        call_command("rotate_keys", stdout=io.StringIO(), stderr=errors)
    assert "encryption.Holder: stopped after 0 rows: permission denied" in errors.getvalue()


def test_only_tables_with_encrypted_fields_are_rotated():
    assert rotation.models_with_sealed_fields([Holder, Numbered]) == [Holder, Numbered]
    assert all(rotation.sealed_fields(model) for model in rotation.models_with_sealed_fields())


# --- rotating the keys of blind indexes ---------------------------------------------------------------------------------

OLD_INDEX, NEW_INDEX = b"i" * 32, b"j" * 32


@pytest.fixture
def reindexing(holders, settings, monkeypatch):
    """Rows under an old key of blind indexes, with a new one put before it."""
    settings.BLIND_INDEX_KEYS = (OLD_INDEX,)
    numbers = [f"3101011990010{number:05d}" for number in range(7)]
    holders.bulk_create(Holder(name="人", id_number=number, phone="13800000001") for number in numbers)
    settings.BLIND_INDEX_KEYS = (NEW_INDEX, OLD_INDEX)
    every = [Holder]
    monkeypatch.setattr(rotation.apps, "get_models", lambda **_: every)
    return numbers


def id_index():
    return Holder._meta.get_field("id_number_index")


def test_a_search_finds_everybody_at_every_moment_of_a_rotation(reindexing, holders, settings):
    def everybody_is_found():
        return all(holders.filter(id_number_index__of=number).count() == 1 for number in reindexing)

    assert everybody_is_found()
    for _ in rotation.index_anew(id_index(), batch=2):
        assert everybody_is_found()
    settings.BLIND_INDEX_KEYS = (NEW_INDEX,)
    assert everybody_is_found()
    assert list(rotation.stale_indexes(id_index())) == []


def test_what_a_row_holds_finds_the_rows_of_the_same_value_under_either_key(reindexing, holders):
    row = holders.get(id_number_index__of=reindexing[0])

    assert holders.get(id_number_index=id_index().indexed_in(row)) == row
    list(rotation.index_anew(id_index()))
    assert holders.get(id_number_index=id_index().indexed_in(row)) == row


def test_nobody_is_entered_twice_while_keys_are_rotated(reindexing, holders):
    next(rotation.index_anew(id_index(), batch=3))

    for number in reindexing:
        with pytest.raises(IntegrityError), transaction.atomic():
            holders.create(name="人", id_number=number)


def test_what_is_new_is_indexed_with_the_newest_key_and_what_is_known_with_its_own(reindexing, holders, settings):
    new = holders.create(name="人", id_number=ID_NUMBER, phone="13800000001")

    assert new.id_number_index == id_index().digests(ID_NUMBER)[0]
    phone = Holder._meta.get_field("phone_index")
    assert new.phone_index == phone.digests("13800000001")[1]
    list(rotation.index_anew(phone))
    assert set(holders.values_list("phone_index", flat=True)) == {phone.digests("13800000001")[0]}


def test_the_command_indexes_anew_and_says_when_the_old_key_may_go(reindexing):
    output = io.StringIO()
    with pytest.raises(CommandError, match="14 rows still need them"):
        call_command("rotate_keys", "--check", stdout=output)
    call_command("rotate_keys", stdout=output)
    call_command("rotate_keys", "--check", stdout=output)
    assert "encryption.Holder.id_number_index: 0 rows need an older index key" in output.getvalue()


def test_without_the_dual_reading_a_search_would_miss(reindexing, holders, settings):
    settings.BLIND_INDEX_KEYS = (NEW_INDEX,)

    assert not holders.filter(id_number_index__of=reindexing[0]).exists()
