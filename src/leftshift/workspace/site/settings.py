"""Settings of the workspace; what differs from machine to machine comes from the environment."""

from __future__ import annotations

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.site.mail import mail_of


def _database(variable: str) -> dict[str, Any]:
    """A Django database from a PostgreSQL connection string in the environment."""
    given = conninfo_to_dict(os.environ.get(variable, ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.get("dbname", "leftshift"),
        "USER": given.get("user", ""),
        "PASSWORD": given.get("password", ""),
        "HOST": given.get("host", ""),
        "PORT": str(given.get("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 2},
    }


SECRET_KEY = os.environ.get("LEFTSHIFT_KEY", "only for commands that need none")
SECRET_KEY_FALLBACKS = os.environ.get(
    "LEFTSHIFT_OLD_KEYS", ""
).split()  # what they signed and sealed still opens
DEBUG = False
ALLOWED_HOSTS = [
    *filter(None, os.environ.get("LEFTSHIFT_HOSTS", "").split(",")),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
# Behind a proxy that speaks HTTPS to the world. On this machine alone there is none.
HTTPS = os.environ.get("LEFTSHIFT_HTTPS", "") == "yes"
TRUSTED_PROXIES = int(os.environ.get("LEFTSHIFT_PROXIES", "0"))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and not host.startswith("[")]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-leftshift" if HTTPS else "leftshift"
CSRF_COOKIE_NAME = "__Host-leftshift-csrf" if HTTPS else "leftshift-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the way back from a sign-on service is a link from elsewhere
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = parameter("session", "hours") * 3600
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["leftshift.workspace.accounts.backends.Accounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": parameter("password", "shortest")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SSO = {
    "issuer": os.environ.get("LEFTSHIFT_SSO_ISSUER", ""),
    "client_id": os.environ.get("LEFTSHIFT_SSO_CLIENT", ""),
    "client_secret": os.environ.get("LEFTSHIFT_SSO_SECRET", ""),
    "name": os.environ.get("LEFTSHIFT_SSO_NAME", "your organisation"),
}
# Mail is off until whoever runs the workspace says where it goes; MAIL_PROBLEM says why none is sent.
DEFAULT_FROM_EMAIL = os.environ.get("LEFTSHIFT_MAIL_FROM", "")
_MAIL = mail_of(os.environ.get("LEFTSHIFT_MAIL", ""), DEFAULT_FROM_EMAIL)
MAIL_PROBLEM = _MAIL.problem
globals().update(_MAIL.settings)
EMAIL_TIMEOUT = parameter("mail", "seconds")
# Whom readers of published tables may ask: an e-mail address, or the name of a team.
LEFTSHIFT_CONTACT = os.environ.get("LEFTSHIFT_CONTACT", "")
DATABASES = {"default": _database("LEFTSHIFT_DATABASE_URL")}
INSTALLED_APPS = [
    "django.contrib.contenttypes",  # sessions and hashes of passwords come with these two; their own tables stay empty
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "leftshift.workspace.record.apps.RecordConfig",
    "leftshift.workspace.accounts.apps.AccountsConfig",
    "leftshift.workspace.shared.apps.SharedConfig",
    "leftshift.workspace.plan.apps.PlanConfig",
    "leftshift.workspace.decide.apps.DecideConfig",
    "leftshift.workspace.fund.apps.FundConfig",
    "leftshift.workspace.programme.apps.ProgrammeConfig",
    "leftshift.workspace.people.apps.PeopleConfig",
]
MIDDLEWARE = [
    "leftshift.workspace.site.watching.Watch",
    "django.middleware.security.SecurityMiddleware",
    "leftshift.workspace.site.middleware.PlainProblems",
    "leftshift.workspace.site.middleware.ContentSecurityPolicy",
    "leftshift.workspace.site.middleware.Bounds",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "leftshift.workspace.accounts.gate.Gate",
]
ROOT_URLCONF = "leftshift.workspace.site.urls"
WSGI_APPLICATION = "leftshift.workspace.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {
            "environment": "leftshift.workspace.shared.drawing_pages.environment",
            "context_processors": ["leftshift.workspace.accounts.context.who"],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
CSRF_FAILURE_VIEW = "leftshift.workspace.site.urls.not_from_here"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000  # of what is no file: the largest text of a place is far below
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a page of a grid without script has about 1,500
DATA_UPLOAD_MAX_NUMBER_FILES = 250  # a folder of a place has fewer than 200
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
METRICS_TOKEN = os.environ.get("LEFTSHIFT_METRICS_TOKEN", "")
# One line of JSON a request, on the error stream; at a terminal only what needs somebody: LEFTSHIFT_LOG=problems.
_LEVEL = "ERROR" if os.environ.get("LEFTSHIFT_LOG") == "problems" else "INFO"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "leftshift.workspace.site.log_lines.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {
        "leftshift": {"handlers": ["lines"], "level": _LEVEL, "propagate": False},
        "django": {"handlers": ["lines"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["lines"], "level": "ERROR", "propagate": False},
    },
}
