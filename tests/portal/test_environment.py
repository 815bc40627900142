"""Settings: what a city may change, what is refused, and that the page about them is true."""

import base64

import pytest

from portal.environment import VARIABLES, Environment, EnvironmentProblem, run_folder
from portal.supervisor import settings_table

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
LOG_KEY = base64.b64encode(bytes(range(2, 34))).decode()
SAFE = {
    "HALL_MODE": "production",
    "HALL_HOST": "https://hall.example.gov",
    "HALL_SECRET_KEY": "Vb0k3!xw9Qe7Zp2Lm5Rt8Yu1Io4As6Df-Gh_Jk+Cn=Mv~Bx|Wz",
    "HALL_DATA_KEYS": f"k2:{KEY}",
    "HALL_INDEX_KEY": OTHER_KEY,
    "HALL_LOG_KEY": LOG_KEY,
    "HALL_STAMP_KEYS": KEY,
    "HALL_SEAL": "/etc/hall/seal.p12",
    "HALL_SEAL_PASSPHRASE": "a passphrase of the city",
    "DATABASE_URL": "postgresql://hall_app:secret@db.example.gov:5432/hall?sslmode=verify-full",
    "REDIS_URL": "rediss://:secret@redis.example.gov:6379/0",
}


@pytest.fixture
def demo(tmp_path):
    return {"HALL_VAR": str(tmp_path / "var")}


def test_a_demo_needs_no_setting_at_all(demo):
    environment = Environment.read(demo)

    assert (environment.mode, environment.host, environment.language) == ("demo", "http://localhost:8000", "zh-hans")


def test_secrets_of_a_demo_are_made_once_and_kept(demo, tmp_path):
    first, second = Environment.read(demo), Environment.read(demo)

    assert (first.secret_key, first.data_keys, first.index_key) == (second.secret_key, second.data_keys, second.index_key)
    assert (tmp_path / "var" / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_printed_environment_shows_no_secret():
    printed = repr(Environment.read(SAFE))

    assert "secret" not in printed.lower()
    assert SAFE["HALL_SECRET_KEY"] not in printed


def test_production_starts_on_safe_values():
    assert Environment.read(SAFE).is_production


@pytest.mark.parametrize("name", [v.name for v in VARIABLES if v.required_in_production])
def test_production_has_no_default_for_what_must_be_decided(name):
    with pytest.raises(EnvironmentProblem, match=f"Production needs {name}; docs/settings.md"):
        Environment.read({**SAFE, name: ""})


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("HALL_HOST", "http://hall.example.gov", "must start with https://"),
        ("HALL_SECRET_KEY", "short", "openssl rand -base64 48"),
        ("HALL_SECRET_KEY", "ab" * 30, "openssl rand -base64 48"),
        ("HALL_INDEX_KEY", KEY, "must be different keys"),
        ("HALL_DATA_KEYS", f"k2:{KEY},k1:{OTHER_KEY}", "must be different keys"),
        ("DATABASE_URL", "postgresql://hall_app:secret@db.example.gov/hall", "sslmode=verify-full"),
        ("DATABASE_URL", "postgresql://hall_app:secret@db.example.gov/hall?sslmode=require", "sslmode=verify-full"),
        ("REDIS_URL", "redis://:secret@redis.example.gov:6379/0", "rediss://"),
        ("HALL_FAILPOINTS", "/tmp/failpoints", "unset it"),
    ],
)
def test_production_refuses_an_unsafe_value(name, value, mend):
    with pytest.raises(EnvironmentProblem) as refusal:
        Environment.read({**SAFE, name: value})

    assert name in str(refusal.value)
    assert mend in str(refusal.value)


def test_production_accepts_services_on_local_sockets():
    local = {"DATABASE_URL": "postgresql://hall_app@/hall?host=/run/postgresql", "REDIS_URL": "unix:///run/valkey/valkey.sock"}

    environment = Environment.read({**SAFE, **local})

    assert environment.database["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("HALL_MODE", "prod", "demo, test, production"),
        ("HALL_PORT", "eighty", "a whole number from 1 to 65535"),
        ("HALL_PORT", "0", "a whole number from 1 to 65535"),
        ("HALL_PORT", "65536", "a whole number from 1 to 65535"),
        ("HALL_PORT", "８０００", "a whole number from 1 to 65535"),
        ("HALL_TRUSTED_PROXIES", "-1", "a whole number from 0 to 99"),
        ("HALL_LANGUAGE", "zh", "zh-hans or en"),
        ("HALL_HOST", "hall.example.gov", "a scheme and a name"),
        ("HALL_HOST", "https://hall.example.gov/portal", "a scheme and a name"),
        ("HALL_DATA_KEYS", KEY, "id:base64"),
        ("HALL_DATA_KEYS", f"k1:{KEY},k1:{OTHER_KEY}", "differ from each other"),
        ("HALL_DATA_KEYS", "k1:not base64!", "openssl rand -base64 32"),
        ("HALL_INDEX_KEY", base64.b64encode(b"short").decode(), "holds 5 bytes, not 32"),
        ("DATABASE_URL", "sqlite:///hall.db", "PostgreSQL only"),
        ("DATABASE_URL", "postgresql://hall@db", "names no database"),
        ("DATABASE_URL", "postgresql://hall@db:port/hall", "no number from 1 to 65535"),
        ("REDIS_URL", "amqp://broker", "redis://, rediss:// or unix://"),
    ],
)
def test_a_wrong_value_is_refused_with_the_way_to_mend_it(demo, name, value, mend):
    with pytest.raises(EnvironmentProblem) as refusal:
        Environment.read({**demo, name: value})

    assert name in str(refusal.value)
    assert mend in str(refusal.value)


def test_a_password_with_signs_in_it_survives_the_address(demo):
    url = "postgresql://hall_app:p%40ss%2Fword%3A@db:5433/hall"

    database = Environment.read({**demo, "DATABASE_URL": url}).database

    assert (database["PASSWORD"], database["HOST"], database["PORT"]) == ("p@ss/word:", "db", "5433")


def test_without_an_address_the_port_is_in_it(demo):
    assert Environment.read({**demo, "HALL_PORT": "8123"}).host == "http://localhost:8123"


def test_sockets_stand_beside_the_data_unless_that_path_is_too_long_for_one(tmp_path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 4)

    assert run_folder(tmp_path / "var") == tmp_path / "var" / "run"
    assert len(str(run_folder(deep))) < 60
    assert run_folder(deep) != run_folder(deep / "other")


def test_the_page_about_settings_is_what_the_code_says():
    assert settings_table.PAGE.read_text() == settings_table.page()


def test_the_page_about_settings_names_no_path_of_the_machine_that_made_it():
    assert "/" + str(settings_table.ROOT).split("/")[1] + "/" not in settings_table.page()
