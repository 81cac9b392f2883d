"""Every setting, read from the environment; docs/operations.md has the table."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.utils.translation import gettext_lazy as _

from crm.config import logs
from crm.config.environment import Environment
from crm.workspaces.postgres import patience

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Environment(BASE_DIR)
DATA_DIR = env.data

SECRET_KEY = env.text("FIO_SECRET_KEY")
MASTER_KEYS = env.items("FIO_MASTER_KEYS") or [env.text("FIO_MASTER_KEYS")]
DEBUG = env.flag("FIO_DEBUG")

SITE_URL = env.text("FIO_SITE_URL", f"http://localhost:{env.number('PORT', 8000)}").rstrip("/")
CONTENT_URL = env.text("FIO_CONTENT_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip(
    "/"
)
SITE_HOST = urlsplit(SITE_URL).netloc
CONTENT_HOST = urlsplit(CONTENT_URL).netloc
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.items("FIO_ALLOWED_HOSTS") or [
    urlsplit(SITE_URL).hostname or "localhost",
    urlsplit(CONTENT_URL).hostname or "127.0.0.1",
]

INSTALLED_APPS = [
    "crm.config.operators.OperatorsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "crm.workspaces",
    "crm.ui",
    "crm.timeline",
    "crm.fields",
    "crm.contacts",
    "crm.deals",
    "crm.leads",
    "crm.projects",
    "inbox",
    "tracking",
    "sync",
    "automations",
    "crm.config.backup",
    "crm.config.demo",
]

MIDDLEWARE = [
    "crm.config.logs.LogMiddleware",
    "crm.workspaces.postgres.patience.PatienceMiddleware",
    "crm.config.probes.ProbeMiddleware",
    "crm.config.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crm.workspaces.middleware.origin.OriginMiddleware",
    "crm.workspaces.trail.TrailMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.workspaces.middleware.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.workspaces.middleware.account.AccountMiddleware",
    "crm.workspaces.middleware.program.ApiMiddleware",
    "crm.workspaces.middleware.member.WorkspaceMiddleware",
]

ROOT_URLCONF = "crm.config.urls"
ASGI_APPLICATION = "crm.config.asgi.application"
WSGI_APPLICATION = "crm.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "crm.ui.context.shell",
            ],
        },
    }
]

# --- PostgreSQL: three roles on one database, one alias each
_pool = {
    "min_size": 1,
    "max_size": env.number("FIO_DATABASE_POOL", 40),
    "timeout": patience.SESSION,
    "connection_class": patience.Connection,
    # Give up soon on a database that is away, to begin afresh with the next request
    "reconnect_timeout": 5,
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("FIO_DATABASE_URL"),
    "system": env.database("FIO_DATABASE_SYSTEM_URL"),
    "owner": env.database("FIO_DATABASE_OWNER_URL"),
}
for _alias in ("default", "system"):
    DATABASES[_alias]["OPTIONS"]["pool"] = dict(_pool)
    # A process that froze inside a transaction loses its locks before its lease is over
    # and what nobody waits for any more ends. What is asked takes milliseconds: to compile it or
    # to share it out would take longer, and shared it needs more memory than containers have
    DATABASES[_alias]["OPTIONS"]["options"] = (
        "-c idle_in_transaction_session_timeout=60s -c client_connection_check_interval=5s"
        " -c jit=off -c max_parallel_workers_per_gather=0"
    )
    # A host that is gone without a word; one that froze is for `patience` to find out
    DATABASES[_alias]["OPTIONS"] |= {"connect_timeout": 5, "tcp_user_timeout": 10_000}
    DATABASES[_alias]["OPTIONS"] |= {"keepalives_idle": 10, "keepalives_interval": 5}
# Whoever changes a table waits in line for it, and everybody else behind him: not for long
DATABASES["owner"]["OPTIONS"]["options"] = (
    f"{DATABASES['owner']['OPTIONS'].get('options', '')} -c lock_timeout=4000".strip()
)
# A superuser's address, for `database_bootstrap` alone
DATABASE_ADMIN_URL = env.text("FIO_DATABASE_ADMIN_URL", "")
DATABASE_ROUTERS = ["crm.workspaces.router.DirectoryRouter"]
# A key into the same workspace may be a primary key; Django would rather see OneToOneField
SILENCED_SYSTEM_CHECKS = ["fields.W342"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Valkey or Redis: cache, live updates, and the doorbell of the workers
REDIS_URL = env.text("FIO_REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "crm.config.cache.SparedCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "crm.workspaces.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-fio-session" if SECURE else "fio-session"
CSRF_COOKIE_NAME = "__Host-fio-csrf" if SECURE else "fio-csrf"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# --- Signing in
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "crm.workspaces.forms.validators.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "crm.workspaces.forms.signing.LoginForm",
    "signup": "crm.workspaces.forms.signing.SignUpForm",
    "reset_password": "crm.workspaces.forms.addresses.ResetPasswordForm",
    "add_email": "crm.workspaces.forms.addresses.AddEmailForm",
    "change_password": "crm.workspaces.forms.passwords.ChangePasswordForm",
    "set_password": "crm.workspaces.forms.passwords.SetPasswordForm",
    "reauthenticate": "crm.workspaces.forms.passwords.ReauthenticateForm",
    "reset_password_from_key": "crm.workspaces.forms.passwords.ResetPasswordKeyForm",
}
ACCOUNT_ADAPTER = "crm.workspaces.accounts.AccountAdapter"
OPEN_SIGN_UP = env.flag("FIO_OPEN_SIGN_UP", default=True)
# Without a way to send mail nobody could ever confirm an address
MAIL_IS_SENT = bool(env.text("FIO_EMAIL_URL", ""))
ACCOUNT_EMAIL_VERIFICATION = env.text(
    "FIO_EMAIL_VERIFICATION", "mandatory" if MAIL_IS_SENT else "optional"
)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
# allauth's own limits, counted in the shared cache; how many proxies stand before us tells
# it whose address to count
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if env.flag("FIO_THROTTLE", default=True) else False
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("FIO_TRUSTED_PROXIES", 0)
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "crm.workspaces.accounts.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "crm.workspaces.forms.second_step.AuthenticateForm",
    "reauthenticate": "crm.workspaces.forms.second_step.ReauthenticateForm",
    "add_webauthn": "crm.workspaces.forms.keys.AddKeyForm",
    "edit_webauthn": "crm.workspaces.forms.keys.EditKeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fio"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
# Whoever cannot confirm an address may still protect the account
MFA_ALLOW_UNVERIFIED_EMAIL = not MAIL_IS_SENT
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"

# --- Mail that Fio itself sends (invitations, password resets)
_mail = urlsplit(env.text("FIO_EMAIL_URL", f"file://{DATA_DIR}/sent-mail"))
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'filebased' if _mail.scheme == 'file' else 'smtp'}.EmailBackend"
)
EMAIL_FILE_PATH = _mail.path
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
EMAIL_USE_TLS = _mail.scheme == "smtp+starttls"
EMAIL_USE_SSL = _mail.scheme == "smtps"
DEFAULT_FROM_EMAIL = env.text("FIO_EMAIL_FROM", "Fio <no-reply@localhost>")

# --- What outsiders may make us connect to
ALLOW_PRIVATE_HOSTS = env.flag("FIO_ALLOW_PRIVATE_HOSTS")
ALLOW_HOSTS = frozenset(
    (host, int(port))
    for host, _sep, port in (item.rpartition(":") for item in env.items("FIO_ALLOW_HOSTS"))
)
# One more certificate authority for mail servers, beside those of the system
MAIL_CAFILE = env.text("FIO_MAIL_CAFILE", "")
# Processes beside each mail worker that parse received mail
MAIL_PARSERS = env.number("FIO_MAIL_PARSERS", 1)

# --- Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pt-br", _("Brazilian Portuguese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Our own static files, built by `node build.mjs` into static/dist
STATIC_URL = "/static/"
STATIC_ROOT = env.text("FIO_STATIC_ROOT", str(BASE_DIR / "build" / "static"))
STATICFILES_DIRS = [path for path in [BASE_DIR / "static" / "dist"] if path.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", CONTENT_URL],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

# --- REST
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.workspaces.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["crm.ui.rest.scopes.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.ui.rest.parsing.Json"],
    "DEFAULT_SCHEMA_CLASS": "crm.ui.rest.schema.Schema",
    "DEFAULT_PAGINATION_CLASS": "crm.ui.rest.pages.KeysetPages",
    "EXCEPTION_HANDLER": "crm.ui.rest.problems.handle",
    "DEFAULT_THROTTLE_CLASSES": ["crm.ui.rest.throttles.TokenThrottle"]
    if env.flag("FIO_THROTTLE", default=True)
    else [],
    "DEFAULT_THROTTLE_RATES": {
        "token": env.text("FIO_THROTTLE_RATE", "1200/min"),
        "probe": env.text("FIO_THROTTLE_PROBES", "30/min"),
    },
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fio",
    "DESCRIPTION": "Mail, people and work of one workspace."
    " A token belongs to one user in one workspace.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "ENUM_NAME_OVERRIDES": {
        "MailboxKind": "inbox.models.Mailbox.Kind",
        "MessageKind": "inbox.models.Message.Kind",
        "DraftKind": "inbox.models.Draft.Kind",
        "MemberRole": "crm.workspaces.models.Role",
        "FolderRole": "inbox.models.Folder.Role",
        "ListRole": "inbox.queries.search.PLACES",
        "MailboxState": "inbox.models.Mailbox.State",
        "OutgoingState": "inbox.models.Outgoing.State",
        "Security": "sync.models.connections.Security",
        "RecordVisibility": "crm.fields.models.Visibility",
        "RecordKind": "crm.fields.api.labels.KINDS",
        "DealStatus": "crm.deals.models.Deal.Status",
        "ProjectStatus": "crm.projects.models.Project.Status",
        "LeadPlace": "crm.leads.api.PLACES",
        "MailVisibility": "inbox.models.Visibility",
        "RepairKind": "sync.models.Repair.Kind",
        "DuplicateKind": "crm.fields.api.duplicates.KINDS",
        "LabelHue": "crm.fields.models.labels.Hue",
    },
    "PREPROCESSING_HOOKS": ["crm.ui.rest.schema.documented"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "crm.ui.rest.schema.finish",
    ],
}

# --- Watching: numbers for Prometheus, and lines without secrets
METRICS_TOKEN = env.text("FIO_METRICS_TOKEN", "")
METRICS_FOLDER = env.text("PROMETHEUS_MULTIPROC_DIR", "")
# While this file is there `/livez` says that the process is leaving
LEAVING_FILE = env.text("FIO_LEAVING_FILE", "")
LOG_FORMAT = env.choice("FIO_LOG_FORMAT", ("line", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"fio": logs.formatter(as_json=LOG_FORMAT == "json")},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "fio"}},
    "root": {"handlers": ["console"], "level": env.text("FIO_LOG_LEVEL", "INFO")},
    # imapclient formats whole mails for its debug log: keep it quiet whatever the level
    "loggers": {"imapclient": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
