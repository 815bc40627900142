"""The one place that reads the process environment.

Every setting that a city may change is a field of :class:`Environment`; its help text is the row that
``docs/settings.md`` prints. A wrong or missing value raises :class:`EnvironmentProblem`, which says how to mend it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from portal.outside import OutsideProblem, addresses_of, is_address, read_providers

ROOT = Path(__file__).resolve().parent.parent

MODES = ("demo", "test", "production")


class EnvironmentProblem(Exception):
    """A setting is missing or unsafe. The text names it and says how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One environment variable: its name, its default outside production, and the row of the settings table."""

    name: str
    default: str | None
    required_in_production: bool
    help: str


VARIABLES = (
    Variable(
        name="HALL_MODE",
        default="demo",
        required_in_production=False,
        help="`demo`, `test` or `production`. Production refuses every unsafe value below.",
    ),
    Variable(
        name="DATABASE_URL",
        default=None,
        required_in_production=True,
        help="PostgreSQL, as the role that the site runs as: `postgresql://user:password@host:5432/name?sslmode=verify-full`. "
        "Unset: `make run` starts an embedded one in `var/`.",
    ),
    Variable(
        name="DATABASE_OWNER_URL",
        default=None,
        required_in_production=False,
        help="The same database as the role that owns the tables; `make run` migrates with it. Unset: `DATABASE_URL`.",
    ),
    Variable(
        name="REDIS_URL",
        default=None,
        required_in_production=True,
        help="Redis or Valkey: `rediss://:password@host:6379/0`, or `unix:///path/to/socket`. Unset: `make run` starts an embedded one.",
    ),
    Variable(
        name="HALL_HOST",
        default=None,
        required_in_production=True,
        help="The public address, with scheme, as printed in QR codes: `https://hall.example.gov`. Unset: `http://localhost` and the port.",
    ),
    Variable(
        name="HALL_PORT",
        default="8000",
        required_in_production=False,
        help="The port that `make run` serves on, at 127.0.0.1 only: a proxy of your own stands before it.",
    ),
    Variable(
        name="HALL_SECRET_KEY",
        default=None,
        required_in_production=True,
        help="Signs sessions and tokens: 50 random characters or more. Unset outside production: made once and kept in `var/secrets.json`.",
    ),
    Variable(
        name="HALL_DATA_KEYS",
        default=None,
        required_in_production=True,
        help="Keys that encrypt personal data, newest first: `id:base64-of-32-bytes[,id:...]`. Unset outside production: made and kept.",
    ),
    Variable(
        name="HALL_INDEX_KEY",
        default=None,
        required_in_production=True,
        help="Key of blind indexes, unless the next line names others, and for good the pepper of inquiry codes: base64 of 32 bytes.",
    ),
    Variable(
        name="HALL_BLIND_INDEX_KEYS",
        default=None,
        required_in_production=False,
        help="Keys of blind indexes, newest first: `base64[,base64]`. Unset: `HALL_INDEX_KEY`. To rotate: add the new key last, restart; "
        "put it first, restart; `manage.py rotate_keys`; leave it alone, restart.",
    ),
    Variable(
        name="HALL_LOG_KEY",
        default=None,
        required_in_production=True,
        help="Signs the checkpoints of the public log (Ed25519): base64 of 32 bytes, kept away from the database and its administrators.",
    ),
    Variable(
        name="HALL_LOG_OLD_KEYS",
        default="",
        required_in_production=False,
        help="Keys that signed the log before, as its page showed them, with spaces between: proofs that were handed out stay good.",
    ),
    Variable(
        name="HALL_LOG_FOLDER",
        default=None,
        required_in_production=False,
        help="Folder of the published log, out of the database's reach, shared by web and worker. Unset: `log` in `HALL_VAR`.",
    ),
    Variable(
        name="HALL_STAMP_KEYS",
        default=None,
        required_in_production=True,
        help="Ed25519 seeds that sign the QR codes of papers, newest first: `base64-of-32-bytes[,...]`. Old ones stay, or old papers fail.",
    ),
    Variable(
        name="HALL_REVOKED_STAMP_KEYS",
        default="",
        required_in_production=False,
        help="Ids of stamp keys that are believed no more, as `/verify/keys.json` names them: `1a2b3c4d[,...]`.",
    ),
    Variable(
        name="HALL_SEAL",
        default=None,
        required_in_production=True,
        help="PKCS #12 file with the certificate and key that seal papers (PAdES). Unset outside production: made once in `HALL_VAR`.",
    ),
    Variable(
        name="HALL_SEAL_PASSPHRASE",
        default=None,
        required_in_production=True,
        help="Opens that file. Unset outside production: made and kept.",
    ),
    Variable(
        name="HALL_SEAL_AUTHORITIES",
        default="",
        required_in_production=False,
        help="PEM file of the authorities whose seals are believed. Unset: those in the seal's own file.",
    ),
    Variable(
        name="HALL_TIME_STAMPS",
        default="",
        required_in_production=False,
        help="Address of a time-stamp authority (RFC 3161): papers then carry their time and can be checked for good (PAdES B-LTA).",
    ),
    Variable(
        name="HALL_TIME_STAMP_AUTHORITIES",
        default="",
        required_in_production=False,
        help="PEM file of the authorities whose time stamps are believed; needed with the line above.",
    ),
    Variable(
        name="HALL_LANGUAGE",
        default="zh-hans",
        required_in_production=False,
        help="The language of a visitor who states none: `zh-hans` or `en`.",
    ),
    Variable(
        name="HALL_TRUSTED_PROXIES",
        default="0",
        required_in_production=False,
        help="How many proxies of your own stand before the site; only that many entries of `X-Forwarded-For` are believed.",
    ),
    Variable(
        name="HALL_IDENTITY_PROVIDERS",
        default=None,
        required_in_production=False,
        help="Who vouches for residents: a JSON list, described in [identity-providers.md](identity-providers.md). "
        "Unset: `make run` starts providers of a demo; in production residents then cannot sign in by one.",
    ),
    Variable(
        name="HALL_SMS_GATEWAY",
        default=None,
        required_in_production=False,
        help="Where texts to phones are handed over, as [providers.md](providers.md) describes: `https://sms.example.com`. "
        "Unset: `make run` starts one of a demo; in production nothing is offered that needs a text.",
    ),
    Variable(
        name="HALL_SMS_KEY",
        default=None,
        required_in_production=False,
        help="The key that signs requests to the gateway: `id:secret`.",
    ),
    Variable(
        name="HALL_SMS_REPORTS_KEY",
        default=None,
        required_in_production=False,
        help="The key that the gateway signs its reports of delivery with: `id:secret`, another than the one above.",
    ),
    Variable(
        name="HALL_SMS_SIGN",
        default="阳光警务,Police Hall",
        required_in_production=False,
        help="The signatures of texts that are registered with the gateway, without brackets: the Chinese one, the Latin one.",
    ),
    Variable(
        name="HALL_WECHAT_API",
        default=None,
        required_in_production=False,
        help="WeChat's address for template messages: `https://api.weixin.qq.com`. Unset: nobody is told by WeChat.",
    ),
    Variable(
        name="HALL_WECHAT_ACCOUNT",
        default=None,
        required_in_production=False,
        help="The service account that sends them: `appid:secret`.",
    ),
    Variable(
        name="HALL_WECHAT_TEMPLATE",
        default="hall-message",
        required_in_production=False,
        help="The id of its template, with `thing1`, `thing2` and `time3`.",
    ),
    Variable(
        name="HALL_MAIL_SERVER",
        default=None,
        required_in_production=False,
        help="The mail server: `smtp://user:password@mail.example.gov:587` (STARTTLS), or `smtps://` for TLS from the start. "
        "Unset: nobody is told by e-mail.",
    ),
    Variable(
        name="HALL_MAIL_FROM",
        default="hall@localhost",
        required_in_production=False,
        help="The address that mails come from.",
    ),
    Variable(
        name="HALL_FAILPOINTS",
        default=None,
        required_in_production=False,
        help="Folder of the fault harness ([faults.md](faults.md)), whose files let processes die. Production refuses it.",
    ),
    Variable(
        name="HALL_VAR",
        default=str(ROOT / "var"),
        required_in_production=False,
        help="Folder for uploaded files, and for the embedded services' data.",
    ),
)


def run_folder(var: Path) -> Path:
    """Return the folder of the embedded services' sockets: beside their data, or a short one where that path is too long.

    The path of a unix socket has at most 107 bytes, and PostgreSQL adds 14 to its folder's.
    """
    place = var / "run"
    if len(os.fsencode(place)) <= 90:
        return place
    return Path(tempfile.gettempdir()) / f"hall-{os.geteuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"


def _secrets_path(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HALL_VAR") or ROOT / "var") / "secrets.json"


def _kept_secret(name: str, environ: Mapping[str, str], size: int) -> str:
    """Return a secret made on the first start and kept in ``var/``: demo and tests only."""
    path = _secrets_path(environ)
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if name not in kept:
        kept[name] = base64.b64encode(os.urandom(size)).decode()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(kept))
        draft.replace(path)
    return kept[name]


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise EnvironmentProblem(f"{name} is not base64. Make one: openssl rand -base64 32") from error
    if len(key) != 32:
        raise EnvironmentProblem(f"{name} holds {len(key)} bytes, not 32. Make one: openssl rand -base64 32")
    return key


def _data_keys(text: str) -> dict[str, bytes]:
    keys = {}
    for part in text.split(","):
        identifier, colon, key = part.strip().partition(":")
        if not colon or not identifier:
            raise EnvironmentProblem("HALL_DATA_KEYS must read id:base64[,id:base64]; the newest key comes first.")
        if identifier in keys or not 1 <= len(identifier.encode()) <= 8:
            raise EnvironmentProblem("HALL_DATA_KEYS: key ids are 1 to 8 bytes and differ from each other.")
        keys[identifier] = _key("HALL_DATA_KEYS", key)
    return keys


def _stamp_keys(text: str) -> tuple[bytes, ...]:
    return tuple(_key("HALL_STAMP_KEYS", part.strip()) for part in text.split(","))


def database(url: str) -> dict[str, object]:
    """Return Django's ``DATABASES`` entry for a PostgreSQL URL; a ``host`` query names a socket folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentProblem("DATABASE_URL must start with postgresql://; the hall runs on PostgreSQL only.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise EnvironmentProblem("DATABASE_URL names no database: postgresql://user:password@host:5432/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": _port(parts),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise EnvironmentProblem("DATABASE_URL holds a port that is no number from 1 to 65535.") from error


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings of one process, read once and checked."""

    mode: str
    database: dict[str, object] = field(repr=False)
    redis_url: str = field(repr=False)
    host: str
    port: int
    secret_key: str = field(repr=False)
    data_keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    blind_index_keys: tuple[bytes, ...] = field(repr=False)
    log_key: bytes = field(repr=False)
    log_old_keys: tuple[str, ...]
    log_folder: Path
    stamp_keys: tuple[bytes, ...] = field(repr=False)
    revoked_stamp_keys: frozenset[str]
    seal: Path
    seal_passphrase: str = field(repr=False)
    seal_authorities: str
    time_stamps: str
    time_stamp_authorities: str
    language: str
    trusted_proxies: int
    identity_providers: tuple[dict[str, Any], ...] = field(repr=False)
    failpoints: Path | None
    sms_gateway: str
    sms_key: str = field(repr=False)
    sms_reports_key: str = field(repr=False)
    sms_signs: tuple[str, str]
    wechat_api: str
    wechat_account: str = field(repr=False)
    wechat_template: str
    mail: MailServer | None = field(repr=False)
    mail_from: str
    var: Path

    @property
    def is_production(self) -> bool:
        """Whether unsafe values are refused."""
        return self.mode == "production"

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Environment:
        """Read and check every variable; raise :class:`EnvironmentProblem` at the first that is missing or unsafe."""
        values = {variable.name: environ.get(variable.name) or variable.default for variable in VARIABLES}
        mode = values["HALL_MODE"] or ""
        if mode not in MODES:
            raise EnvironmentProblem(f"HALL_MODE is {mode!r}; it must be one of {', '.join(MODES)}.")
        if mode == "production":
            _refuse_missing(environ)
        var = Path(values["HALL_VAR"] or "").absolute()
        port = _count("HALL_PORT", values["HALL_PORT"] or "", lowest=1, highest=65535)
        environment = cls(
            mode=mode,
            database=database(values["DATABASE_URL"] or f"postgresql://hall_app@/hall?host={run_folder(var)}"),
            redis_url=_redis_url(values["REDIS_URL"] or f"unix://{run_folder(var) / 'valkey.sock'}"),
            host=_host(values["HALL_HOST"] or f"http://localhost:{port}"),
            port=port,
            secret_key=values["HALL_SECRET_KEY"] or _kept_secret("HALL_SECRET_KEY", environ, 48),
            data_keys=_data_keys(values["HALL_DATA_KEYS"] or "k1:" + _kept_secret("HALL_DATA_KEYS", environ, 32)),
            index_key=_key("HALL_INDEX_KEY", values["HALL_INDEX_KEY"] or _kept_secret("HALL_INDEX_KEY", environ, 32)),
            blind_index_keys=tuple(
                _key("HALL_BLIND_INDEX_KEYS", each.strip()) for each in (values["HALL_BLIND_INDEX_KEYS"] or "").split(",") if each.strip()
            ),
            log_key=_key("HALL_LOG_KEY", values["HALL_LOG_KEY"] or _kept_secret("HALL_LOG_KEY", environ, 32)),
            log_old_keys=tuple((values["HALL_LOG_OLD_KEYS"] or "").split()),
            log_folder=Path(values["HALL_LOG_FOLDER"] or var / "log").absolute(),
            stamp_keys=_stamp_keys(values["HALL_STAMP_KEYS"] or _kept_secret("HALL_STAMP_KEYS", environ, 32)),
            revoked_stamp_keys=frozenset(filter(None, (values["HALL_REVOKED_STAMP_KEYS"] or "").split(","))),
            seal=Path(values["HALL_SEAL"] or var / "seal.p12").absolute(),
            seal_passphrase=values["HALL_SEAL_PASSPHRASE"] or _kept_secret("HALL_SEAL_PASSPHRASE", environ, 24),
            seal_authorities=values["HALL_SEAL_AUTHORITIES"] or "",
            time_stamps=values["HALL_TIME_STAMPS"] or "",
            time_stamp_authorities=values["HALL_TIME_STAMP_AUTHORITIES"] or "",
            language=values["HALL_LANGUAGE"] or "",
            trusted_proxies=_count("HALL_TRUSTED_PROXIES", values["HALL_TRUSTED_PROXIES"] or "", highest=99),
            identity_providers=_providers(values["HALL_IDENTITY_PROVIDERS"] or ""),
            failpoints=Path(values["HALL_FAILPOINTS"]).absolute() if values["HALL_FAILPOINTS"] else None,
            sms_gateway=_address("HALL_SMS_GATEWAY", values["HALL_SMS_GATEWAY"] or ""),
            sms_key=_pair("HALL_SMS_KEY", values["HALL_SMS_KEY"] or ""),
            sms_reports_key=_pair("HALL_SMS_REPORTS_KEY", values["HALL_SMS_REPORTS_KEY"] or ""),
            sms_signs=_signs(values["HALL_SMS_SIGN"] or ""),
            wechat_api=_address("HALL_WECHAT_API", values["HALL_WECHAT_API"] or ""),
            wechat_account=_pair("HALL_WECHAT_ACCOUNT", values["HALL_WECHAT_ACCOUNT"] or ""),
            wechat_template=values["HALL_WECHAT_TEMPLATE"] or "",
            mail=_mail(values["HALL_MAIL_SERVER"] or ""),
            mail_from=_sender(values["HALL_MAIL_FROM"] or ""),
            var=var,
        )
        if environment.language not in {"zh-hans", "en"}:
            raise EnvironmentProblem("HALL_LANGUAGE must be zh-hans or en.")
        if environment.is_production:
            _refuse_unsafe(environment)
        return environment


def _count(name: str, text: str, *, lowest: int = 0, highest: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and lowest <= int(text) <= highest):
        raise EnvironmentProblem(f"{name} is {text!r}; it must be a whole number from {lowest} to {highest}.")
    return int(text)


def _host(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise EnvironmentProblem(f"HALL_HOST is {text!r}; it must be a scheme and a name, like https://hall.example.gov")
    return text.rstrip("/")


def _providers(text: str) -> tuple[dict[str, Any], ...]:
    try:
        return read_providers(text)
    except OutsideProblem as problem:
        raise EnvironmentProblem(str(problem)) from problem


def _address(name: str, text: str) -> str:
    if text and not is_address(text):
        raise EnvironmentProblem(f"{name} is {text!r}; it must be an address, like https://sms.example.gov/v1")
    return text.rstrip("/")


def _pair(name: str, text: str) -> str:
    if text and not all(text.partition(":")):
        raise EnvironmentProblem(f"{name} must read id:secret.")
    return text


def _signs(text: str) -> tuple[str, str]:
    chinese, comma, latin = (part.strip() for part in text.partition(","))
    if not (comma and 2 <= len(chinese) <= 12 and 2 <= len(latin) <= 20 and latin.isascii()):
        raise EnvironmentProblem(f"HALL_SMS_SIGN is {text!r}; it must read 阳光警务,Police Hall")
    return chinese, latin


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mails are handed over, and whether the connection is encrypted from the start or after a word."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starts_encrypted: bool
    becomes_encrypted: bool


def _mail(text: str) -> MailServer | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise EnvironmentProblem("HALL_MAIL_SERVER must read smtp://user:password@host:587 or smtps://user:password@host:465")
    try:
        port = parts.port
    except ValueError as error:
        raise EnvironmentProblem("HALL_MAIL_SERVER holds a port that is no number from 1 to 65535.") from error
    is_encrypted = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if is_encrypted else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_encrypted=is_encrypted,
        # A server on this machine has no certificate, and nobody listens in between.
        becomes_encrypted=not is_encrypted and parts.hostname not in {"127.0.0.1", "localhost"},
    )


def _sender(text: str) -> str:
    name, at, domain = text.partition("@")
    if not (name and at and domain and text.isascii() and not any(mark.isspace() or mark in "<>," for mark in text)):
        raise EnvironmentProblem(f"HALL_MAIL_FROM is {text!r}; it must be an address, like hall@example.gov")
    return text


def _redis_url(text: str) -> str:
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        raise EnvironmentProblem("REDIS_URL must start with redis://, rediss:// or unix://")
    return text


def _refuse_missing(environ: Mapping[str, str]) -> None:
    missing = [v.name for v in VARIABLES if v.required_in_production and not environ.get(v.name)]
    if missing:
        raise EnvironmentProblem(f"Production needs {', '.join(missing)}; docs/settings.md says what each holds.")


def _refuse_unsafe(environment: Environment) -> None:
    """Refuse what a production site must never run with (ASVS 5.0: 12.3, 13.2, 13.3)."""
    if not environment.host.startswith("https://"):
        raise EnvironmentProblem("HALL_HOST must start with https:// in production.")
    if len(environment.secret_key) < 50 or len(set(environment.secret_key)) < 10:
        raise EnvironmentProblem("HALL_SECRET_KEY is too weak. Make one: openssl rand -base64 48")
    host, options = str(environment.database["HOST"]), environment.database["OPTIONS"]
    is_remote = not host.startswith("/")
    if is_remote and isinstance(options, dict) and options.get("sslmode") != "verify-full":
        raise EnvironmentProblem("DATABASE_URL must carry ?sslmode=verify-full in production, or name a local socket.")
    if not environment.redis_url.startswith(("rediss://", "unix://")):
        raise EnvironmentProblem("REDIS_URL must start with rediss:// in production, or name a local socket.")
    if environment.failpoints is not None:
        raise EnvironmentProblem("HALL_FAILPOINTS is for the fault harness: unset it.")
    _refuse_unsafe_outside(environment)
    others = {environment.log_key, *environment.data_keys.values()}
    indexes = {environment.index_key, *environment.blind_index_keys}
    if len(others) <= len(environment.data_keys) or others & indexes:
        raise EnvironmentProblem("HALL_INDEX_KEY, HALL_LOG_KEY and HALL_DATA_KEYS must be different keys.")


def _refuse_unsafe_outside(environment: Environment) -> None:
    """Refuse to speak in the open to whoever vouches for residents, or carries codes to them."""
    outside = [address for row in environment.identity_providers for address in addresses_of(row)]
    if not all(address.startswith("https://") for address in outside):
        raise EnvironmentProblem("HALL_IDENTITY_PROVIDERS: in production every address must start with https://")
    for name, address in (("HALL_SMS_GATEWAY", environment.sms_gateway), ("HALL_WECHAT_API", environment.wechat_api)):
        if address and not address.startswith("https://"):
            raise EnvironmentProblem(f"{name} must start with https:// in production.")
    if environment.sms_gateway and not environment.sms_key:
        raise EnvironmentProblem("HALL_SMS_KEY is missing: the gateway must know who sends.")
    if environment.sms_key and environment.sms_key == environment.sms_reports_key:
        raise EnvironmentProblem("HALL_SMS_REPORTS_KEY and HALL_SMS_KEY must be different keys.")
    if environment.wechat_api and not environment.wechat_account:
        raise EnvironmentProblem("HALL_WECHAT_ACCOUNT is missing: WeChat must know who sends.")
    if environment.mail and not (environment.mail.starts_encrypted or environment.mail.becomes_encrypted):
        raise EnvironmentProblem("HALL_MAIL_SERVER: in production mails go to a server that has a certificate, not to this machine.")
