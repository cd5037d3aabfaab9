"""The record as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Holds the events."""

    name = "leftshift.workspace.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
