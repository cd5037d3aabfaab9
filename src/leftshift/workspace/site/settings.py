"""Settings of the workspace; what differs from machine to machine comes from the environment."""

from __future__ import annotations

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict


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
        "OPTIONS": {"connect_timeout": 5},
    }


SECRET_KEY = os.environ.get("LEFTSHIFT_KEY", "only for commands that need none")
DEBUG = False
ALLOWED_HOSTS = [
    *filter(None, os.environ.get("LEFTSHIFT_HOSTS", "").split(",")),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
DATABASES = {"default": _database("LEFTSHIFT_DATABASE_URL")}
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "leftshift.workspace.record.apps.RecordConfig",
    "leftshift.workspace.shared",
    "leftshift.workspace.plan.apps.PlanConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "leftshift.workspace.site.middleware.PlainProblems",
    "leftshift.workspace.site.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "leftshift.workspace.site.urls"
WSGI_APPLICATION = "leftshift.workspace.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {
            "environment": "leftshift.workspace.shared.drawing_pages.environment",
            "context_processors": [],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
