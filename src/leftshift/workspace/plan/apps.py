"""The plan slice as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Holds stored places, their versions and runs."""

    name = "leftshift.workspace.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"
