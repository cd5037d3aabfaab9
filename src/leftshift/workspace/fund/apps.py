"""The slice of pooled funds as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class FundConfig(AppConfig):
    """Holds pooled funds of places."""

    name = "leftshift.workspace.fund"
    label = "fund"
    default_auto_field = "django.db.models.BigAutoField"
