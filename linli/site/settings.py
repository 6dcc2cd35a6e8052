"""Every setting of linli, in one file, from the environment, loud about what is missing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

ROOT = Path(__file__).resolve().parent.parent
"""The package: templates, static files, packs and translations lie below it."""

HOME = Path(os.environ.get("LINLI_HOME", ROOT.parent / "var")).resolve()
"""Where this installation keeps its database, keys and uploads."""
HOME.mkdir(parents=True, exist_ok=True)


def _secret(name: str) -> str:
    """A secret made once and kept in HOME, readable by its owner only."""
    path = HOME / "keys" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def database_from(url: str) -> dict[str, Any]:
    """`sqlite:///path` or `postgresql://user:password@host:port/name` as Django wants it."""
    if url.startswith("sqlite:///"):
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 20},
        }
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
    }


DEBUG = os.environ.get("LINLI_DEBUG") == "1"
PUBLIC_URL = os.environ.get("LINLI_URL", "http://127.0.0.1:8000").rstrip("/")
"""The address people and printed codes use; https everywhere but on this machine."""
_host = urlsplit(PUBLIC_URL)
PUBLIC_HOST = _host.hostname or ""
HTTPS = _host.scheme == "https"
SECRET_KEY = os.environ.get("LINLI_SECRET_KEY") or _secret("django")
ALLOWED_HOSTS = [
    h for h in {PUBLIC_HOST, "127.0.0.1", "localhost", *os.environ.get("LINLI_HOSTS", "").split(",")} if h
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATABASES = {"default": database_from(os.environ.get("LINLI_DATABASE", f"sqlite:///{HOME}/linli.sqlite3"))}
DURABILITY = os.environ.get("LINLI_DURABILITY", "strict")
"""strict: the guard refuses a database that may forget what it acknowledged; relaxed: for trying out."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "linli.loops",
    "linli.registry",
    "linli.codes",
    "linli.scans",
    "linli.roster",
    "linli.fleet",
    "linli.notify",
    "linli.paper",
    "linli.matters.returns",
    "linli.matters.isolation",
    "linli.matters.hotline",
    "linli.matters.supplies",
    "linli.matters.census",
    "linli.matters.venues",
    "linli.matters.patrols",
    "linli.matters.alerts",
    "linli.matters.tracing",
    "linli.matters.visitors",
    "linli.matters.testing",
    "linli.desk",
    "linli.door",
    "linli.field",
    "linli.drill",
    "linli.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.site.sessions.Devices",
]

ROOT_URLCONF = "linli.site.urls"
ASGI_APPLICATION = "linli.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "linli.desk.frame.around",
            ],
            "builtins": ["linli.site.signs"],
        },
    }
]

AUTH_USER_MODEL = "roster.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["linli.roster.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 48 * 3600  # of the link a new colleague gets
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "linli.site.accounts.StaffOnly"
ACCOUNT_FORMS = {"login": "linli.site.accounts.SignInForm"}
ACCOUNT_SESSION_REMEMBER = True  # until the shift ends: SESSION_COOKIE_AGE
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False  # linli.site.sessions does, at most once a minute
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("LINLI_BEHIND_PROXY") == "1" else 0
ACCOUNT_RATE_LIMITS = {
    "first_run": "10/m/ip",
    "login": None,  # linli.roster.tries counts: by name and address, so that a compound behind one NAT is not locked out
    "login_failed": "5/5m/key",  # what is left of it: guesses at a second factor, by account
}
CACHES = {
    "default": {  # only limits are kept here; a table, because every web process must count the same
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "roster_tally",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 30 * 60
DRILL_WITHOUT_SECOND_FACTOR = os.environ.get("LINLI_DRILL_SECOND_FACTOR") != "1"
"""In a demo community nobody is real, so that its tour need not stop for a second factor."""

SESSION_COOKIE_AGE = 12 * 3600  # a shift at most (trust.md §1.3 row 1)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("LINLI_BEHIND_PROXY") == "1" else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = HOME / "uploads"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

ALLOW_PRIVATE = os.environ.get("LINLI_ALLOW_PRIVATE", "")
"""Outgoing requests to private addresses: "" none, "1" any, or host names with commas (an office's own gateway)."""
PATROL_SECONDS = float(os.environ.get("LINLI_PATROL_SECONDS", "10"))
"""How long the street sweep's route solver may compute, in a process of its own; 0: only the plain plan."""
PUSH_HOSTS = os.environ.get("LINLI_PUSH_HOSTS", "")
"""Push services beyond the browsers' own, host names with commas."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_links": {"()": "linli.site.links_log.WithoutLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_links"]}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LINLI_LOG", "WARNING")},
}
