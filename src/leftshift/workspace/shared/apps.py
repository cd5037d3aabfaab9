"""What slices share, as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Holds jobs and the files that they work on."""

    name = "leftshift.workspace.shared"
    label = "shared"
    default_auto_field = "django.db.models.BigAutoField"
