"""Django's settings. What a city may change comes from :mod:`portal.environment`; the rest is decided here."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from portal.environment import ROOT, Environment

ENVIRONMENT = Environment.read()
HALL_HOST = ENVIRONMENT.host
HALL_MODE = ENVIRONMENT.mode
_IS_HTTPS = HALL_HOST.startswith("https://")

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = [urlsplit(HALL_HOST).hostname or ""] + ([] if ENVIRONMENT.is_production else ["127.0.0.1", "localhost", "testserver"])
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
APPEND_SLASH = True

INSTALLED_APPS = [
    "foundation.database",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "foundation.organisations",
    "foundation.accounts",
    "foundation.mandates",
    "foundation.devices",
    "foundation.audit",
    "foundation.encryption",
    "foundation.outbox",
    "foundation.limits",
    "foundation.notifications",
    "foundation.one_time_codes",
    "foundation.idempotency",
    "foundation.inquiries",
    "foundation.progress",
    "foundation.transparency",
    "foundation.documents",
    "foundation.privacy",
    "cases",
    "portal",
]

MIDDLEWARE = [
    "foundation.web.middleware.TraceMiddleware",
    "foundation.audit.middleware.AuditMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.web.middleware.CacheControlMiddleware",
    "foundation.web.middleware.PermissionsPolicyMiddleware",
    # Only where nobody chose a name: the demo is called localhost.
    *(["foundation.web.local_names.LocalNameMiddleware"] if urlsplit(HALL_HOST).hostname == "localhost" else []),
    "foundation.accounts.signed_in.HallSessionMiddleware",
    "foundation.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "foundation.accounts.signed_in.SignedInMiddleware",
    "foundation.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.web.middleware.DomainErrorMiddleware",
    # Behind the one above: it is asked first what to do about a page that needs its reader to confirm who they are.
    "foundation.accounts.middleware.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps: the sign-in pages of allauth are drawn by the hall's own templates.
        "DIRS": [ROOT / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.hall",
            ],
        },
    },
]
FORM_RENDERER = "portal.forms.HallFormRenderer"

# --- data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_KEYS = ENVIRONMENT.data_keys
INDEX_KEY = ENVIRONMENT.index_key
BLIND_INDEX_KEYS = ENVIRONMENT.blind_index_keys
LOG_KEY = ENVIRONMENT.log_key
LOG_OLD_KEYS = ENVIRONMENT.log_old_keys
LOG_FOLDER = ENVIRONMENT.log_folder
# The prefix of the log's addresses without its scheme names the log (c2sp.org/tlog-tiles).
LOG_ORIGIN = f"{urlsplit(HALL_HOST).netloc}/log"
# Sessions only, each of which PostgreSQL holds too: without Redis the hall is slower, and goes on.
CACHES = {"default": {"BACKEND": "foundation.web.cache.ForgivingRedisCache", "LOCATION": ENVIRONMENT.redis_url}}

# --- papers -----------------------------------------------------------------------------------------------------------

STAMP_KEYS = ENVIRONMENT.stamp_keys
REVOKED_STAMP_KEYS = ENVIRONMENT.revoked_stamp_keys
SEAL_FILE = ENVIRONMENT.seal
SEAL_PASSPHRASE = ENVIRONMENT.seal_passphrase
SEAL_AUTHORITIES = ENVIRONMENT.seal_authorities
TIME_STAMPS = ENVIRONMENT.time_stamps
TIME_STAMP_AUTHORITIES = ENVIRONMENT.time_stamp_authorities

# --- people -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["foundation.accounts.backends.HallBackend"]
IDENTITY_PROVIDERS = ENVIRONMENT.identity_providers
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
# Long, not composed: no rules about digits and signs, and no expiry (ASVS 5.0: 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.10, 6.2.11).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "foundation.accounts.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "badge_number")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "foundation.accounts.passwords.WordsOfTheHallValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "foundation.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies
MFA_ADAPTER = "foundation.accounts.adapter.MFAAdapter"
ACCOUNT_SESSION_REMEMBER = False
# django-allauth counts in the cache, which a flush empties and parallel calls outrun: attempts are counted by foundation/limits.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {"login": "foundation.accounts.web.forms.SignInForm", "change_password": "foundation.accounts.web.forms.NewPasswordForm"}
MFA_FORMS = {
    "authenticate": "foundation.accounts.web.second_factor.CodeForm",
    "authenticate_webauthn": "foundation.accounts.web.second_factor.KeyAnswerForm",
    "reauthenticate": "foundation.accounts.web.second_factor.CodeAgainForm",
    "reauthenticate_webauthn": "foundation.accounts.web.second_factor.KeyAgainForm",
    "activate_totp": "foundation.accounts.web.second_factor.AppForm",
    "add_webauthn": "foundation.accounts.web.second_factor.KeyForm",
}
# A passkey stands beside the password, not in its place, and must itself know who holds it: a key that was left in a socket of the
# counter confirms nothing. See docs/decisions/0018-officers.md.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A phone's clock may be up to half a minute off (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Sunshine Police Hall"

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_NAME = "__Host-session" if _IS_HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _IS_HTTPS
# The longest life of any session; when whose ends is decided by foundation/accounts/signed_in.py.
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if _IS_HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.web.views.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- telling people ---------------------------------------------------------------------------------------------------

SMS_GATEWAY = ENVIRONMENT.sms_gateway
SMS_KEY = ENVIRONMENT.sms_key
SMS_REPORTS_KEY = ENVIRONMENT.sms_reports_key
SMS_SIGN = ENVIRONMENT.sms_signs
WECHAT_API = ENVIRONMENT.wechat_api
WECHAT_ACCOUNT = ENVIRONMENT.wechat_account
WECHAT_TEMPLATE = ENVIRONMENT.wechat_template
_MAIL = ENVIRONMENT.mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _MAIL.host if _MAIL else ""
EMAIL_PORT = _MAIL.port if _MAIL else 25
EMAIL_HOST_USER = _MAIL.user if _MAIL else ""
EMAIL_HOST_PASSWORD = _MAIL.password if _MAIL else ""
EMAIL_USE_TLS = bool(_MAIL and _MAIL.becomes_encrypted)
EMAIL_USE_SSL = bool(_MAIL and _MAIL.starts_encrypted)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

# --- languages and time -----------------------------------------------------------------------------------------------

USE_I18N = USE_TZ = True
LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "portal" / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
TIME_ZONE = "Asia/Shanghai"

# --- files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.var / "static"
# Every page links files by their hashed names; compressing source maps, and each file twice, is most of a first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "webp", "woff2", "gz", "br")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = HALL_MODE == "test"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": ENVIRONMENT.var / "files"}},
    "papers": {"BACKEND": "foundation.documents.storage.WholeFileStorage", "OPTIONS": {"location": ENVIRONMENT.var / "papers"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if HALL_MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
SEEDS = ROOT / "seeds"
FAILPOINTS = ENVIRONMENT.failpoints
BASE = ROOT
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- fences -----------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _IS_HTTPS
SECURE_SSL_REDIRECT = _IS_HTTPS
# An API client that spoke http has already shown its secret: it must get an error, not a redirect that hides it (ASVS 4.1.2).
SECURE_REDIRECT_EXEMPT = [r"^api/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["foundation.rest.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["foundation.rest.permissions.IsSignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["foundation.rest.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "foundation.rest.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "foundation.rest.schema.HallSchema",
    "EXCEPTION_HANDLER": "foundation.rest.problems.exception_handler",
    "NUM_PROXIES": ENVIRONMENT.trusted_proxies,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sunshine Police Hall",
    "DESCRIPTION": "Case progress, inquiry codes, exchange with the police's own systems, and open data.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Its default sends the address of the schema to a validator on the internet.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "MachineStateEnum": "foundation.accounts.models.Machine.State",
        "GroundEnum": "cases.domain.publication.Ground",
        "RevocationGroundEnum": "foundation.documents.models.Revocation.Ground",
        "DeliveryStateEnum": "foundation.notifications.models.delivery.State",
        "WayEnum": "foundation.notifications.models.delivery.WAYS",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "foundation.rest.schema.document_problems"],
}

# --- work behind the scenes -------------------------------------------------------------------------------------------

# Celery has another word than Redis' own address for the number of a database behind a socket.
CELERY_BROKER_URL = ENVIRONMENT.redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A web request must never wait for Redis: the sweep finds what could not be sent.
CELERY_TASK_PUBLISH_RETRY = False
# Each provider has a queue of its own, and so has what takes long: one that hangs keeps nobody else waiting (docs/decisions/0024).
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    "foundation.notifications.tasks.deliver_sms": {"queue": "sms"},
    "foundation.notifications.tasks.deliver_email": {"queue": "email"},
    "foundation.notifications.tasks.deliver_wechat": {"queue": "wechat"},
    "foundation.one_time_codes.tasks.send": {"queue": "codes"},
    "foundation.documents.tasks.*": {"queue": "documents"},
}
# At the end of a worker running tasks get so long, then go back to the broker.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 5, "visibility_timeout": 3600}
CELERY_TIMEZONE = TIME_ZONE
# Celery would replace the handlers that keep personal data out of the logs.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # What has waited behind other tasks for so long has been overtaken by the next one.
    "seal-the-record": {"task": "foundation.transparency.tasks.seal_record", "schedule": 5.0, "options": {"expires": 15.0}},
    "sweep-outbox": {"task": "foundation.outbox.tasks.sweep", "schedule": 10.0},
    # The same of deliveries: those that were put off, held, or left behind by a worker that died.
    "sweep-deliveries": {"task": "foundation.notifications.tasks.sweep", "schedule": 10.0, "options": {"expires": 30.0}},
    "forget-lost-files": {"task": "foundation.documents.tasks.forget", "schedule": 3600.0},
    "forget-watched-looks": {"task": "foundation.audit.tasks.forget", "schedule": 3600.0},
    "forget-old-limits": {"task": "foundation.limits.tasks.forget", "schedule": 3600.0},
    "forget-one-time-codes": {"task": "foundation.one_time_codes.tasks.forget", "schedule": 3600.0},
    "apply-phone-changes": {"task": "foundation.accounts.tasks.apply_phone_changes", "schedule": 60.0},
    "forget-answers-and-nonces": {"task": "foundation.idempotency.tasks.forget", "schedule": 3600.0},
    "purge-personal-data": {"task": "foundation.privacy.tasks.purge", "schedule": crontab(hour="3", minute="30")},
}

LOGGING_CONFIG = "foundation.web.logs.configure"
LOGGING = {"level": "INFO", "format": "line" if HALL_MODE == "demo" else "json"}

HALL_NAME = _("Sunshine Police Hall")
