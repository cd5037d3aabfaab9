"""The slice of people as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Holds cohorts of places, lists of people, and the record of who looked at whom."""

    name = "leftshift.workspace.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
